# A bucket per purpose: who may read and write it, by name.

locals {
  _buckets = {
    capture = {
      key       = "capture"
      retention = { current_days = 365 }
      writers   = [local.roles.serving]
    }
    evidence = {
      key               = "evidence"
      object_lock       = { days = 365 }
      writers_by_prefix = { "releases/" = [local.roles.release, local.roles.test, local.roles.verify] }
    }
    models = {
      key               = "models"
      readers_by_prefix = { "approved/" = [local.roles.serving, local.roles.verify] }
      writers_by_prefix = { "approved/" = [local.roles.release] }
    }
    releases = {
      key     = "models"
      writers = [local.roles.release]
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
  object_lock       = lookup(each.value, "object_lock", null)
  organization_id   = module.naming.organization_id
  readers_by_prefix = lookup(each.value, "readers_by_prefix", {})
  retention         = lookup(each.value, "retention", {})
  writers           = lookup(each.value, "writers", [])
  writers_by_prefix = lookup(each.value, "writers_by_prefix", {})
}
