variable "account" {
  description = "The account that trains what is promoted to it as code."
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
  description = "ARN of the policy that bounds the roles, as in naming.boundary_arns of the account: workload."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "data" {
  description = "The bucket of the account's own data, where its jobs leave what they make as well, and the alias of its key."
  type = object({
    bucket_name   = string
    key_alias_arn = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:${var.account.region}:${var.account.id}:alias/[A-Za-z0-9/_-]+$", var.data.key_alias_arn))
    error_message = "data.key_alias_arn must be the ARN of an alias of account ${var.account.id} in ${var.account.region}, got ${var.data.key_alias_arn}."
  }
}

variable "evidence_bucket_name" {
  description = "Name of the bucket that keeps what was trained for which release."
  type        = string
  nullable    = false
}

variable "image_repository_name" {
  description = "Name of the account's own repository of model images."
  type        = string
  nullable    = false
}

variable "joins" {
  description = "What jobs may join: security groups and subnets with all of these tags or, in a network that was there before, these subnets."
  type = object({
    tags       = map(string)
    subnet_ids = optional(list(string))
  })
  nullable = false

  validation {
    condition     = length(var.joins.tags) > 0
    error_message = "joins.tags must name at least one tag, because none would admit every security group, got none."
  }
}

variable "loaders" {
  description = "Who brings data: people by their names, the role through which they arrive, and the principal tag by which the identity provider tells their names (null where it does not)."
  type = object({
    names            = list(string)
    sign_in_role_arn = string
    sign_in_tag      = optional(string)
  })
  nullable = false

  validation {
    condition     = length(var.loaders.names) > 0
    error_message = "loaders.names must name somebody, because nobody else brings data, got none."
  }
}

variable "models" {
  description = "The models that are trained here, by name: what each does, who owns it, and the name of its pipeline and of the group in which its runs register."
  type = map(object({
    description = string
    name        = string
    owner       = string
  }))
  nullable = false

  validation {
    condition     = length(var.models) > 0 && length(var.models) <= 10
    error_message = "models must name 1 to 10 models, because policies name each of them and end at 10240 characters, got ${length(var.models)}."
  }

  validation {
    condition     = alltrue([for model in values(var.models) : startswith(model.name, "${var.account.prefix}-")])
    error_message = "models.*.name must start with ${var.account.prefix}-, by which an account's own things are told, got ${join(", ", values(var.models)[*].name)}."
  }
}

variable "organization_id" {
  description = "The AWS organisation to which every trusted role must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "role_names" {
  description = "Names of the roles: of the pipeline and its jobs, and of who brings data."
  type = object({
    data-loader = string
    pipeline    = string
    processing  = string
    training    = string
    tuning      = string
  })
  nullable = false

  validation {
    condition     = alltrue([for name in values(var.role_names) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "role_names must be 1 to 64 characters that IAM allows, got ${join(", ", values(var.role_names))}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
