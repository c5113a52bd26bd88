# A key per purpose: who may use it, for what, and through which service.

locals {
  _key_users = merge(local._retraining_keys, {
    audit = {
      detective = { role_arns = [local.detective_role_arn], via_services = ["sns", "sqs"] }
    }
    capture = {
      macie      = { role_arns = [local.macie_role_arn], access = "decrypt", via_services = ["s3"] }
      monitoring = { role_arns = [local.roles.monitoring], grants = true, via_services = ["s3", "sagemaker"] }
      serving    = { role_arns = [local.roles.serving], via_services = ["s3"] }
    }
    evidence = {
      builds = { role_arns = [local.roles.release, local.roles.test, local.roles.verify], via_services = ["s3"] }
      people = { role_arns = local.evidence_readers, access = "decrypt", via_services = ["s3"] }
    }
    logs = {}
    models = {
      readers = { role_arns = [local.roles.serving, local.roles.verify], access = "decrypt", via_services = ["s3"] }
      release = { role_arns = [local.roles.release], grants = true, via_services = ["s3", "sagemaker"] }
    }
  })
  _key_services = {
    audit = {
      alarms = {
        principal = "cloudwatch.amazonaws.com"
        # SNS does not tell a key for whom a service acts; it tells the topic.
        encryption_context = {
          "aws:sns:topicArn" = ["arn:${local.account.partition}:sns:${local.account.region}:${local.account.id}:*"]
        }
      }
      config = { principal = "config.amazonaws.com" }
      trail  = { principal = "cloudtrail.amazonaws.com" }
    }
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
