# Experiment branches: a pipeline for each, made from a branch's own code. Its versions are registered
# under names that no promotion looks at, and its jobs write where no other pipeline reads.

locals {
  _branch_arns = [
    "${local._sagemaker_arn}:model-package-group/${module.naming.branch_prefix}*",
    "${local._sagemaker_arn}:model-package/${module.naming.branch_prefix}*/*",
  ]
  # Nobody has reviewed what the jobs of a branch run: they write where no pipeline of a model reads.
  _branch_prefix    = "branches/"
  _branch_job_roles = { for purpose in ["processing", "training", "tuning"] : purpose => local.roles["branch-${purpose}"] }
  _branch_only      = "/^(${local._data_arn}|${local._models_arn})\\/\\*\\//"
  _branch_jobs = {
    for purpose, job in local._jobs : purpose => merge(job, {
      description = "${trimsuffix(job.description, ".")} of experiment branches, among what such jobs have made."
      statements = [
        for statement in job.statements :
        merge(statement, { resources = [for arn in statement.resources : replace(arn, local._branch_only, "$1/${local._branch_prefix}*/")] })
        if statement.sid != "WriteForecasts"
      ]
    })
  }

  # Where a pipeline of a branch may do something else than the pipelines of models.
  _branch_resources = {
    PassJobRoles        = values(local._branch_job_roles)
    ReadWhatJobsMade    = [for arn in [local._data_arn, local._models_arn] : "${arn}/${local._branch_prefix}*"]
    RegisterForApproval = local._branch_arns
    SeePackages         = local._branch_arns
    TagWhatItMakes      = concat(values(local._job_arns), local._branch_arns)
  }
}

module "branch_role" {
  source = "../../modules/workload-role"

  account             = local.account
  boundary_arn        = local.boundaries.workload
  description         = "Runs the pipelines of experiment branches: starts isolated jobs, and registers what they made under names that are never promoted."
  keys                = local._workloads.pipeline.keys
  name                = local.role_names["branch-pipeline"]
  organization_id     = module.naming.organization_id
  unscoped_statements = local._workloads.pipeline.reasons

  statements = [
    for statement in local._workloads.pipeline.statements :
    merge(statement, { resources = lookup(local._branch_resources, statement.sid, statement.resources) })
  ]

  trust = {
    services = {
      sagemaker = {
        principal   = "sagemaker.amazonaws.com"
        source_arns = ["${local._sagemaker_arn}:pipeline/${module.naming.branch_prefix}*"]
      }
    }
  }
}

module "branch_job_role" {
  source   = "../../modules/workload-role"
  for_each = local._branch_jobs

  account             = local.account
  boundary_arn        = local.boundaries.workload
  description         = each.value.description
  keys                = each.value.keys
  name                = local.role_names["branch-${each.key}"]
  organization_id     = module.naming.organization_id
  statements          = each.value.statements
  unscoped_statements = each.value.reasons

  trust = {
    services = {
      sagemaker = { principal = "sagemaker.amazonaws.com", source_arns = local._sources[each.key] }
    }
  }
}

module "branch_build" {
  source = "../../modules/branch-build"

  account            = local.account
  boundary_arn       = local.boundaries.delivery
  encryption_key_arn = module.key["artifacts"].key_arn
  image              = local.build_image
  log                = { key_arn = module.key["logs"].key_arn }
  name_prefix        = module.naming.branch_prefix
  network            = local.network
  parameter_root     = module.naming.parameter_root
  pipeline_role_arn  = local.roles["branch-pipeline"]
  project_name       = local.projects["branch-model-build"]
  role_name          = local.role_names["branch-model-build"]
  source_store       = merge(local.source_store, { object_key = "source/branch.zip" })
}
