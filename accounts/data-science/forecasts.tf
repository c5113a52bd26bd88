# The way of models that answer in batches; an organisation without one has none of it.

locals {
  _forecasts     = module.naming.forecast_pipelines
  _has_forecasts = length(local._forecasts) > 0
  # Who takes part in it, where there is one.
  _forecast_builds   = local._has_forecasts ? [local.roles.forecast] : []
  _forecast_carriers = local._has_forecasts ? [local.roles["forecast-promotion"]] : []
  _forecast_prefixes = [for prefix in ["forecasts/"] : prefix if local._has_forecasts]
  _forecast_writing = [
    for prefix in local._forecast_prefixes :
    { sid = "WriteForecasts", actions = ["s3:AbortMultipartUpload", "s3:PutObject"], resources = ["${local._data_arn}/${prefix}*"] }
  ]

  # Who asks in SQL, from the network of the account and, where somebody looks, from QuickSight.
  _query_endpoints      = [for service in ["athena"] : service if local._has_groups || local._has_forecasts]
  _dashboard_roles      = [for dashboard in [module.naming.dashboard] : dashboard.role_arn if dashboard != null]
  _dashboard_data_users = { for role in local._dashboard_roles : "dashboard" => [role] }
}

module "forecast_delivery" {
  source   = "../../modules/forecast-delivery"
  for_each = toset(local._has_forecasts ? ["this"] : [])

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

# What the business sees of them: a view of the latest batch, asked in SQL or looked at in QuickSight.
module "business_view" {
  source   = "../../modules/business-view"
  for_each = toset(local._has_forecasts ? ["this"] : [])

  account      = local.account
  bucket_name  = module.bucket["data"].name
  dashboard    = module.naming.dashboard == null ? null : { reader_arns = module.naming.dashboard.reader_arns }
  data_key_arn = module.key["data"].key_arn
  forecasts    = { for model in keys(local._forecasts) : model => { description = local.models[model].description } }
  name         = module.naming.forecasts_name
}
