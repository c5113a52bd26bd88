variable "account" {
  description = "Key, in the organisation's accounts, of the account that this root lays out."
  type        = string
  nullable    = false

  validation {
    condition     = contains(keys(var.organization.accounts), var.account)
    error_message = "account must be a key of accounts in organization.yaml (${join(", ", keys(var.organization.accounts))}), got ${var.account}."
  }
}

variable "organization" {
  description = "The decoded accounts/organization.yaml."
  type = object({
    schema_version = number
    organization = object({
      id                    = string
      management_account_id = string
      prefix                = string
      region                = string
      sign_in_role          = string
    })
    accounts = map(object({
      id     = string
      kind   = string
      region = optional(string)
      network = object({
        cidr  = string
        zones = list(string)
      })
    }))
    people = map(object({
      email   = string
      persona = string
    }))
    models = map(object({
      description = string
      owner       = string
    }))
    promotion = optional(object({
      approval_timeout_minutes = optional(number, 10080)
    }), {})
  })
  nullable = false

  validation {
    condition     = var.organization.schema_version == 1
    error_message = "organization.yaml: schema_version must be 1, got ${var.organization.schema_version}."
  }

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.organization.organization.prefix))
    error_message = "organization.yaml: organization.prefix must be 2 to 12 lower-case letters or digits that start with a letter, got ${var.organization.organization.prefix}."
  }

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization.organization.id))
    error_message = "organization.yaml: organization.id must look like o-a1b2c3d4e5, got ${var.organization.organization.id}."
  }

  validation {
    condition = alltrue([
      for account in values(var.organization.accounts) : can(regex("^[0-9]{12}$", account.id))
    ])
    error_message = "organization.yaml: accounts.*.id must be 12 digits in quotes, got ${join(", ", values(var.organization.accounts)[*].id)}."
  }

  validation {
    condition = (
      length(distinct(values(var.organization.accounts)[*].id))
      == length(var.organization.accounts)
    )
    error_message = "organization.yaml: accounts.*.id must all differ, got ${join(", ", values(var.organization.accounts)[*].id)}."
  }

  validation {
    condition = alltrue([
      for account in values(var.organization.accounts) :
      contains(["data-science", "staging", "production"], account.kind)
    ])
    error_message = "organization.yaml: accounts.*.kind must be data-science, staging or production, got ${join(", ", values(var.organization.accounts)[*].kind)}."
  }

  validation {
    condition = (
      length([for account in values(var.organization.accounts) : account if account.kind
      == "data-science"]) == 1
    )
    error_message = "organization.yaml: exactly one account must be of kind data-science, got ${length([for account in values(var.organization.accounts) : account if account.kind == "data-science"])}."
  }

  validation {
    condition = alltrue([
      for account in values(var.organization.accounts) : can(cidrnetmask(account.network.cidr))
    ])
    error_message = "organization.yaml: accounts.*.network.cidr must be an IPv4 block such as 10.16.0.0/16, got ${join(", ", values(var.organization.accounts)[*].network.cidr)}."
  }

  validation {
    condition = alltrue([
      for model in values(var.organization.models) :
      contains(keys(var.organization.people), model.owner)
    ])
    error_message = "organization.yaml: models.*.owner must be a key of people, got ${join(", ", values(var.organization.models)[*].owner)}."
  }
  validation {
    condition = alltrue([
      for person in values(var.organization.people) : contains([
        "auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager",
      ], person.persona)
    ])
    error_message = "organization.yaml: people.*.persona must be auditor, data-scientist, lead, ml-engineer, platform-admin or release-manager, got ${join(", ", values(var.organization.people)[*].persona)}."
  }
}
