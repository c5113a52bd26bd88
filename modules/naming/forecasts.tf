# What the business sees of forecasts: what its view is called, and who looks at it in QuickSight.

locals {
  # As QuickSight makes it for Athena; a path is part of a role's name.
  _quicksight_role = "service-role/aws-quicksight-s3-consumers-role-v0"
  _dashboards      = { for name, account in var.organization.accounts : name => account.dashboard if account.dashboard != null }
  _forecasting     = distinct([for model in values(var.organization.models) : model.business_unit if model.answers == "batch"])
}

output "dashboard" {
  description = "Who looks at this account's forecasts in QuickSight: reader_arns, and role_arn of the role with which QuickSight asks for them; null where nobody does."
  value = one([
    for name, dashboard in local._dashboards : {
      reader_arns = [
        for reader in sort(dashboard.readers) :
        "arn:${local._partition}:quicksight:${coalesce(dashboard.identity_region, local.accounts[name].region)}:${local.accounts[name].id}:${reader}"
      ]
      role_arn = "arn:${local._partition}:iam::${local.accounts[name].id}:role/${coalesce(dashboard.role, local._quicksight_role)}"
    } if name == var.account
  ])

  precondition {
    condition = alltrue([
      for name in keys(local._dashboards) :
      var.organization.accounts[name].kind == "data-science" && contains(local._forecasting, var.organization.accounts[name].business_unit)
    ])
    error_message = "organization.yaml: accounts.*.dashboard must be that of a data-science account whose business unit has a model that answers in batches, got ${join(", ", keys(local._dashboards))}."
  }

  precondition {
    condition = alltrue([
      for dashboard in values(local._dashboards) : length(dashboard.readers) > 0 && alltrue([
        for reader in dashboard.readers : can(regex("^(group|user)/[A-Za-z0-9._-]{1,64}/[A-Za-z0-9+=,.@_/-]{1,128}$", reader))
      ])
    ])
    error_message = "organization.yaml: accounts.*.dashboard.readers must be groups and users of QuickSight such as group/default/business, got ${join(", ", flatten(values(local._dashboards)[*].readers))}."
  }

  precondition {
    condition = alltrue([
      for dashboard in values(local._dashboards) :
      dashboard.identity_region == null ? true : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", dashboard.identity_region))
    ])
    error_message = "organization.yaml: accounts.*.dashboard.identity_region must be a region such as us-east-1, got ${join(", ", compact(values(local._dashboards)[*].identity_region))}."
  }

  precondition {
    condition = alltrue([
      for dashboard in values(local._dashboards) :
      dashboard.role == null ? true : can(regex("^([A-Za-z0-9.,+@=_-]+/)*[A-Za-z0-9+=,.@_-]{1,64}$", dashboard.role))
    ])
    error_message = "organization.yaml: accounts.*.dashboard.role must be the name of one role, with its path, got ${join(", ", compact(values(local._dashboards)[*].role))}."
  }
}

output "forecasts_name" {
  description = "What the work group is called in which forecasts of the business unit are asked for; with underscores, their database."
  value       = "${local.accounts[local.data_science].prefix}-forecasts"
}
