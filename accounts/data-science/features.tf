# Feature groups, and the way of objects into them; an organisation without one has none of it.

locals {
  _groups     = module.naming.feature_groups
  _has_groups = length(local._groups) > 0

  # Who takes part in it, where there is one.
  _feature_functions  = [for purpose in ["features"] : local.roles[purpose] if local._has_groups]
  _feature_menders    = [for persona in ["platform-admin"] : local.roles[persona] if local._has_groups]
  _feature_jobs       = [for purpose in ["features-processing"] : local.roles[purpose] if local._has_groups]
  alarm_publishers    = [local.detective_role_arn]
  _feature_roles      = [for purpose in ["features", "features-processing", "features-store"] : local.roles[purpose] if local._has_groups]
  _feature_prefixes   = [for prefix in ["features/"] : prefix if local._has_groups]
  _feature_data_users = { for name in ["features"] : name => [for purpose in ["features", "features-store"] : local.roles[purpose]] if local._has_groups }
  # A pattern such as */prepared/* reaches below a group's store as well.
  _no_records = [for statement in [
    { sid = "DenyRecords", actions = ["s3:AbortMultipartUpload", "s3:PutObject"], resources = ["${local._data_arn}/features/*"] },
  ] : statement if local._has_groups]
  _feature_rules = {
    for name in ["feature-rules"] : name => {
      principal = "events.amazonaws.com"
      encryption_context = {
        "aws:sqs:arn" = ["arn:${local._partition}:sqs:${local._end}:${local.role_names.features}-undelivered"]
      }
    } if local._has_groups
  }
}

module "feature_ingestion" {
  source   = "../../modules/feature-ingestion"
  for_each = toset(local._has_groups ? ["this"] : [])

  account         = local.account
  boundary_arns   = { for class in ["service", "workload"] : class => local.boundaries[class] }
  bucket_name     = module.bucket["data"].name
  data_key        = { alias_arn = local.key_aliases.data, arn = module.key["data"].key_arn }
  image_uri       = "${local.account.id}.dkr.ecr.${local.account.region}.amazonaws.com/${local.repositories.model}@${module.naming.feature_image_digest}"
  log             = { key_arn = module.key["logs"].key_arn }
  name            = local.role_names.features
  organization_id = module.naming.organization_id

  # Whoever answers for a group hears which object is not in it.
  emails = {
    for name in distinct(values(local._groups)[*].owner) : name => module.naming.people[name].email
  }
  groups = {
    for name, group in local._groups : name => {
      columns     = group.columns
      description = group.description
      event_time  = group.event_time
      owner       = group.owner
      record_id   = group.record_id
    }
  }
  network = {
    has_own_subnets    = local._subnets_are_ours
    security_group_ids = local.network.security_group_ids
    subnet_ids         = local.network.subnet_ids
    tags               = { for name in ["account", "project"] : name => module.naming.default_tags[name] }
  }
  # Who looks after the account hears what was given up.
  notice = {
    alias_arn = local.key_aliases.audit
    key_arn   = module.key["audit"].key_arn
    topic_arn = module.security_alarms["this"].topic_arn
  }
}
