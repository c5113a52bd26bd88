# The account in which models are built, and from which releases start.

module "naming" {
  source = "../../modules/naming"

  account      = var.account
  organization = local.organization
}

locals {
  account = module.naming.account
  targets = module.naming.target_accounts
  models  = module.naming.models

  boundaries   = module.naming.boundary_arns[var.account]
  roles        = module.naming.role_arns[var.account]
  role_names   = module.naming.role_names[var.account]
  buckets      = module.naming.bucket_names[var.account]
  key_aliases  = module.naming.key_alias_arns[var.account]
  projects     = module.naming.project_names[var.account]
  repositories = module.naming.repository_names[var.account]

  # Roles of the targets that fetch a release, and those that look at its held-out rows.
  target_roles = {
    for purpose in ["deploy", "release", "test", "verify"] :
    purpose => [for target in local.targets : module.naming.role_arns[target][purpose]]
  }
  artifact_users = concat(values(local.target_roles)...)
  # What was decided is checked before a release and after it.
  decision_readers = concat(local.target_roles.release, local.target_roles.verify)
  model_readers    = concat(local.target_roles.release, local.target_roles.test, local.target_roles.verify)

  source_store = {
    bucket_name   = local.buckets.source
    key_alias_arn = local.key_aliases.artifacts
    object_key    = "source/gatehouse.zip"
  }
  build_image = (
    var.build_image_digest == null
    ? "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    : "${local.account.id}.dkr.ecr.${local.account.region}.amazonaws.com/${local.repositories.build}@${var.build_image_digest}"
  )
}

module "image_repository" {
  source   = "../../modules/image-repository"
  for_each = local._image_access

  account         = local.account
  kms_key_arn     = module.key["models"].key_arn
  name            = local.repositories[each.key]
  organization_id = module.naming.organization_id
  readers         = each.value.readers
  writers         = each.value.writers
}

locals {
  _image_access = {
    build = {
      readers = concat([local.roles["branch-model-build"], local.roles["model-build"], local.roles.bundle], local._forecast_builds)
      writers = [local.roles["ml-engineer"]]
    }
    model = {
      readers = concat(
        [for purpose in ["branch-pipeline", "bundle", "pipeline", "processing", "serving", "training", "tuning"] : local.roles[purpose]],
        values(local._branch_job_roles),
        local.target_roles.release, local._feature_jobs,
      )
      writers = [local.roles["ml-engineer"]]
    }
  }
}

# SageMaker would make these groups itself, unencrypted and kept for ever.
resource "aws_cloudwatch_log_group" "job" {
  for_each = toset(["ProcessingJobs", "TrainingJobs"])

  name              = "/aws/sagemaker/${each.value}"
  kms_key_id        = module.key["logs"].key_arn
  retention_in_days = 365
}
