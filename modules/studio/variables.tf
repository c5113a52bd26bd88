variable "account" {
  description = "The account that the domain belongs to."
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

variable "execution_role_arn" {
  description = "Role that everybody's applications run with; what a person does with it carries the profile's name as source identity."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", var.execution_role_arn))
    error_message = "execution_role_arn must be the ARN of a single role, got ${var.execution_role_arn}."
  }

  validation {
    condition     = try(split(":", var.execution_role_arn)[4], "") == var.account.id
    error_message = "execution_role_arn must belong to account ${var.account.id}, got ${var.execution_role_arn}."
  }
}

variable "home_retention" {
  description = "What becomes of the home file system when the domain is destroyed: Delete, without which the subnets cannot be destroyed either, or Retain."
  type        = string
  default     = "Delete"
  nullable    = false

  validation {
    condition     = contains(["Delete", "Retain"], var.home_retention)
    error_message = "home_retention must be Delete or Retain, got ${var.home_retention}."
  }
}

variable "idle_timeout_minutes" {
  description = "After how long without work an application is stopped."
  type        = number
  default     = 120
  nullable    = false

  validation {
    condition     = var.idle_timeout_minutes >= 60 && var.idle_timeout_minutes <= 1440
    error_message = "idle_timeout_minutes must be 60 to 1440, got ${var.idle_timeout_minutes}."
  }
}

variable "kms_key_arn" {
  description = "Key of this account that encrypts home directories and volumes; a domain keeps its first key for life."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${var.kms_key_arn}."
  }
}

variable "people" {
  description = "The people of the organisation, as in naming.people; those with one of profile_personas get a user profile."
  type = map(object({
    persona = string
  }))
  nullable = false

  validation {
    condition = alltrue([
      for name in keys(var.people) :
      can(regex("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", replace(name, ".", "-")))
    ])
    error_message = "people must have names of letters, digits, dots and hyphens, got ${join(", ", keys(var.people))}."
  }

  validation {
    condition = (
      length(distinct([for name in keys(var.people) : replace(name, ".", "-")]))
      == length(var.people)
    )
    error_message = "people must have names that differ by more than a dot and a hyphen, which a user profile cannot tell apart, got ${join(", ", keys(var.people))}."
  }
}

variable "profile_personas" {
  description = "Personas whose holders work in Studio."
  type        = list(string)
  default     = ["data-scientist", "lead", "ml-engineer"]
  nullable    = false

  validation {
    condition = (
      length(setsubtract(var.profile_personas, ["data-scientist", "lead", "ml-engineer"]))
      == 0
    )
    error_message = "profile_personas must be data-scientist, lead or ml-engineer, because nobody who decides on releases or audits them builds models, got ${join(", ", var.profile_personas)}."
  }
}

variable "security_group_id" {
  description = "Security group of everything that runs in the domain."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^sg-[0-9a-f]+$", var.security_group_id))
    error_message = "security_group_id must look like sg-0a1b2c3d, got ${var.security_group_id}."
  }
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(distinct(var.subnet_ids)) >= 2
    error_message = "subnet_ids must be at least two subnets, got ${join(", ", var.subnet_ids)}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "vpc_id" {
  description = "Private network of the domain."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id must look like vpc-0a1b2c3d, got ${var.vpc_id}."
  }
}
