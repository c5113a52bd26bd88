variable "account" {
  description = "The account that receives releases."
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

variable "evidence" {
  description = "Where statements about releases are kept: the bucket and the ARN of its key's alias."
  type = object({
    bucket_name   = string
    key_alias_arn = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.evidence.bucket_name))
    error_message = "evidence.bucket_name must be 3 to 63 lower-case letters, digits and hyphens, got ${var.evidence.bucket_name}."
  }

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.evidence.key_alias_arn))
    error_message = "evidence.key_alias_arn must be the ARN of an alias, got ${var.evidence.key_alias_arn}."
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
  description = "Names of the people who hold each persona that looks into targets, as in naming.people_by_persona; a persona without people has no role."
  type        = map(list(string))
  nullable    = false

  validation {
    condition = alltrue([
      for persona in keys(var.people_by_persona) :
      contains(["auditor", "platform-admin", "release-manager"], persona)
    ])
    error_message = "people_by_persona must be auditor, platform-admin or release-manager, because nobody builds in an account that serves, got ${join(", ", keys(var.people_by_persona))}."
  }

  validation {
    condition = alltrue([
      for name in flatten(values(var.people_by_persona)) :
      can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", name))
    ])
    error_message = "people_by_persona.* must be names of lower-case letters, digits and hyphens, got ${join(", ", flatten(values(var.people_by_persona)))}."
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
