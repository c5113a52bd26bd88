variable "account" {
  description = "The account that receives releases."
  type = object({
    id        = string
    name      = string
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

variable "boundary_arns" {
  description = "ARNs of the policies that bound the roles, as in naming.boundary_arns of the account: delivery for the promotion's builds, workload for what models run with and who asks them."
  type = object({
    delivery = string
    workload = string
  })
  nullable = false

  validation {
    condition = alltrue([
      for arn in values(var.boundary_arns) :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "boundary_arns.* must be ARNs of policies of account ${var.account.id}, got ${join(", ", values(var.boundary_arns))}."
  }
}

variable "data_science" {
  description = "The account that builds releases: where its artefacts, models and images lie and what people decided on releases, and the only role that may start a deployment here."
  type = object({
    account_id = string
    artifacts = object({
      bucket_name   = string
      key_alias_arn = string
    })
    decisions = object({
      bucket_name   = string
      key_alias_arn = string
    })
    models_store = object({
      bucket_name           = string
      image_repository_name = string
      key_alias_arn         = string
    })
    promotion_role_arn = string
    region             = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.data_science.account_id))
    error_message = "data_science.account_id must be 12 digits, got ${var.data_science.account_id}."
  }

  validation {
    condition     = (var.data_science.account_id == var.account.id) == var.single_account
    error_message = "data_science.account_id must ${var.single_account ? "be" : "differ from"} the account that receives releases, ${var.account.id}, got ${var.data_science.account_id}."
  }

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.data_science.account_id}:role/[A-Za-z0-9+=,.@_/-]+$", var.data_science.promotion_role_arn))
    error_message = "data_science.promotion_role_arn must be the ARN of one role of account ${var.data_science.account_id}, without wildcards, got ${var.data_science.promotion_role_arn}."
  }

  validation {
    condition = alltrue([
      for arn in [var.data_science.artifacts.key_alias_arn, var.data_science.decisions.key_alias_arn, var.data_science.models_store.key_alias_arn] :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:${var.data_science.account_id}:alias/[A-Za-z0-9/_-]+$", arn))
    ])
    error_message = "data_science.*.key_alias_arn must be ARNs of key aliases of account ${var.data_science.account_id}, got ${var.data_science.artifacts.key_alias_arn}, ${var.data_science.decisions.key_alias_arn} and ${var.data_science.models_store.key_alias_arn}."
  }
}

variable "image" {
  description = "The image that builds run in: one of our own registry by digest, or one that AWS curates."
  type        = string
  default     = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
  nullable    = false
}

variable "image_repository_name" {
  description = "Name of this account's own repository of model images."
  type        = string
  nullable    = false
}

variable "joins" {
  description = "What models and the jobs that watch them may join: security groups and subnets with all of these tags or, in a network that was there before, these subnets."
  type = object({
    tags       = map(string)
    subnet_ids = optional(list(string))
  })
  nullable = false

  validation {
    condition     = length(var.joins.tags) > 0
    error_message = "joins.tags must name at least one tag, because none would admit every security group, got none."
  }

  validation {
    condition = (
      var.joins.subnet_ids == null
      ? true
      : length(var.joins.subnet_ids) > 0 && alltrue([for id in var.joins.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    )
    error_message = "joins.subnet_ids must be ids of subnets or be left out, got ${jsonencode(var.joins.subnet_ids)}."
  }
}

variable "log" {
  description = "The key that encrypts the logs of builds and endpoints, and how long they are kept."
  type = object({
    key_arn        = string
    retention_days = optional(number, 365)
  })
  nullable = false
}

variable "models" {
  description = "The models that may be released here, by name: their endpoint, and the group of their packages in the account that builds them."
  type = map(object({
    endpoint_name = string
    group_name    = string
  }))
  nullable = false

  validation {
    condition     = alltrue([for model in values(var.models) : can(regex("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", model.endpoint_name))])
    error_message = "models.*.endpoint_name must be 1 to 63 letters, digits and hyphens, got ${join(", ", values(var.models)[*].endpoint_name)}."
  }

  validation {
    condition     = alltrue([for model in values(var.models) : startswith(model.endpoint_name, "${var.account.prefix}-")])
    error_message = "models.*.endpoint_name must start with ${var.account.prefix}-, because permissions end there, got ${join(", ", values(var.models)[*].endpoint_name)}."
  }

  validation {
    condition     = length(var.models) > 0
    error_message = "models must name at least one model, got none."
  }
}

variable "network" {
  description = "The private network in which builds run."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
    vpc_id             = string
  })
  nullable = false
}

variable "organization_id" {
  description = "The AWS organisation to which the promotion role must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "parameter_root" {
  description = "Path under which the account publishes its facts as SSM parameters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^/[a-z0-9]+/[a-z0-9-]+$", var.parameter_root))
    error_message = "parameter_root must be such as /gatehouse/staging, got ${var.parameter_root}."
  }
}

variable "project_names" {
  description = "Names of the build projects."
  type = object({
    deploy = string
    test   = string
    verify = string
  })
  nullable = false
}

variable "role_names" {
  description = "Names of the roles: the one through which a promotion arrives, those of its builds, of the models, of what watches them and of whoever asks them."
  type = object({
    consumer   = string
    deploy     = string
    monitoring = string
    release    = string
    serving    = string
    test       = string
    verify     = string
  })
  nullable = false

  validation {
    condition     = alltrue([for name in values(var.role_names) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "role_names must be 1 to 64 characters that IAM allows, got ${join(", ", values(var.role_names))}."
  }
}

variable "rolls_back" {
  description = "Whether this account goes back to releases that it keeps, as production does."
  type        = bool
  default     = false
  nullable    = false
}

variable "signing_key_alias_arn" {
  description = "ARN of the alias of the key with which the test signs what it found; null where no test of this account counts elsewhere."
  type        = string
  default     = null

  validation {
    condition = (
      var.signing_key_alias_arn == null
      ? true
      : can(regex("^arn:[a-z-]+:kms:${var.account.region}:${var.account.id}:alias/[A-Za-z0-9/_-]+$", var.signing_key_alias_arn))
    )
    error_message = "signing_key_alias_arn must be the ARN of an alias of account ${var.account.id} in ${var.account.region}, got ${coalesce(var.signing_key_alias_arn, "null")}."
  }
}

variable "single_account" {
  description = "Whether models are built in this very account, as in a trial."
  type        = bool
  default     = false
  nullable    = false
}

variable "stores" {
  description = "The account's buckets, each with the alias of its key: models, release state, evidence and captured requests."
  type = object({
    capture = object({
      bucket_name   = string
      key_alias_arn = string
    })
    evidence = object({
      bucket_name   = string
      key_alias_arn = string
    })
    models = object({
      bucket_name   = string
      key_alias_arn = string
    })
    releases = object({
      bucket_name   = string
      key_alias_arn = string
    })
  })
  nullable = false

  validation {
    condition = alltrue([
      for store in values(var.stores) :
      can(regex("^arn:[a-z-]+:kms:${var.account.region}:${var.account.id}:alias/[A-Za-z0-9/_-]+$", store.key_alias_arn))
    ])
    error_message = "stores.*.key_alias_arn must be ARNs of key aliases of account ${var.account.id} in ${var.account.region}, got ${join(", ", [for store in values(var.stores) : store.key_alias_arn])}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
