variable "account" {
  description = "The account that the packages belong to."
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

variable "domain_name" {
  description = "Name of the domain, as in naming.package_domain_name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,48}[a-z0-9]$", var.domain_name))
    error_message = "domain_name must be 2 to 50 lower-case letters, digits and hyphens that start with a letter, got ${var.domain_name}."
  }
}

variable "kms_key_arn" {
  description = "Key of this account that encrypts the packages; it cannot be changed later."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${var.kms_key_arn}."
  }
}

variable "organization_id" {
  description = "The AWS organisation to which every reader and publisher must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "publishers" {
  description = "ARNs of the roles of this account that publish packages, and read them."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.publishers) > 0
    error_message = "publishers must name at least one role, got none."
  }

  validation {
    condition = alltrue([
      for role in var.publishers :
      can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))
      && try(split(":", role)[4], "") == var.account.id
    ])
    error_message = "publishers must be ARNs of single roles of account ${var.account.id}, without wildcards and never its root, got ${join(", ", var.publishers)}."
  }
}

variable "readers" {
  description = "ARNs of the roles that read packages."
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

variable "repository_name" {
  description = "Name of the repository."
  type        = string
  default     = "pypi"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]{1,98}[a-z0-9]$", var.repository_name))
    error_message = "repository_name must be 3 to 100 lower-case letters, digits, dots, hyphens and underscores, got ${var.repository_name}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "upstreams" {
  description = "Where packages that nobody published here come from, by a name of your choice: an external connection of CodeArtifact for Python packages, and the reason why it is acceptable. Without it, nothing comes from outside."
  type = map(object({
    connection = string
    reason     = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(var.upstreams) <= 1
    error_message = "upstreams must name at most one, for public:pypi is the only one for Python packages, got ${join(", ", keys(var.upstreams))}."
  }

  validation {
    condition = alltrue([
      for upstream in values(var.upstreams) : upstream.connection == "public:pypi"
    ])
    error_message = "upstreams.*.connection must be public:pypi, got ${join(", ", values(var.upstreams)[*].connection)}."
  }

  validation {
    condition = alltrue([
      for upstream in values(var.upstreams) :
      length(upstream.reason) >= 20 && length(upstream.reason) <= 1000
    ])
    error_message = "upstreams.*.reason must say in 20 to 1000 characters why packages of strangers are acceptable, got ${join(", ", values(var.upstreams)[*].reason)}."
  }
}
