# What starts training without a person, for the models that name it in organization.yaml.

locals {
  _triggered = { for model, settings in local.models : model => settings if settings.triggers != null }

  # Roles and rules that exist only then.
  _trigger_roles = length(local._triggered) == 0 ? [] : [local.roles["training-trigger"]]
  _trigger_rules = length(local._triggered) == 0 ? {} : {
    training-rules = {
      principal = "events.amazonaws.com"
      encryption_context = {
        "aws:sqs:arn" = ["arn:${local._partition}:sqs:${local._end}:${local.role_names["training-trigger"]}-undelivered"]
      }
    }
  }
}

module "training_trigger" {
  source   = "../../modules/training-trigger"
  for_each = toset(length(local._triggered) == 0 ? [] : ["this"])

  account            = local.account
  boundary_arn       = local.boundaries.service
  build_project_name = local.projects["model-build"]
  data               = { bucket_name = local.buckets.data, key_alias_arn = local.key_aliases.data }
  log                = { key_arn = module.key["logs"].key_arn }
  messages           = { key_alias_arn = local.key_aliases.audit, key_arn = module.key["audit"].key_arn }
  name               = local.role_names["training-trigger"]
  role_name          = local.role_names["training-trigger"]
  rule_prefix        = local._prefix

  # Whoever answers for a model hears that it was not trained.
  emails = {
    for name in distinct(values(local._triggered)[*].owner) : name => module.naming.people[name].email
  }
  models = {
    for model, settings in local._triggered : model => {
      data_prefix   = "raw/${model}/"
      pipeline_name = module.naming.sagemaker_pipelines[model]
      triggers      = settings.triggers
    }
  }
  network = {
    security_group_ids = local.network.security_group_ids
    subnet_ids         = local.network.subnet_ids
  }
}
