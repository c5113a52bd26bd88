variable "account" {
  description = "The account that the repository belongs to."
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

variable "kms_key_arn" {
  description = "Key of this account that encrypts the images."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${var.kms_key_arn}."
  }
}

variable "name" {
  description = "Name of the repository, as in naming.repository_names."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.name))
    error_message = "name must be lower-case letters and digits, separated by single . _ / or -, got ${var.name}."
  }
}

variable "organization_id" {
  description = "The AWS organisation to which every reader and writer must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "readers" {
  description = "ARNs of the roles, of this account or others, that may pull."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for role in var.readers :
      can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "readers must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", var.readers)}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "untagged_retention_days" {
  description = "How long an image without a tag is kept; a tagged image is kept for good."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.untagged_retention_days >= 1
    error_message = "untagged_retention_days must be at least 1, got ${var.untagged_retention_days}."
  }
}

variable "writers" {
  description = "ARNs of the roles of this account that may pull and push; tags are immutable, so nobody replaces an image."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for role in var.writers :
      can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "writers must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", var.writers)}."
  }

  validation {
    condition = alltrue([
      for role in var.writers : try(split(":", role)[4], "") == var.account.id
    ])
    error_message = "writers must belong to account ${var.account.id}, got ${join(", ", var.writers)}."
  }
}
