variable "account" {
  description = "The account that the boundaries belong to."
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

variable "documents" {
  description = "The boundary of each class (delivery, persona, service, workload) as JSON, with the tokens <account-id>, <organization-id>, <partition>, <prefix>, <region> and \"<regions>\", as in policies/guardrails/boundaries."
  type        = map(string)
  nullable    = false

  validation {
    condition = (
      length(setsubtract(keys(var.documents), ["delivery", "persona", "service", "workload"])) == 0
      && length(var.documents) == 4
    )
    error_message = "documents must be given for the classes delivery, persona, service and workload, got ${join(", ", keys(var.documents))}."
  }

  validation {
    condition     = alltrue([for document in values(var.documents) : can(jsondecode(document))])
    error_message = "documents.* must be JSON, got something else for ${join(", ", [for class, document in var.documents : class if !can(jsondecode(document))])}."
  }

  validation {
    condition = alltrue([
      for document in values(var.documents) :
      try(jsondecode(document).Version, "2012-10-17") == "2012-10-17"
      && (!can(jsondecode(document)) || can(jsondecode(document).Version))
    ])
    error_message = "documents.* must have the Version 2012-10-17, because an older one knows no policy variables, got ${jsonencode({ for class, document in var.documents : class => try(jsondecode(document).Version, "none") })}."
  }

  validation {
    condition = alltrue([
      for document in values(var.documents) : alltrue([
        for statement in try(jsondecode(document).Statement, []) :
        can(regex("^${statement.Effect}[A-Z][A-Za-z0-9]+$", statement.Sid))
      ])
    ])
    error_message = "documents.* must have a Sid in every statement that starts with its effect, such as AllowJobs, got ${join(", ", flatten([for document in values(var.documents) : [for statement in try(jsondecode(document).Statement, []) : try(statement.Sid, "none")]]))}."
  }

  validation {
    condition = alltrue([
      for document in values(var.documents) : alltrue([
        for statement in try(jsondecode(document).Statement, []) :
        try(statement.Effect, "Allow") == "Deny" || alltrue([
          for action in flatten([try(statement.Action, "*")]) :
          can(regex("^[a-z0-9-]+:[A-Z][A-Za-z0-9*]+$", action)) && !can(regex("^sagemaker:.*[*]", action))
        ])
      ])
    ])
    error_message = "documents.* must allow sagemaker's actions one by one and no whole service, got ${join(", ", flatten([for document in values(var.documents) : [for statement in try(jsondecode(document).Statement, []) : [for action in flatten([try(statement.Action, "*")]) : action if try(statement.Effect, "Allow") != "Deny" && can(regex("^(sagemaker:.*[*]|[*]|[a-z0-9-]+:[*])", action))]]]))}."
  }
}

variable "organization_id" {
  description = "The AWS organisation that nobody under a boundary leaves."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "organization_prefix" {
  description = "The prefix of every name of the organisation, with which the names of its roles and models begin."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.organization_prefix))
    error_message = "organization_prefix must be 2 to 12 lower-case letters or digits that start with a letter, got ${var.organization_prefix}."
  }
}

variable "regions" {
  description = "Regions in which the organisation has accounts; nobody under a boundary acts in another."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.regions) > 0
    error_message = "regions must name at least one region, got none."
  }

  validation {
    condition     = alltrue([for region in var.regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "regions must be such as eu-west-1, got ${join(", ", var.regions)}."
  }

  validation {
    condition     = contains(var.regions, var.account.region)
    error_message = "regions must contain the account's own ${var.account.region}, got ${join(", ", var.regions)}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
