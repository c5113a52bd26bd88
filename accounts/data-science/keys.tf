# A key per purpose: who may use it, for what, and through which service.

locals {
  _key_users = {
    artifacts = {
      builds    = { role_arns = concat([local.roles["branch-model-build"], local.roles.bundle, local.roles["model-build"]], local._forecast_builds), via_services = ["s3"] }
      promotion = { role_arns = concat([local.roles.promotion], local._forecast_carriers), via_services = ["s3", "sns"] }
      readers   = { role_arns = [local.roles["release-manager"]], access = "decrypt", via_services = ["s3"] }
      source    = { role_arns = [local.roles["ml-engineer"]], via_services = ["s3"] }
      targets   = { role_arns = local.artifact_users, via_services = ["s3"] }
    }
    audit = merge(
      { detective = { role_arns = [local.detective_role_arn], via_services = ["sns", "sqs"] } },
      { for role in local._feature_functions : "features" => { role_arns = [role], via_services = ["sns", "sqs"] } },
      { for role in local._feature_menders : "menders" => { role_arns = [role], access = "decrypt", via_services = ["sqs"] } },
      { for role in local._trigger_roles : "triggers" => { role_arns = [role], via_services = ["sqs"] } },
    )
    data = merge({ for name, role_arns in merge(local._feature_data_users, local._dashboard_data_users) : name => { role_arns = role_arns, via_services = ["s3"] } }, {
      jobs    = { role_arns = concat([local.roles["branch-pipeline"], local._branch_job_roles.processing, local.roles.pipeline, local.roles.processing], local._forecast_builds, local._feature_jobs), grants = true, via_services = ["s3", "sagemaker"] }
      macie   = { role_arns = [local.macie_role_arn], access = "decrypt", via_services = ["s3"] }
      people  = { role_arns = [local.roles["data-scientist"]], via_services = ["s3"] }
      readers = { role_arns = concat(local.scientists_in_studio, local._trigger_roles, [for purpose in ["training", "tuning"] : local.roles[purpose]], [for purpose in ["training", "tuning"] : local._branch_job_roles[purpose]]), access = "decrypt", via_services = ["s3"] }
      serving = { role_arns = [local.roles.serving], via_services = ["s3"] }
    })
    decisions = {
      deciders = { role_arns = [local.roles["release-manager"]], via_services = ["s3"] }
      readers  = { role_arns = concat([local.roles.auditor], local.decision_readers), access = "decrypt", via_services = ["s3"] }
    }
    logs = {}
    models = {
      jobs    = { role_arns = concat(values(local._branch_job_roles), [for purpose in ["branch-pipeline", "pipeline", "processing", "training", "tuning"] : local.roles[purpose]]), grants = true, via_services = ["s3", "sagemaker"] }
      readers = { role_arns = concat([local.roles.bundle, local.roles["data-scientist"], local.roles.lead, local.roles["release-manager"], local.roles.serving], local._forecast_builds), access = "decrypt", via_services = ["s3"] }
      targets = { role_arns = local.model_readers, access = "decrypt", via_services = ["s3"] }
      # Who makes an endpoint lends the key of its volumes.
      trials = { role_arns = [local.roles["trial-function"]], grants = true, via_services = ["sagemaker"] }
    }
    # CodeArtifact works with the grant that the role gives it which makes the domain.
    packages = {}
    studio = {
      studio = { role_arns = concat([local.roles.studio], values(local.studio_roles)), grants = true, via_services = ["sagemaker"] }
    }
  }
  _key_services = {
    audit = merge(local._feature_rules, local._trigger_rules, {
      alarms = {
        principal = "cloudwatch.amazonaws.com"
        # SNS does not tell a key for whom a service acts; it tells the topic.
        encryption_context = {
          "aws:sns:topicArn" = ["arn:${local.account.partition}:sns:${local.account.region}:${local.account.id}:*"]
        }
      }
      config = { principal = "config.amazonaws.com" }
      trail  = { principal = "cloudtrail.amazonaws.com" }
    })
    logs = {
      logs = {
        principal = "logs.${local.account.region}.amazonaws.com"
        encryption_context = {
          "aws:logs:arn" = ["arn:${local.account.partition}:logs:${local.account.region}:${local.account.id}:*"]
        }
      }
    }
  }
}

module "key" {
  source   = "../../modules/customer-key"
  for_each = local._key_users

  account         = local.account
  administrators  = [local.roles.apply, module.naming.sign_in_role_arn]
  inspectors      = [local.roles.auditor, local.roles.plan]
  organization_id = module.naming.organization_id
  purpose         = each.key
  services        = lookup(local._key_services, each.key, {})
  users           = each.value
}
