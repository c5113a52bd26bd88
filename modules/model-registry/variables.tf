variable "account" {
  description = "The account that holds the registry."
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

variable "models" {
  description = "The models whose versions are kept, by name: the name of the group, what the model does and who owns it."
  type = map(object({
    description = string
    group_name  = string
    owner       = string
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for model in values(var.models) : can(regex("^[a-zA-Z0-9](-?[a-zA-Z0-9]){0,62}$", model.group_name))
    ])
    error_message = "models.*.group_name must be 1 to 63 letters, digits and single hyphens, got ${join(", ", values(var.models)[*].group_name)}."
  }

  validation {
    condition     = length(distinct(values(var.models)[*].group_name)) == length(var.models)
    error_message = "models.*.group_name must all differ, got ${join(", ", values(var.models)[*].group_name)}."
  }
}

variable "organization_id" {
  description = "The AWS organisation to which every reader must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "readers" {
  description = "ARNs of the roles of other accounts that may read packages; they may never change one."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for reader in var.readers : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", reader))
    ])
    error_message = "readers must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", var.readers)}."
  }

  validation {
    condition     = alltrue([for reader in var.readers : try(split(":", reader)[4], "") != var.account.id])
    error_message = "readers must belong to other accounts than ${var.account.id}, because roles of this account are granted by their own policy, got ${join(", ", var.readers)}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
