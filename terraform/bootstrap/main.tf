# What an account needs before its own root: a place for state, the boundaries of its roles, and
# who may plan and apply. Only the sign-in role applies it; none of the roles made here can.

module "naming" {
  source = "../../modules/naming"

  account      = var.account
  organization = local.organization
}

locals {
  account = module.naming.account
  roles   = module.naming.role_arns[var.account]

  _partition  = local.account.partition
  _state_role = "arn:${local._partition}:iam::${local.account.id}:role/${local.account.prefix}-state"
}

module "permissions_boundaries" {
  source = "../../modules/permissions-boundaries"

  account             = local.account
  organization_id     = module.naming.organization_id
  organization_prefix = local.organization.organization.prefix
  regions             = distinct(values(module.naming.accounts)[*].region)

  documents = {
    for name in fileset("${path.module}/../../policies/guardrails/boundaries", "*.json") :
    trimsuffix(name, ".json") => file("${path.module}/../../policies/guardrails/boundaries/${name}")
  }
}
