# Experiment branches: a pipeline for each, made from a branch's own code. Its versions are registered
# under names that no promotion looks at.

locals {
  _branch_arns = [
    "${local._sagemaker_arn}:model-package-group/${module.naming.branch_prefix}*",
    "${local._sagemaker_arn}:model-package/${module.naming.branch_prefix}*/*",
  ]
  # Where a pipeline of a branch may do something else than the pipelines of models.
  _branch_resources = {
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
