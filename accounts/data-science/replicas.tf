# Where the promotion hands artefacts to targets in another region: CodePipeline wants a bucket and
# a key in that region and in its own account.

locals {
  _replica_targets = {
    for region in module.naming.replica_regions : region => [
      for target in local.targets : target if module.naming.accounts[target].region == region
    ]
  }
  _replica_users = {
    for region, targets in local._replica_targets : region => flatten([
      for target in targets : [
        for purpose in ["deploy", "release", "test", "verify"] :
        module.naming.role_arns[target][purpose]
      ]
    ])
  }
}

module "artifact_replica_key" {
  source    = "../../modules/customer-key"
  for_each  = local._replica_users
  providers = { aws = aws.elsewhere }

  account         = merge(local.account, { region = each.key })
  administrators  = [local.roles.apply, module.naming.sign_in_role_arn]
  inspectors      = [local.roles.auditor, local.roles.plan]
  organization_id = module.naming.organization_id
  purpose         = "artifacts-${each.key}"

  users = {
    promotion = { role_arns = [local.roles.promotion], via_services = ["s3"] }
    targets   = { role_arns = each.value, via_services = ["s3"] }
  }
}

module "artifact_replica" {
  source    = "../../modules/secure-bucket"
  for_each  = local._replica_users
  providers = { aws = aws.elsewhere }

  account           = merge(local.account, { region = each.key })
  endpoint_accounts = [for target in local._replica_targets[each.key] : module.naming.accounts[target].id]
  housekeepers      = local._housekeepers
  kms_key_arn       = module.artifact_replica_key[each.key].key_arn
  name              = module.naming.artifact_stores[each.key].bucket_name
  organization_id   = module.naming.organization_id
  outside_endpoints = local._aws_pipelines
  retention         = { current_days = 365, noncurrent_days = 90 }
  writers           = concat([local.roles.promotion], each.value)
}
