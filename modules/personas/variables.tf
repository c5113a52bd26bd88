variable "account" {
  description = "The data-science account, in which people work."
  type = object({
    id        = string
    partition = optional(string, "aws")
    prefix    = string
    region    = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "account.id must be 12 digits, got ${var.account.id}."
  }
}

variable "boundary_arn" {
  description = "ARN of the policy that bounds the roles of people, as in naming.boundary_arns of the account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "bucket_names" {
  description = "Names of the account's buckets, as in naming.bucket_names of the account."
  type = object({
    artifacts = string
    data      = string
    decisions = string
    models    = string
    source    = string
  })
  nullable = false

  validation {
    condition = alltrue([
      for name in values(var.bucket_names) : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", name))
    ])
    error_message = "bucket_names.* must be 3 to 63 lower-case letters, digits and hyphens, got ${join(", ", values(var.bucket_names))}."
  }
}

variable "data_prefixes" {
  description = "Where in the data bucket data scientists put data."
  type        = list(string)
  default     = ["raw/"]
  nullable    = false

  validation {
    condition = alltrue([
      for prefix in var.data_prefixes : can(regex("^([A-Za-z0-9._-]+/)+$", prefix))
    ])
    error_message = "data_prefixes must be such as raw/ or raw/tables/, got ${join(", ", var.data_prefixes)}."
  }
}

variable "entry_networks" {
  description = "Private address ranges from which people reach the account's VPC endpoints: the network itself, and those that are connected to it."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.entry_networks) > 0
    error_message = "entry_networks must name at least one range, got none."
  }

  validation {
    condition = alltrue([
      for range in var.entry_networks :
      can(cidrnetmask(range)) && can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.).*/(8|9|[12][0-9]|3[0-2])$", range))
    ])
    error_message = "entry_networks must be private IPv4 ranges such as 10.16.0.0/16, got ${join(", ", var.entry_networks)}."
  }
}

variable "features" {
  description = "What everything of feature groups in this account begins with, as in naming.role_names: data scientists then bring objects and ask for records, platform admins send again what was given up; null where there is no group."
  type        = string
  default     = null

  validation {
    condition     = var.features == null || can(regex("^${var.account.prefix}-[a-z0-9-]+$", var.features))
    error_message = "features must start with ${var.account.prefix}-, got ${coalesce(var.features, "null")}."
  }
}

variable "forecasts" {
  description = "The work group in which forecasts of this account are asked for, as in naming.forecasts_name: data scientists then read forecasts and ask for them; null where no model answers in batches."
  type        = string
  default     = null

  validation {
    condition     = var.forecasts == null || can(regex("^${var.account.prefix}-[a-z0-9-]+$", var.forecasts))
    error_message = "forecasts must start with ${var.account.prefix}-, got ${coalesce(var.forecasts, "null")}."
  }
}

variable "gates" {
  description = "Where release managers decide on promotions, each as <stage>/<action> of their pipelines."
  type        = list(string)
  default     = ["Approve/Approve"]
  nullable    = false

  validation {
    condition     = length(var.gates) > 0 && alltrue([for gate in var.gates : can(regex("^[A-Za-z]+/[A-Za-z]+$", gate))])
    error_message = "gates must each be <stage>/<action> in letters, got ${join(", ", var.gates)}."
  }
}

variable "key_alias_arns" {
  description = "ARNs of the account's key aliases, as in naming.key_alias_arns of the account."
  type = object({
    artifacts = string
    audit     = string
    data      = string
    decisions = string
    models    = string
  })
  nullable = false

  validation {
    condition = alltrue([
      for arn in values(var.key_alias_arns) :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", arn))
    ])
    error_message = "key_alias_arns.* must be ARNs of aliases, got ${join(", ", values(var.key_alias_arns))}."
  }
}

variable "organization_id" {
  description = "The AWS organisation to which everybody must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "organization_prefix" {
  description = "First part of every name of the organisation: what belongs to a model is named so."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.organization_prefix))
    error_message = "organization_prefix must be 2 to 12 lower-case letters or digits that start with a letter, got ${var.organization_prefix}."
  }
}

variable "parameter_root" {
  description = "Path under which the account publishes its facts, as in naming.parameter_root."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^/[a-z0-9]+/[a-z0-9-]+$", var.parameter_root))
    error_message = "parameter_root must be such as /gatehouse/data-science, got ${var.parameter_root}."
  }
}

variable "people_by_persona" {
  description = "Names of the people who hold each persona, as in naming.people_by_persona; a persona without people has no role."
  type        = map(list(string))
  nullable    = false

  validation {
    condition = alltrue([
      for persona in keys(var.people_by_persona) :
      contains(["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"], persona)
    ])
    error_message = "people_by_persona must have personas that exist (auditor, data-scientist, lead, ml-engineer, platform-admin, release-manager), got ${join(", ", keys(var.people_by_persona))}."
  }

  validation {
    condition = alltrue([
      for name in flatten(values(var.people_by_persona)) :
      can(regex("^[a-z][a-z0-9.-]{0,30}[a-z0-9]$", name))
    ])
    error_message = "people_by_persona.* must be names of lower-case letters, digits, dots and hyphens, got ${join(", ", flatten(values(var.people_by_persona)))}."
  }

  validation {
    condition = (
      length(distinct(flatten(values(var.people_by_persona))))
      == length(flatten(values(var.people_by_persona)))
    )
    error_message = "people_by_persona must give each person one persona, got ${jsonencode(var.people_by_persona)}."
  }
}

variable "project_names" {
  description = "Names of the account's build projects, as in naming.project_names of the account."
  type        = map(string)
  nullable    = false

  validation {
    condition     = contains(keys(var.project_names), "model-build")
    error_message = "project_names must contain model-build, got ${join(", ", keys(var.project_names))}."
  }
}

variable "repository_names" {
  description = "Names of the account's image repositories, as in naming.repository_names of the account."
  type        = map(string)
  nullable    = false

  validation {
    condition = alltrue([
      for name in values(var.repository_names) : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", name))
    ])
    error_message = "repository_names.* must be names of repositories without wildcards, got ${join(", ", values(var.repository_names))}."
  }
}

variable "role_names" {
  description = "Names of the account's roles, as in naming.role_names of the account; those of the personas are made here."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.people_by_persona), keys(var.role_names))) == 0
    error_message = "role_names must have a name for every persona, got none for ${join(", ", setsubtract(keys(var.people_by_persona), keys(var.role_names)))}."
  }
}

variable "sign_in_role_arn" {
  description = "ARN of the role through which people arrive in the account, as in naming.sign_in_role_arn."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", var.sign_in_role_arn))
    error_message = "sign_in_role_arn must be the ARN of a single role, got ${var.sign_in_role_arn}."
  }
}

variable "sign_in_tag" {
  description = "Key of the principal tag by which the identity provider tells who arrived, as in naming.sign_in_tag; null where it does not tell, and where people are believed."
  type        = string
  default     = null

  validation {
    condition     = var.sign_in_tag == null ? true : can(regex("^[A-Za-z0-9_.:/=+@-]{1,128}$", var.sign_in_tag))
    error_message = "sign_in_tag must be the key of a tag, got ${coalesce(var.sign_in_tag, "null")}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
