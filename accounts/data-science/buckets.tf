# A bucket per purpose: who may read and write it, by name. Where in it stands in the policies of
# those roles, because a bucket policy ends at 20 kB and the number of models does not.

locals {
  # They see which objects there are, and remove them where the account is destroyed.
  _housekeepers = [local.roles.apply, local.roles.plan, module.naming.sign_in_role_arn]

  # Builds of the targets fetch a release through their own accounts' endpoints.
  _target_ids = [for target in local.targets : module.naming.accounts[target].id]
  _aws_pipelines = {
    promotion = {
      reason    = "CodePipeline moves artefacts from a network of AWS."
      role_arns = concat([local.roles.promotion], local._forecast_carriers)
    }
  }
  _aws_discovery = {
    macie = {
      reason    = "Macie looks for what nobody expected, from a network of AWS."
      role_arns = [local.macie_role_arn]
    }
  }
  _aws_orchestration = {
    orchestration = {
      reason    = "SageMaker reads what a step has written, in the pipeline's name and from a network of AWS."
      role_arns = [local.roles["branch-pipeline"], local.roles.pipeline]
    }
  }
  _object_lock = { days = local.account.evidence.days, mode = local.account.evidence.lock }

  _buckets = {
    artifacts = {
      endpoint_accounts = local._target_ids
      key               = "artifacts"
      outside_endpoints = merge(local._aws_pipelines, {
        deciders = {
          reason    = "Who decides on releases sits outside of the network that builds them."
          role_arns = [local.roles["release-manager"]]
        }
      })
      readers   = [local.roles["release-manager"]]
      retention = { current_days = 365, noncurrent_days = 90 }
      writers   = concat([local.roles.promotion, local.roles.bundle], local.artifact_users, local._forecast_builds, local._forecast_carriers)
    }
    data = {
      announces_objects = length(local._triggered) + length(local._forecasts) + length(local._groups) > 0
      key               = "data"
      queried_prefixes  = concat(local._feature_prefixes, local._forecast_prefixes)
      outside_endpoints = merge(local._aws_discovery, local._aws_orchestration)
      readers           = concat([local.macie_role_arn], local.scientists_in_studio, [for purpose in ["data-scientist", "pipeline", "training", "tuning"] : local.roles[purpose]])
      readers_by_prefix = {
        (local._branch_prefix) = [local.roles["branch-pipeline"]]
        "forecasts/"           = local._dashboard_roles
        "raw/"                 = concat(local._trigger_roles, [local._branch_job_roles.processing])
      }
      writers = [local.roles.processing]
      writers_by_prefix = merge(
        { "raw/" = [local.roles["data-scientist"]], "x/" = [local.roles.serving] },
        { (local._branch_prefix) = values(local._branch_job_roles) },
        { for prefix in local._feature_prefixes : prefix => concat(local._feature_roles, [local.roles["data-scientist"]]) },
        { for prefix in local._forecast_prefixes : "${prefix}_queries/" => concat(local._dashboard_roles, [local.roles["data-scientist"]]) },
      )
    }
    # Nobody may take a decision back, or put another in its place.
    decisions = {
      endpoint_accounts = local._target_ids
      key               = "decisions"
      object_lock       = local._object_lock
      outside_endpoints = {
        deciders = {
          reason    = "Who decides on releases, and who audits it, sits outside of the network that builds them."
          role_arns = [local.roles.auditor, local.roles["release-manager"]]
        }
      }
      readers    = concat([local.roles.auditor], local.decision_readers)
      write_once = true
      writers_by_prefix = {
        for kind in ["approvals", "freezes", "revocations", "rollbacks"] : "${kind}/" => [local.roles["release-manager"]]
      }
    }
    models = {
      endpoint_accounts = local._target_ids
      key               = "models"
      outside_endpoints = local._aws_orchestration
      readers           = concat([for purpose in ["bundle", "data-scientist", "lead", "pipeline", "release-manager", "serving"] : local.roles[purpose]], local.model_readers, local._forecast_builds)
      readers_by_prefix = { (local._branch_prefix) = [local.roles["branch-pipeline"]] }
      writers           = [local.roles.processing, local.roles.training, local.roles.tuning]
      writers_by_prefix = { (local._branch_prefix) = values(local._branch_job_roles) }
    }
    source = {
      announces_objects = true
      key               = "artifacts"
      outside_endpoints = merge(local._aws_pipelines, {
        publishers = {
          reason    = "The source package comes from the forge's runner, which is not in our network."
          role_arns = [local.roles["ml-engineer"]]
        }
      })
      readers           = concat([local.roles["branch-model-build"], local.roles["model-build"], local.roles.promotion], local._forecast_carriers)
      writers_by_prefix = { "source/" = [local.roles["ml-engineer"]] }
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
  }
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
  announces_objects = lookup(each.value, "announces_objects", false)
  endpoint_accounts = lookup(each.value, "endpoint_accounts", [])
  housekeepers      = local._housekeepers
  kms_key_arn       = module.key[each.value.key].key_arn
  log_bucket        = module.log_bucket.name
  name              = local.buckets[each.key]
  object_lock       = lookup(each.value, "object_lock", null)
  organization_id   = module.naming.organization_id
  outside_endpoints = lookup(each.value, "outside_endpoints", {})
  queried_prefixes  = lookup(each.value, "queried_prefixes", [])
  readers           = lookup(each.value, "readers", [])
  readers_by_prefix = lookup(each.value, "readers_by_prefix", {})
  retention         = lookup(each.value, "retention", {})
  service_writers   = lookup(each.value, "service_writers", {})
  write_once        = lookup(each.value, "write_once", false)
  writers           = lookup(each.value, "writers", [])
  writers_by_prefix = lookup(each.value, "writers_by_prefix", {})
}
