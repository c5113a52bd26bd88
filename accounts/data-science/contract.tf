# What this account tells the code that runs in it. Names and addresses, never a secret.

locals {
  _strings = merge(
    { for purpose, key in merge(module.key, module.signing_key) : "keys/${purpose}-arn" => key.key_arn },
    { for purpose, bucket in module.bucket : "buckets/${purpose}" => bucket.name },
    { "buckets/logs" = module.log_bucket.name },
    { for purpose in ["pipeline", "processing", "training", "tuning"] : "roles/${purpose}-arn" => module.workload_role[purpose].arn },
    {
      "functions/trial-arn" = module.trial_function.function_arn
      "roles/trial-arn"     = module.trial_role.trial.arn
    },
    { "roles/branch-pipeline-arn" = module.branch_role.arn },
    { for purpose, role in module.branch_job_role : "roles/branch-${purpose}-arn" => role.arn },
    { for model, name in module.naming.trial_names : "trials/${model}/pipeline-name" => name },
    { for purpose, repository in module.image_repository : "images/${purpose}-repository-url" => repository.url },
    { for model, name in module.model_registry.group_names : "registry/${model}/group-name" => name },
    { for model, name in module.naming.sagemaker_pipelines : "pipelines/${model}/name" => name },
    {
      "packages/domain-name"     = module.package_source.domain_name
      "packages/index-url"       = module.package_source.index_url
      "packages/repository-name" = module.package_source.repository_name
    },
    { for group, name in merge({}, values(module.feature_ingestion)[*].pipeline_names...) : "features/${group}/pipeline-name" => name },
    { for model, name in module.promotion_pipeline.pipeline_names : "promotion/${model}/pipeline-name" => name },
    { for model, name in merge({}, values(module.forecast_delivery)[*].pipeline_names...) : "forecasts/${model}/pipeline-name" => name },
    { for model, name in module.promotion_pipeline.rollback_pipeline_names : "rollback/${model}/pipeline-name" => name },
  )
  _lists = {
    "network/subnet-ids"                  = join(",", local.network.subnet_ids)
    "network/workload-security-group-ids" = join(",", local.network.security_group_ids)
  }
}

resource "aws_ssm_parameter" "string" {
  for_each = local._strings

  name  = "${module.naming.parameter_root}/${each.key}"
  type  = "String"
  value = each.value
}

resource "aws_ssm_parameter" "list" {
  for_each = local._lists

  name  = "${module.naming.parameter_root}/${each.key}"
  type  = "StringList"
  value = each.value
}
