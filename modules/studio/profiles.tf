# A profile and an execution role for each person who builds models, and one role that can do
# nothing for whatever names no role of its own.

locals {
  _people = {
    for name, person in var.people : name => person.persona
    if contains(var.profile_personas, person.persona)
  }
  _trust = {
    services = {
      sagemaker = {
        principal            = "sagemaker.amazonaws.com"
        sets_source_identity = true
        # AWS asks not to name a single application of Studio.
        source_arns = ["${local._arn}:*"]
      }
    }
  }
}

module "default_role" {
  source = "../workload-role"

  account         = var.account
  boundary_arn    = var.boundary_arn
  description     = "Stands for nobody: the domain needs a role of its own, and this one may do nothing."
  name            = var.default_role_name
  organization_id = var.organization_id
  tags            = var.tags
  trust           = local._trust
}

module "role" {
  source   = "../workload-role"
  for_each = local._people

  account         = var.account
  boundary_arn    = var.boundary_arn
  description     = "Runs the applications of ${each.key} in Studio: looks, and changes nothing but their own spaces."
  keys            = merge(local._keys, try(var.access[each.value].keys, {}))
  name            = var.role_names[each.key]
  organization_id = var.organization_id
  statements      = concat(local._statements[each.key], try(var.access[each.value].statements, []))
  # Without the tag persona, by which the boundary tells who may decide: nobody decides from Studio.
  tags  = merge(var.tags, { owner = each.key })
  trust = local._trust
  unscoped_statements = merge(
    local._unscoped,
    try(var.access[each.value].unscoped_statements, {}),
  )
}

resource "aws_sagemaker_user_profile" "this" {
  for_each = local._people

  domain_id         = aws_sagemaker_domain.this.id
  user_profile_name = each.key
  tags              = merge(var.tags, { owner = each.key, persona = each.value })

  # No security group: those of a profile are added to the domain's, and would widen them.
  user_settings {
    execution_role = module.role[each.key].arn

    sharing_settings {
      notebook_output_option = "Disabled"
    }
  }
}
