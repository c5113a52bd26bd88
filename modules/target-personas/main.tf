# One role for each kind of person who looks into an account that receives releases. Nobody
# changes anything there: what changes it is a build that the promotion starts.

locals {
  _descriptions = {
    auditor         = "Looks at everything in an account that serves, and changes nothing."
    platform-admin  = "Sees how an account that serves is doing; changes nothing."
    release-manager = "Sees what was released, and how it is doing; changes nothing."
  }

  _statements = {
    auditor = concat(local._look, local._read_evidence, local._read_audit, [
      local._read_settings, local._read_findings, local._list_everything,
    ])
    platform-admin = concat(local._look, [
      local._read_settings, local._read_findings, local._list_everything,
    ])
    release-manager = concat(local._look, local._read_evidence)
  }

  # Evidence holds statements about releases, and no data.
  _evidence_key = {
    evidence = { alias_arn = var.evidence.key_alias_arn, access = "decrypt", via_services = ["s3"] }
  }
  _keys = {
    auditor         = local._evidence_key
    platform-admin  = {}
    release-manager = local._evidence_key
  }

  _listing = "AWS lets these listings name no resource."
  _unscoped = {
    auditor         = { ListEverything = local._listing, SeeMetrics = local._listing }
    platform-admin  = { ListEverything = local._listing, SeeMetrics = local._listing }
    release-manager = { SeeMetrics = local._listing }
  }
}

module "role" {
  source   = "../workload-role"
  for_each = { for persona, people in var.people_by_persona : persona => people if length(people) > 0 }

  account             = var.account
  boundary_arn        = var.boundary_arn
  description         = local._descriptions[each.key]
  keys                = local._keys[each.key]
  name                = var.role_names[each.key]
  organization_id     = var.organization_id
  statements          = local._statements[each.key]
  tags                = merge(var.tags, { persona = each.key })
  unscoped_statements = local._unscoped[each.key]

  trust = {
    roles = {
      sign-in = {
        identity_tag      = var.sign_in_tag
        role_arns         = [var.sign_in_role_arn]
        source_identities = each.value
      }
    }
  }
}
