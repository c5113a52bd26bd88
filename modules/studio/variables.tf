variable "access" {
  description = "What the holders of a persona look at from Studio beside their own spaces, by persona: keys, statements and reasons as in workload-role."
  type = map(object({
    keys = optional(map(object({
      alias_arn    = string
      access       = optional(string, "decrypt")
      grants       = optional(bool, false)
      via_services = optional(list(string), [])
    })), {})
    statements = optional(list(object({
      sid       = string
      actions   = list(string)
      resources = list(string)
      conditions = optional(list(object({
        test     = string
        variable = string
        values   = list(string)
      })), [])
    })), [])
    unscoped_statements = optional(map(string), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(keys(var.access), var.profile_personas)) == 0
    error_message = "access must be by personas that work in Studio (${join(", ", var.profile_personas)}), got ${join(", ", keys(var.access))}."
  }

  validation {
    condition = alltrue([
      for action in flatten(values(var.access)[*].statements[*].actions) :
      can(regex("^([a-z0-9-]+:(BatchGet|Describe|Get|List|Search)[A-Za-z]*|sagemaker:InvokeEndpoint)$", action))
    ])
    error_message = "access.*.statements must only look, or ask a model, because what changes anything is done in the person's persona, got ${join(", ", distinct(flatten(values(var.access)[*].statements[*].actions)))}."
  }

  validation {
    condition = alltrue([
      for access in values(var.access) : alltrue([for key in values(access.keys) : key.access == "decrypt"])
    ])
    error_message = "access.*.keys must be for decrypting, because Studio writes nothing but its own volumes, got ${jsonencode({ for persona, access in var.access : persona => { for name, key in access.keys : name => key.access } })}."
  }
}

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

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.account.prefix))
    error_message = "account.prefix must be 2 to 39 lower-case letters, digits and hyphens, or names in Studio would be too long, got ${var.account.prefix}."
  }
}

variable "boundary_arn" {
  description = "The most that any role in Studio may ever do, as in naming.boundary_arns of class persona."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/[A-Za-z0-9+=,.@_/-]+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy, got ${var.boundary_arn}."
  }
}

variable "default_role_name" {
  description = "Name of the role that the domain needs and that may do nothing, as in naming.role_names."
  type        = string
  nullable    = false

  validation {
    condition     = !contains(values(var.role_names), var.default_role_name)
    error_message = "default_role_name must not be the role of a person, got ${var.default_role_name}."
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

variable "key_alias_arn" {
  description = "ARN of the alias of kms_key_arn, by which the roles name the key, as in naming.key_alias_arns."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.key_alias_arn))
    error_message = "key_alias_arn must be the ARN of an alias, got ${var.key_alias_arn}."
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

variable "organization_id" {
  description = "The AWS organisation to which everybody must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "people" {
  description = "The people of the organisation, as in naming.people; those with one of profile_personas get a user profile."
  type = map(object({
    persona = string
  }))
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.people) : can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", name))])
    error_message = "people must have names of lower-case letters, digits and hyphens, got ${join(", ", keys(var.people))}."
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

variable "role_names" {
  description = "Names of the execution roles by person, as in naming.studio_role_names of the account."
  type        = map(string)
  nullable    = false

  validation {
    condition = length(setsubtract(
      [for name, person in var.people : name if contains(var.profile_personas, person.persona)],
      keys(var.role_names),
    )) == 0
    error_message = "role_names must have a role for everybody who works in Studio, got ${join(", ", keys(var.role_names))}."
  }

  validation {
    condition     = alltrue([for name, role in var.role_names : endswith(role, "-studio-${name}")])
    error_message = "role_names.* must end with -studio- and the person's name, by which an application knows whose it is, got ${join(", ", values(var.role_names))}."
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
