# A bucket per purpose: who may read and write it, by name.

locals {
  # They see which objects there are, and remove them where the account is destroyed.
  _housekeepers = [local.roles.apply, local.roles.plan, module.naming.sign_in_role_arn]

  evidence_readers = [local.roles.auditor, local.roles["release-manager"]]

  _object_lock = { days = local.account.evidence.days, mode = local.account.evidence.lock }

  _buckets = merge(local._retraining_buckets, {
    capture = {
      key = "capture"
      outside_endpoints = {
        macie = {
          reason    = "Macie looks for what nobody expected, from a network of AWS."
          role_arns = [local.macie_role_arn]
        }
      }
      readers           = [local.macie_role_arn, local.roles.monitoring]
      retention         = { current_days = 365 }
      writers           = [local.roles.serving]
      writers_by_prefix = { "reports/" = [local.roles.monitoring] }
    }
    evidence = {
      key         = "evidence"
      object_lock = local._object_lock
      outside_endpoints = {
        people = {
          reason    = "Nobody works in this network: whoever reads what was decided sits outside of it."
          role_arns = local.evidence_readers
        }
      }
      readers           = local.evidence_readers
      writers_by_prefix = { "releases/" = [local.roles.release, local.roles.test, local.roles.verify] }
    }
    # What runs, or ran, stays to be looked into for as long as the evidence of it.
    models = {
      key               = "models"
      object_lock       = local._object_lock
      readers_by_prefix = { "approved/" = [local.roles.serving, local.roles.verify] }
      writers_by_prefix = { "approved/" = [local.roles.release] }
    }
    releases = {
      key     = "models"
      writers = [local.roles.release]
    }
    # Config delivers to no bucket that locks its objects.
    configuration = {
      key       = "audit"
      retention = { current_days = 400 }
      service_writers = {
        config = {
          inspects  = ["s3:GetBucketAcl", "s3:ListBucket"]
          prefixes  = ["AWSLogs/${local.account.id}/"]
          principal = "config.amazonaws.com"
        }
      }
    }
    trail = {
      key         = "audit"
      object_lock = local._object_lock
      retention   = { current_days = local.account.evidence.days + 30 }
      service_writers = {
        trail = {
          inspects  = ["s3:GetBucketAcl"]
          prefixes  = ["AWSLogs/${local.account.id}/"]
          principal = "cloudtrail.amazonaws.com"
        }
      }
    }
  })
}

module "log_bucket" {
  source = "../../modules/secure-bucket"

  account         = local.account
  housekeepers    = local._housekeepers
  name            = local.buckets.logs
  organization_id = module.naming.organization_id
  retention       = { current_days = 365 }
  service_writers = { access-logs = { principal = "logging.s3.amazonaws.com" } }
}

module "bucket" {
  source   = "../../modules/secure-bucket"
  for_each = local._buckets

  account           = local.account
  housekeepers      = local._housekeepers
  kms_key_arn       = module.key[each.value.key].key_arn
  log_bucket        = module.log_bucket.name
  name              = local.buckets[each.key]
  object_lock       = lookup(each.value, "object_lock", null)
  organization_id   = module.naming.organization_id
  outside_endpoints = lookup(each.value, "outside_endpoints", {})
  readers           = lookup(each.value, "readers", [])
  readers_by_prefix = lookup(each.value, "readers_by_prefix", {})
  retention         = lookup(each.value, "retention", {})
  service_writers   = lookup(each.value, "service_writers", {})
  writers           = lookup(each.value, "writers", [])
  writers_by_prefix = lookup(each.value, "writers_by_prefix", {})
}
