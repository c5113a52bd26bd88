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
      sign_in_tag           = optional(string)
      entry_networks        = optional(list(string), [])
      single_account        = optional(bool, false)
      units = object({
        data-science = string
        staging      = string
        production   = string
      })
    })
    forge = object({
      issuer        = string
      plan_subject  = string
      apply_subject = string
    })
    accounts = map(object({
      id            = string
      kind          = string
      region        = optional(string)
      business_unit = optional(string, "main")
      sign_in_role  = optional(string)
      evidence      = optional(object({ days = optional(number, 365), lock = optional(string) }), {})
      dashboard     = optional(object({ readers = list(string), identity_region = optional(string), role = optional(string) }))
      network = object({
        cidr            = string
        domains         = optional(list(string), [])
        zones           = optional(list(string))
        vpc_id          = optional(string)
        subnet_ids      = optional(list(string))
        route_table_ids = optional(list(string))
      })
    }))
    people = map(object({
      email         = string
      persona       = string
      business_unit = optional(string)
    }))
    models = map(object({
      description   = string
      owner         = string
      answers       = optional(string, "endpoint")
      promotes      = optional(string, "model")
      business_unit = optional(string, "main")
      triggers = optional(object({
        object   = optional(object({ prefix = string }))
        push     = optional(bool, false)
        schedule = optional(string)
      }))
    }))
    features = optional(object({
      image  = string
      groups = map(object({ business_unit = optional(string, "main"), columns = map(string), description = string, event_time = optional(string), owner = string, record_id = string }))
    }))
    promotion = optional(object({
      approval_timeout_minutes = optional(number, 10080)
      approval_valid_minutes   = optional(number, 1440)
      approvals                = optional(object({ staging = optional(number, 0), production = optional(number, 1) }), {})
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
    condition     = alltrue([for account in values(var.organization.accounts) : can(regex("^[0-9]{12}$", account.id))])
    error_message = "organization.yaml: accounts.*.id must be 12 digits in quotes, got ${join(", ", values(var.organization.accounts)[*].id)}."
  }

  validation {
    condition     = var.organization.organization.single_account || length(distinct(values(var.organization.accounts)[*].id)) == length(var.organization.accounts)
    error_message = "organization.yaml: accounts.*.id must all differ unless organization.single_account is true, got ${join(", ", values(var.organization.accounts)[*].id)}."
  }

  validation {
    condition     = !var.organization.organization.single_account || length(distinct(values(var.organization.accounts)[*].id)) == 1
    error_message = "organization.yaml: accounts.*.id must all be the same where organization.single_account is true, got ${join(", ", distinct(values(var.organization.accounts)[*].id))}."
  }

  validation {
    condition     = !var.organization.organization.single_account || length(distinct(values(var.organization.accounts)[*].business_unit)) == 1
    error_message = "organization.yaml: accounts.*.business_unit must be one where organization.single_account is true, got ${join(", ", distinct(values(var.organization.accounts)[*].business_unit))}."
  }

  validation {
    condition = !var.organization.organization.single_account || length(distinct([
      for account in values(var.organization.accounts) : coalesce(account.region, var.organization.organization.region)
    ])) == 1
    error_message = "organization.yaml: accounts.*.region must be one region where organization.single_account is true."
  }

  validation {
    condition     = alltrue([for unit in values(var.organization.organization.units) : can(regex("^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$", unit))])
    error_message = "organization.yaml: organization.units.* must look like ou-a1b2-c3d4e5f6, got ${join(", ", values(var.organization.organization.units))}."
  }

  validation {
    condition = can(regex(
      "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(/[A-Za-z0-9._~-]+)*$", var.organization.forge.issuer
    ))
    error_message = "organization.yaml: forge.issuer must be a host, and a path where it has one, without https://, got ${var.organization.forge.issuer}."
  }

  validation {
    condition = alltrue([
      for subject in [var.organization.forge.plan_subject, var.organization.forge.apply_subject] :
      can(regex("^[A-Za-z0-9:/._@=#+-]+$", replace(subject, "{account}", "account")))
    ])
    error_message = "organization.yaml: forge.plan_subject and apply_subject must be exact, without patterns and with no placeholder but {account}, got ${var.organization.forge.plan_subject} and ${var.organization.forge.apply_subject}."
  }

  validation {
    condition     = var.organization.forge.plan_subject != var.organization.forge.apply_subject
    error_message = "organization.yaml: forge.apply_subject must differ from plan_subject, got ${var.organization.forge.apply_subject} for both."
  }

  validation {
    condition     = alltrue([for account in values(var.organization.accounts) : contains(["data-science", "staging", "production"], account.kind)])
    error_message = "organization.yaml: accounts.*.kind must be data-science, staging or production, got ${join(", ", values(var.organization.accounts)[*].kind)}."
  }

  validation {
    condition = alltrue([
      for account in values(var.organization.accounts) :
      can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", account.business_unit))
    ])
    error_message = "organization.yaml: accounts.*.business_unit must be 2 to 20 lower-case letters, digits or hyphens, a letter first and no hyphen last, got ${join(", ", distinct(values(var.organization.accounts)[*].business_unit))}."
  }

  validation {
    condition = alltrue([
      for unit in distinct(values(var.organization.accounts)[*].business_unit) : length([
        for account in values(var.organization.accounts) : account
        if account.business_unit == unit && account.kind == "data-science"
      ]) == 1
    ])
    error_message = "organization.yaml: each business unit must have exactly one account of kind data-science, got ${join(", ", [for name, account in var.organization.accounts : "${name} of ${account.business_unit}" if account.kind == "data-science"])}."
  }

  validation {
    condition = alltrue(flatten([
      for unit in distinct(values(var.organization.accounts)[*].business_unit) : [
        for kind in ["staging", "production"] : length([
          for account in values(var.organization.accounts) : account
          if account.business_unit == unit && account.kind == kind
        ]) > 0
      ]
    ]))
    error_message = "organization.yaml: each business unit must have an account of kind staging and one of kind production, got ${join(", ", [for name, account in var.organization.accounts : "${name} (${account.kind}) of ${account.business_unit}"])}."
  }

  validation {
    condition = alltrue([
      for unit in distinct(values(var.organization.accounts)[*].business_unit) : length(distinct([
        for account in values(var.organization.accounts) :
        coalesce(account.region, var.organization.organization.region) if account.business_unit == unit
      ])) <= 2
    ])
    error_message = "organization.yaml: accounts.*.region must be at most two regions in each business unit, got ${join(", ", distinct([for account in values(var.organization.accounts) : coalesce(account.region, var.organization.organization.region)]))}."
  }

  validation {
    condition = alltrue([
      for network in values(var.organization.accounts)[*].network : (
        network.vpc_id == null
        ? network.zones != null && network.subnet_ids == null && network.route_table_ids == null
        : network.zones == null && network.subnet_ids != null && network.route_table_ids != null
      )
    ])
    error_message = "organization.yaml: accounts.*.network must have either zones, or vpc_id, subnet_ids and route_table_ids."
  }

  validation {
    condition     = alltrue([for account in values(var.organization.accounts) : can(cidrnetmask(account.network.cidr))])
    error_message = "organization.yaml: accounts.*.network.cidr must be an IPv4 block such as 10.16.0.0/16, got ${join(", ", values(var.organization.accounts)[*].network.cidr)}."
  }

  validation {
    condition = alltrue([
      for account in values(var.organization.accounts) :
      account.evidence.lock == null ? true : contains(["COMPLIANCE", "GOVERNANCE"], account.evidence.lock)
    ])
    error_message = "organization.yaml: accounts.*.evidence.lock must be COMPLIANCE or GOVERNANCE, got ${join(", ", compact(values(var.organization.accounts)[*].evidence.lock))}."
  }

  validation {
    condition     = alltrue([for account in values(var.organization.accounts) : account.evidence.days >= 1 && account.evidence.days == floor(account.evidence.days)])
    error_message = "organization.yaml: accounts.*.evidence.days must be whole days from 1, got ${join(", ", values(var.organization.accounts)[*].evidence.days)}."
  }

  validation {
    condition     = alltrue([for model in values(var.organization.models) : contains(keys(var.organization.people), model.owner)])
    error_message = "organization.yaml: models.*.owner must be a key of people, got ${join(", ", values(var.organization.models)[*].owner)}."
  }

  validation {
    condition     = alltrue([for name in concat(keys(var.organization.accounts), keys(var.organization.models)) : !startswith("${name}-", "x-")])
    error_message = "organization.yaml: keys of accounts and models must not be x or begin with x-, by which experiments are told from everything else, got ${join(", ", concat(keys(var.organization.accounts), keys(var.organization.models)))}."
  }

  validation {
    condition     = alltrue([for pair in setproduct(keys(var.organization.models), keys(var.organization.accounts)) : !startswith("${pair[0]}-", "${pair[1]}-")])
    error_message = "organization.yaml: models keys must not be or begin with an account's key, as names of the account do, got ${join(", ", keys(var.organization.models))} beside ${join(", ", keys(var.organization.accounts))}."
  }

  validation {
    condition     = alltrue([for model in values(var.organization.models) : contains(["endpoint", "batch"], model.answers)])
    error_message = "organization.yaml: models.*.answers must be endpoint or batch, got ${join(", ", values(var.organization.models)[*].answers)}."
  }

  validation {
    condition     = alltrue([for model in values(var.organization.models) : contains(model.answers == "batch" ? ["model"] : ["model", "code"], model.promotes)])
    error_message = "organization.yaml: models.*.promotes must be model or code, and model where answers is batch, got ${join(", ", values(var.organization.models)[*].promotes)}."
  }

  validation {
    condition     = !contains(keys(var.organization.models), "raw")
    error_message = "organization.yaml: models keys must not be raw, below which people bring their data, got raw."
  }

  validation {
    condition     = alltrue([for model in values(var.organization.models) : contains(values(var.organization.accounts)[*].business_unit, model.business_unit)])
    error_message = "organization.yaml: models.*.business_unit must be the business unit of an account, got ${join(", ", values(var.organization.models)[*].business_unit)}."
  }

  validation {
    condition = alltrue([
      for person in values(var.organization.people) : contains([
        for account in values(var.organization.accounts) : account.business_unit
      ], person.business_unit) if person.business_unit != null
    ])
    error_message = "organization.yaml: people.*.business_unit must be the business unit of an account, got ${join(", ", [for person in values(var.organization.people) : person.business_unit if person.business_unit != null])}."
  }

  validation {
    condition = alltrue([
      for model in values(var.organization.models) : model.business_unit == coalesce(
        try(var.organization.people[model.owner].business_unit, null), model.business_unit
      )
    ])
    error_message = "organization.yaml: models.*.owner must work in the business unit of the model, got ${join(", ", [for name, model in var.organization.models : "${model.owner} for ${name}"])}."
  }

  validation {
    condition = alltrue(flatten([
      for name, account in var.organization.accounts : [
        for person in keys(var.organization.people) :
        length("${var.organization.organization.prefix}-${name}-studio-${person}") <= 64
      ] if account.kind == "data-science"
    ]))
    error_message = "organization.yaml: people keys must leave role names within 64 characters (<prefix>-<account>-studio-<person>), got ${join(", ", keys(var.organization.people))}."
  }

  validation {
    condition     = alltrue([for name in keys(var.organization.people) : can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", name))])
    error_message = "organization.yaml: people keys must be 3 to 32 lower-case letters, digits or hyphens, a letter first, got ${join(", ", keys(var.organization.people))}."
  }

  validation {
    condition = alltrue([
      for person in values(var.organization.people) :
      contains(["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"], person.persona)
    ])
    error_message = "organization.yaml: people.*.persona must be auditor, data-scientist, lead, ml-engineer, platform-admin or release-manager, got ${join(", ", values(var.organization.people)[*].persona)}."
  }
}
