# People, and the place where they work.

module "personas" {
  source = "../../modules/personas"

  account           = local.account
  boundary_arn      = local.boundaries.persona
  bucket_names      = local.buckets
  key_alias_arns    = local.key_aliases
  organization_id   = module.naming.organization_id
  parameter_root    = module.naming.parameter_root
  people_by_persona = module.naming.people_by_persona
  project_names     = local.projects
  repository_names  = local.repositories
  role_names        = local.role_names
  sign_in_role_arn  = module.naming.sign_in_role_arn

  models = {
    for model in keys(local.models) : model => {
      group_name         = module.naming.model_package_groups[model]
      pipeline_name      = module.naming.sagemaker_pipelines[model]
      promotion_pipeline = module.naming.promotion_pipelines[model]
    }
  }
}

module "studio" {
  source = "../../modules/studio"

  account            = local.account
  execution_role_arn = module.workload_role["studio"].arn
  kms_key_arn        = module.key["studio"].key_arn
  people             = module.naming.people
  security_group_id  = one(local.network.security_group_ids)
  subnet_ids         = local.network.subnet_ids
  vpc_id             = local.network.vpc_id
}
