# Where templates of products are kept that people launch by themselves: laid out with the account,
# because what decides over the account's contents is encrypted like its state. Who applies uses
# that key and cannot change it.

locals {
  _template_buckets = {
    for purpose, name in module.naming.bucket_names[var.account] : purpose => name
    if purpose == "catalog"
  }
}

module "template_bucket" {
  source   = "../../modules/secure-bucket"
  for_each = local._template_buckets

  account         = local.account
  housekeepers    = [module.naming.sign_in_role_arn]
  kms_key_arn     = module.state_key.key_arn
  log_bucket      = module.state_log_bucket.name
  name            = each.value
  organization_id = module.naming.organization_id

  outside_endpoints = {
    terraform = {
      reason    = "Terraform puts templates from where it runs, and Service Catalog reads them for it when a version is made."
      role_arns = [local.roles.apply, local.roles.plan]
    }
  }
}
