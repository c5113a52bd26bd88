variable "account" {
  description = "The account that the key belongs to."
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

variable "administrators" {
  description = "ARNs of the roles of this account that administer the key and never use it."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.administrators) > 0
    error_message = "administrators must name at least one role, because a key without an administrator can never be changed, got ${length(var.administrators)}."
  }

  validation {
    condition = alltrue([
      for role in var.administrators :
      can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "administrators must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", var.administrators)}."
  }

  validation {
    condition = alltrue([
      for role in var.administrators : try(split(":", role)[4], "") == var.account.id
    ])
    error_message = "administrators must belong to account ${var.account.id}, got ${join(", ", var.administrators)}."
  }
}

variable "description" {
  description = "What the key protects, in one sentence; without it, the purpose says it."
  type        = string
  default     = null
}

variable "inspectors" {
  description = "ARNs of the roles of this account that may look at the key's settings, such as an auditor's."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for role in var.inspectors :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "inspectors must be ARNs of single roles of account ${var.account.id}, without wildcards, got ${join(", ", var.inspectors)}."
  }
}

variable "organization_id" {
  description = "The AWS organisation to which every user must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "purpose" {
  description = "What the key is for, as in naming.key_aliases: the alias is alias/<prefix>-<purpose>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.purpose))
    error_message = "purpose must be lower-case letters, digits and hyphens, got ${var.purpose}."
  }
}

variable "services" {
  description = "AWS services that use the key by themselves, by a name of your choice. With encryption_context the value must match (ARN patterns of this account); without it, the request must be made for this account, and for source_arns where given."
  type = map(object({
    principal          = string
    access             = optional(string, "use")
    encryption_context = optional(map(list(string)), {})
    source_arns        = optional(list(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for name in keys(var.services) : can(regex("^[a-z][a-z0-9-]*$", name))
    ])
    error_message = "services must have names of lower-case letters, digits and hyphens, got ${join(", ", keys(var.services))}."
  }

  validation {
    condition = alltrue([
      for service in values(var.services) :
      can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", service.principal))
    ])
    error_message = "services.*.principal must be a service principal such as logs.eu-west-1.amazonaws.com, got ${join(", ", values(var.services)[*].principal)}."
  }

  validation {
    condition = alltrue([
      for service in values(var.services) : contains(["use", "decrypt"], service.access)
    ])
    error_message = "services.*.access must be use or decrypt, got ${join(", ", values(var.services)[*].access)}."
  }

  validation {
    condition = alltrue(flatten([
      for service in values(var.services) : [
        for pattern in flatten(concat(values(service.encryption_context), service.source_arns)) :
        can(regex("^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:${var.account.id}:.+$", pattern))
      ]
    ]))
    error_message = "services.*.encryption_context and source_arns must be ARN patterns of account ${var.account.id}, got ${jsonencode(var.services)}."
  }

  validation {
    condition = alltrue([
      for values in flatten([for service in values(var.services) :
      [for context in values(service.encryption_context) : length(context)]]) : values > 0
    ])
    error_message = "services.*.encryption_context.* must name at least one pattern, got ${jsonencode(var.services)}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "users" {
  description = "Roles that use the key, in named grants: access is use or decrypt; via_services (short names such as s3 or sagemaker) limits use to requests that these services make for the role; grants lets the role's AWS services keep using the key, as SageMaker volumes need."
  type = map(object({
    role_arns    = list(string)
    access       = optional(string, "use")
    grants       = optional(bool, false)
    via_services = optional(list(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.users) : can(regex("^[a-z][a-z0-9-]*$", name))])
    error_message = "users must have names of lower-case letters, digits and hyphens, got ${join(", ", keys(var.users))}."
  }

  validation {
    condition     = alltrue([for user in values(var.users) : length(user.role_arns) > 0])
    error_message = "users.*.role_arns must name at least one role, got ${jsonencode({ for name, user in var.users : name => user.role_arns })}."
  }

  validation {
    condition = alltrue(flatten([
      for user in values(var.users) : [
        for role in user.role_arns :
        can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))
      ]
    ]))
    error_message = "users.*.role_arns must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", flatten(values(var.users)[*].role_arns))}."
  }

  validation {
    condition = alltrue([
      for user in values(var.users) : contains(["use", "decrypt"], user.access)
    ])
    error_message = "users.*.access must be use or decrypt, got ${join(", ", values(var.users)[*].access)}."
  }

  validation {
    condition     = alltrue([for user in values(var.users) : !user.grants || user.access == "use"])
    error_message = "users.*.grants must stay false where access is decrypt, because a grant would give more than the role has, got ${jsonencode({ for name, user in var.users : name => user.access if user.grants })}."
  }

  validation {
    condition = (
      length(setintersection(flatten(values(var.users)[*].role_arns), var.administrators))
      == 0
    )
    error_message = "users must not be administrators of the same key, got ${join(", ", setintersection(flatten(values(var.users)[*].role_arns), var.administrators))}."
  }

  validation {
    condition = alltrue([
      for service in flatten(values(var.users)[*].via_services) :
      can(regex("^[a-z0-9-]+$", service))
    ])
    error_message = "users.*.via_services must be short service names such as s3 or sagemaker, got ${join(", ", flatten(values(var.users)[*].via_services))}."
  }
}
