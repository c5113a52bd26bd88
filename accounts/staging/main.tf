# An account that receives releases. The roots of the target kinds are the same text, so that
# what was rehearsed in one is what happens in the other.

module "naming" {
  source = "../../modules/naming"

  account      = var.account
  organization = local.organization
}

locals {
  account = module.naming.account

  boundaries   = module.naming.boundary_arns[var.account]
  roles        = module.naming.role_arns[var.account]
  role_names   = module.naming.role_names[var.account]
  buckets      = module.naming.bucket_names[var.account]
  key_aliases  = module.naming.key_alias_arns[var.account]
  repositories = module.naming.repository_names[var.account]
  endpoints    = module.naming.endpoint_names[var.account]
  # Whose findings reach those who look after the account.
  alarm_publishers = [local.detective_role_arn]

  # The account that builds what is released here.
  origin = module.naming.data_science_account

  build_image = (
    var.build_image_digest == null
    ? "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    : "${local.account.id}.dkr.ecr.${local.account.region}.amazonaws.com/${local.repositories.build}@${var.build_image_digest}"
  )
}

module "image_repository" {
  source = "../../modules/image-repository"
  for_each = {
    build = { readers = [local.roles.release, local.roles.test, local.roles.verify], writers = [] }
    model = { readers = concat([local.roles.monitoring, local.roles.serving, local.roles.verify], local._retraining_jobs), writers = [local.roles.release] }
  }

  account         = local.account
  kms_key_arn     = module.key["models"].key_arn
  name            = local.repositories[each.key]
  organization_id = module.naming.organization_id
  readers         = each.value.readers
  writers         = each.value.writers
}

module "deployment_target" {
  source = "../../modules/deployment-target"

  account               = local.account
  boundary_arns         = { delivery = local.boundaries.delivery, workload = local.boundaries.workload }
  image                 = local.build_image
  image_repository_name = local.repositories.model
  log                   = { key_arn = module.key["logs"].key_arn }
  organization_id       = module.naming.organization_id
  parameter_root        = module.naming.parameter_root
  project_names         = module.naming.project_names[var.account]
  role_names            = local.role_names
  rolls_back            = local.account.kind == "production"
  signing_key_alias_arn = lookup(local.key_aliases, "test-signing", null)
  single_account        = module.naming.single_account

  data_science = {
    account_id         = module.naming.accounts[local.origin].id
    promotion_role_arn = module.naming.role_arns[local.origin].promotion
    region             = module.naming.accounts[local.origin].region

    # Artefacts are handed over in the region of the builds that take them.
    artifacts = module.naming.artifact_stores[local.account.region]
    models_store = {
      bucket_name           = module.naming.bucket_names[local.origin].models
      image_repository_name = module.naming.repository_names[local.origin].model
      key_alias_arn         = module.naming.key_alias_arns[local.origin].models
    }
    decisions = {
      bucket_name   = module.naming.bucket_names[local.origin].decisions
      key_alias_arn = module.naming.key_alias_arns[local.origin].decisions
    }
  }
  models = {
    for model, name in local.endpoints : model => {
      endpoint_name = name
      group_name    = module.naming.model_package_groups[model]
    }
  }
  joins = {
    subnet_ids = local.account.network.subnet_ids
    tags       = { for name in ["account", "project"] : name => module.naming.default_tags[name] }
  }
  network = local.network
  stores = {
    for purpose, settings in local._buckets : purpose => {
      bucket_name   = local.buckets[purpose]
      key_alias_arn = local.key_aliases[settings.key]
    }
  }
}

# SageMaker would make this group itself, unencrypted and kept for ever; accounts that are one
# share it.
resource "aws_cloudwatch_log_group" "job" {
  for_each = toset(module.naming.keeps_account_settings ? concat(["ProcessingJobs"], [for _ in local._retraining : "TrainingJobs"]) : [])

  name              = "/aws/sagemaker/${each.value}"
  kms_key_id        = module.key["logs"].key_arn
  retention_in_days = 365
}
