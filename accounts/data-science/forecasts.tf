# The way of models that answer in batches; an organisation without one has none of it.

locals {
  _forecasts = module.naming.forecast_pipelines
  # Who takes part in it, where there is one.
  _forecast_builds   = length(local._forecasts) > 0 ? [local.roles.forecast] : []
  _forecast_carriers = length(local._forecasts) > 0 ? [local.roles["forecast-promotion"]] : []
  _forecast_paths    = length(local._forecasts) > 0 ? ["${local._data_arn}/forecasts/*"] : []
}

module "forecast_delivery" {
  source   = "../../modules/forecast-delivery"
  for_each = toset(length(local._forecasts) > 0 ? ["this"] : [])

  account             = local.account
  boundary_arns       = { for class in ["delivery", "service", "workload"] : class => local.boundaries[class] }
  build               = { image = local.build_image, project_name = local.projects.forecast }
  data_key            = { alias_arn = local.key_aliases.data, arn = module.key["data"].key_arn }
  hours               = { bucket_name = module.bucket["data"].name, prefix = "raw/_hours/" }
  job                 = { conditions = local._job_conditions, role_arn = local.roles.processing }
  log                 = { key_arn = module.key["logs"].key_arn }
  models_store        = { bucket_name = local.buckets.models, key_alias_arn = local.key_aliases.models }
  network             = local.network
  organization_prefix = local.organization.organization.prefix
  source_store        = local.source_store

  artifacts = {
    bucket_name   = module.bucket["artifacts"].name
    key_alias_arn = local.key_aliases.artifacts
    key_arn       = module.key["artifacts"].key_arn
  }
  pipelines = {
    for model, name in local._forecasts :
    model => { group_name = module.naming.model_package_groups[model], name = name }
  }
  role_names = {
    forecast  = local.role_names.forecast
    promotion = local.role_names["forecast-promotion"]
    trigger   = local.role_names["forecast-trigger"]
  }
}
