# Names of what bounds and reaches the platform: boundaries, Studio roles, state, the forge.

locals {
  boundary_names = {
    for name, account in local.accounts : name => {
      for class in local._boundary_classes : class => "${account.prefix}-boundary-${class}"
    }
  }
  boundary_arns = {
    for name, boundaries in local.boundary_names : name => {
      for class, boundary in boundaries :
      class => "arn:${local._partition}:iam::${local.accounts[name].id}:policy/${boundary}"
    }
  }

  studio_role_names = {
    for name in local._homes : name => {
      for person, settings in var.organization.people :
      person => "${local.accounts[name].prefix}-studio-${person}"
      if contains(local._studio_personas, settings.persona) && (
        settings.business_unit == null || settings.business_unit == local.accounts[name].business_unit
      )
    }
  }
  studio_role_arns = {
    for name, roles in local.studio_role_names : name => {
      for person, role in roles :
      person => "arn:${local._partition}:iam::${local.accounts[name].id}:role/${role}"
    }
  }

  state_bucket_names = {
    for name, account in local.accounts : name => "${account.prefix}-tfstate-${account.id}"
  }
  state_key_aliases = {
    for name, account in local.accounts : name => "alias/${account.prefix}-tfstate"
  }
  state_key_alias_arns = {
    for name, alias in local.state_key_aliases : name =>
    "arn:${local._partition}:kms:${local.accounts[name].region}:${local.accounts[name].id}:${alias}"
  }

  # CodePipeline hands artefacts over in the region of each action: a bucket and a key for every
  # region of a target but the data-science account's own.
  _home_region    = local.accounts[local.data_science].region
  replica_regions = sort(setsubtract([for name in local.targets : local.accounts[name].region], [local._home_region]))
  replica_stores = {
    for region in local.replica_regions : region => {
      bucket_name = "${local.accounts[local.data_science].prefix}-${region}-${local.accounts[local.data_science].id}"
      key_alias_arn = join("", [
        "arn:${local._partition}:kms:${region}:${local.accounts[local.data_science].id}:",
        "alias/${local.accounts[local.data_science].prefix}-artifacts-${region}",
      ])
    }
  }
  artifact_stores = merge({
    (local._home_region) = {
      bucket_name   = local.bucket_names[local.data_science].artifacts
      key_alias_arn = local.key_alias_arns[local.data_science].artifacts
    }
  }, local.replica_stores)

  forge = {
    issuer        = var.organization.forge.issuer
    plan_subject  = replace(var.organization.forge.plan_subject, "{account}", var.account)
    apply_subject = replace(var.organization.forge.apply_subject, "{account}", var.account)
  }

  # Identity Center names its roles otherwise in each account.
  _sign_in_role = coalesce(
    var.organization.accounts[var.account].sign_in_role, local._organization.sign_in_role,
  )

  # What exists once per AWS account is laid out by one root where several share the account.
  _keeper = local._organization.single_account ? local._homes[0] : var.account
}
