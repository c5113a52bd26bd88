# Feature groups of the business unit, and what is refused of them.

locals {
  _groups        = try(var.organization.features.groups, {})
  feature_groups = { for name, group in local._groups : name => group if group.business_unit == local.unit }
}

output "feature_groups" {
  description = "The feature groups of the business unit by name, each with description, owner, business_unit, columns, record_id and event_time (null where the time of arrival counts)."
  value       = local.feature_groups

  precondition {
    condition     = alltrue([for name in keys(local._groups) : can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", name))])
    error_message = "organization.yaml: features.groups keys must be 3 to 20 lower-case letters, digits or hyphens, a letter first and no hyphen last, got ${join(", ", keys(local._groups))}."
  }

  precondition {
    condition = alltrue([
      for group in values(local._groups) :
      contains(values(var.organization.accounts)[*].business_unit, group.business_unit)
    ])
    error_message = "organization.yaml: features.groups.*.business_unit must be the business unit of an account, got ${join(", ", values(local._groups)[*].business_unit)}."
  }

  precondition {
    condition = alltrue([
      for group in values(local._groups) :
      contains(keys(var.organization.people), group.owner) && group.business_unit == coalesce(
        try(var.organization.people[group.owner].business_unit, null), group.business_unit
      )
    ])
    error_message = "organization.yaml: features.groups.*.owner must be a key of people who work in the business unit of the group, got ${join(", ", values(local._groups)[*].owner)}."
  }
}

output "feature_image_digest" {
  description = "Digest of the image in which jobs fill feature groups; null where there is no group."
  value       = try(var.organization.features.image, null)

  precondition {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", try(var.organization.features.image, "sha256:${sha256("")}")))
    error_message = "organization.yaml: features.image must be sha256: and 64 hexadecimal digits, got ${try(var.organization.features.image, "null")}."
  }
}
