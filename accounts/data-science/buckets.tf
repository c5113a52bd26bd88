# A bucket per purpose: who may read and write it, by name. Where in it stands in the policies of
# those roles, because a bucket policy ends at 20 kB and the number of models does not.

locals {
  _buckets = {
    artifacts = {
      key       = "artifacts"
      readers   = [local.roles["release-manager"]]
      retention = { current_days = 365, noncurrent_days = 90 }
      writers   = concat([local.roles.promotion, local.roles.bundle], local.artifact_users)
    }
    data = {
      key               = "data"
      readers           = [for purpose in ["data-scientist", "pipeline", "studio", "training"] : local.roles[purpose]]
      writers           = [local.roles.processing]
      writers_by_prefix = { "raw/" = [local.roles["data-scientist"]] }
    }
    models = {
      key     = "models"
      readers = concat([for purpose in ["bundle", "data-scientist", "lead", "pipeline", "release-manager"] : local.roles[purpose]], local.model_readers)
      writers = [local.roles.processing, local.roles.training]
    }
    source = {
      key               = "artifacts"
      readers           = [local.roles["model-build"], local.roles.promotion]
      writers_by_prefix = { "source/" = [local.roles["ml-engineer"]] }
    }
  }
}

module "log_bucket" {
  source = "../../modules/secure-bucket"

  account         = local.account
  name            = local.buckets.logs
  organization_id = module.naming.organization_id
  retention       = { current_days = 365 }
  service_writers = { access-logs = { principal = "logging.s3.amazonaws.com" } }
}

module "bucket" {
  source   = "../../modules/secure-bucket"
  for_each = local._buckets

  account           = local.account
  kms_key_arn       = module.key[each.value.key].key_arn
  log_bucket        = module.log_bucket.name
  name              = local.buckets[each.key]
  organization_id   = module.naming.organization_id
  readers           = lookup(each.value, "readers", [])
  retention         = lookup(each.value, "retention", {})
  writers           = lookup(each.value, "writers", [])
  writers_by_prefix = lookup(each.value, "writers_by_prefix", {})
}
