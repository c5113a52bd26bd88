# Keys that sign: of the build that states what is released, and of each person who decides on it.
# Whoever checks a signature has pinned the public half before, in the account that is released to.

locals {
  _target_appliers = [for target in local.targets : module.naming.role_arns[target].apply]

  _signers = merge(
    {
      release-signing = {
        description = "Signs what exactly is released."
        signer      = { role_arn = local.roles.bundle }
      }
    },
    {
      for person in module.naming.people_by_persona["release-manager"] : "approval-${person}" => {
        description = "Signs what ${person} decides on releases."
        signer      = { person = person, role_arn = local.roles["release-manager"] }
      }
    },
  )
}

module "signing_key" {
  source   = "../../modules/signing-key"
  for_each = local._signers

  account            = local.account
  administrators     = [local.roles.apply, module.naming.sign_in_role_arn]
  description        = each.value.description
  inspectors         = [local.roles.auditor, local.roles.plan]
  organization_id    = module.naming.organization_id
  public_key_readers = local._target_appliers
  purpose            = each.key
  signer             = each.value.signer
}
