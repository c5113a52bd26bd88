# Signatures: the key of this account's own test, where releases are tested before anybody decides on
# them, and the keys of others whose signatures are believed here.

locals {
  _test_signing = toset([for purpose in ["test-signing"] : purpose if can(local.key_aliases[purpose])])

  # Whoever applies an account where that test counts pins its key there.
  _production_appliers = [
    for target in module.naming.production_accounts : module.naming.role_arns[target].apply
  ]
}

module "signing_key" {
  source   = "../../modules/signing-key"
  for_each = local._test_signing

  account            = local.account
  administrators     = [local.roles.apply, module.naming.sign_in_role_arn]
  description        = "Signs what a test of this account found."
  inspectors         = [local.roles.auditor, local.roles.plan]
  organization_id    = module.naming.organization_id
  public_key_readers = local._production_appliers
  purpose            = each.key
  signer             = { role_arn = local.roles.test }
}

# Empty until a person has pinned the keys: without them nothing verifies. What was pinned is no
# setting of Terraform's, and a later apply leaves it as it is.
resource "aws_ssm_parameter" "trusted_keys" {
  name        = module.naming.trusted_keys_parameter_names[var.account]
  description = "Public keys whose signatures on releases, tests and decisions this account believes."
  type        = "String"
  tier        = "Intelligent-Tiering"
  value       = jsonencode({ keys = [], schema_version = 1 })

  lifecycle {
    ignore_changes = [value]
  }
}
