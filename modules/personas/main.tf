# One role for each kind of person. People arrive in the account through the sign-in role and take
# the role of their persona under their own name, which every record then carries. What each
# persona may do stands in a file of its own kind below.

locals {
  _descriptions = {
    auditor         = "Looks at everything and changes nothing."
    data-scientist  = "Brings data and trains models; does not approve them."
    lead            = "Approves or rejects versions of models; does not train them."
    ml-engineer     = "Publishes pipeline code and images; does not release models."
    platform-admin  = "Watches the platform and unblocks promotions; does not approve them."
    release-manager = "Decides at the gate before production; changes nothing else."
  }

  _statements = {
    auditor         = concat(local._auditor, local._count_undelivered)
    data-scientist  = concat(local._data_scientist, local._count_undelivered)
    lead            = concat(local._lead, local._count_undelivered)
    ml-engineer     = concat(local._ml_engineer, local._count_undelivered)
    platform-admin  = concat(local._platform_admin, local._count_undelivered, local._send_again)
    release-manager = local._release_manager
  }

  _keys = {
    auditor = {
      decisions = { alias_arn = var.key_alias_arns.decisions, access = "decrypt", via_services = ["s3"] }
    }
    data-scientist = {
      data   = { alias_arn = var.key_alias_arns.data, via_services = ["s3"] }
      models = { alias_arn = var.key_alias_arns.models, access = "decrypt", via_services = ["s3"] }
    }
    lead = {
      models = { alias_arn = var.key_alias_arns.models, access = "decrypt", via_services = ["s3"] }
    }
    ml-engineer = {
      artifacts = { alias_arn = var.key_alias_arns.artifacts, via_services = ["s3"] }
    }
    platform-admin = {
      for name, alias_arn in { audit = var.key_alias_arns.audit } :
      name => { alias_arn = alias_arn, access = "decrypt", via_services = ["sqs"] } if var.features != null
    }
    release-manager = {
      artifacts = { alias_arn = var.key_alias_arns.artifacts, access = "decrypt", via_services = ["s3"] }
      decisions = { alias_arn = var.key_alias_arns.decisions, via_services = ["s3"] }
      models    = { alias_arn = var.key_alias_arns.models, access = "decrypt", via_services = ["s3"] }
    }
  }

  _unscoped = {
    auditor = {
      ListEverything = "AWS lets these listings name no resource."
    }
    data-scientist = merge(local._launch_reasons, {
      FindBranches = "AWS lets these listings name no resource."
      ListStudio   = "AWS lets these listings name no resource."
    })
    lead = merge(local._launch_reasons, {
      ListStudio = "AWS lets these listings name no resource."
    })
    ml-engineer = {
      FindBranches     = "AWS lets these listings name no resource."
      ListStudio       = "AWS lets these listings name no resource."
      SignInToRegistry = "ECR's sign-in names no repository."
    }
    platform-admin  = { ListEverything = "AWS lets these listings name no resource." }
    release-manager = {}
  }
}

module "role" {
  source   = "../workload-role"
  for_each = { for persona, people in var.people_by_persona : persona => people if length(people) > 0 }

  account             = var.account
  boundary_arn        = var.boundary_arn
  denials             = each.key == "data-scientist" ? local._start_no_ingestion : []
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
