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
  description = "ARNs of the roles of this account that administer the key and never sign with it."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.administrators) > 0
    error_message = "administrators must name at least one role, because a key without an administrator can never be changed, got ${length(var.administrators)}."
  }

  validation {
    condition = alltrue([
      for role in var.administrators :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "administrators must be ARNs of single roles of account ${var.account.id}, without wildcards and never an account root, got ${join(", ", var.administrators)}."
  }

  validation {
    condition     = !contains(var.administrators, var.signer.role_arn)
    error_message = "administrators must not sign with the key that they administer, got ${var.signer.role_arn} as both."
  }
}

variable "description" {
  description = "What the key signs, in one sentence; without it, the purpose says it."
  type        = string
  default     = null
}

variable "inspectors" {
  description = "ARNs of the roles of this account that may look at the key's settings and its public half, such as an auditor's."
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
  description = "The AWS organisation to which everybody must belong who signs or reads the public half."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "public_key_readers" {
  description = "ARNs of the roles, of this account or others, that read the public half of the key, such as those that pin it where signatures are checked."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for role in var.public_key_readers :
      can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "public_key_readers must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", var.public_key_readers)}."
  }
}

variable "purpose" {
  description = "What the key signs, as in naming.key_aliases: the alias is alias/<prefix>-<purpose>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,62}$", var.purpose))
    error_message = "purpose must be lower-case letters, digits and hyphens, got ${var.purpose}."
  }
}

variable "signer" {
  description = "Who signs: one role of this account and, where a signature is to prove the person, the source identity that the session must have."
  type = object({
    person   = optional(string)
    role_arn = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_/-]+$", var.signer.role_arn))
    error_message = "signer.role_arn must be the ARN of one role of account ${var.account.id}, without wildcards and never an account root, got ${var.signer.role_arn}."
  }

  validation {
    condition     = var.signer.person == null ? true : can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.signer.person))
    error_message = "signer.person must be 3 to 32 lower-case letters, digits or hyphens, without wildcards, got ${coalesce(var.signer.person, "null")}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
