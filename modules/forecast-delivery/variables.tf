variable "account" {
  description = "The account that holds the pipelines, the models and the data."
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

variable "artifacts" {
  description = "The artefact bucket, and the key that encrypts it, by its ARN and by the ARN of its alias."
  type = object({
    bucket_name   = string
    key_alias_arn = string
    key_arn       = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.artifacts.key_alias_arn))
    error_message = "artifacts.key_alias_arn must be the ARN of a key's alias, got ${var.artifacts.key_alias_arn}."
  }
}

variable "boundary_arns" {
  description = "ARNs of the policies that bound the roles, as in naming.boundary_arns of the account: delivery for the pipelines, service for what starts them, workload for the build that starts a job."
  type        = object({ delivery = string, service = string, workload = string })
  nullable    = false

  validation {
    condition = alltrue([
      for arn in values(var.boundary_arns) :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "boundary_arns.* must be ARNs of policies of account ${var.account.id}, got ${join(", ", values(var.boundary_arns))}."
  }
}

variable "build" {
  description = "Name of the build project that forecasts, and the image it runs in."
  type = object({
    image        = optional(string, "aws/codebuild/amazonlinux-x86_64-standard:5.0")
    project_name = string
  })
  nullable = false
}

variable "data_key" {
  description = "The key under which jobs work and results lie, by its ARN and by the ARN of its alias."
  type        = object({ alias_arn = string, arn = string })
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:${var.account.region}:${var.account.id}:alias/[A-Za-z0-9/_-]+$", var.data_key.alias_arn))
    error_message = "data_key.alias_arn must be the ARN of an alias of account ${var.account.id} in ${var.account.region}, got ${var.data_key.alias_arn}."
  }
}

variable "hours" {
  description = "Where people put newer hours, by model below a prefix; the bucket must tell EventBridge of its objects."
  type        = object({ bucket_name = string, prefix = string })
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9._-]+/)+$", var.hours.prefix))
    error_message = "hours.prefix must be such as raw/ or raw/hours/, got ${var.hours.prefix}."
  }
}

variable "job" {
  description = "The role of processing jobs, and the conditions under which a job may be started."
  type = object({
    conditions = list(object({ test = string, values = list(string), variable = string }))
    role_arn   = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_/-]+$", var.job.role_arn))
    error_message = "job.role_arn must be the ARN of one role of account ${var.account.id}, without wildcards, got ${var.job.role_arn}."
  }

  validation {
    condition = alltrue([
      for key in ["sagemaker:NetworkIsolation", "sagemaker:OutputKmsKey", "sagemaker:VolumeKmsKey", "sagemaker:VpcSubnets"] :
      contains(var.job.conditions[*].variable, key)
    ])
    error_message = "job.conditions must ask for isolation, for a key of volume and output, and for subnets, got ${join(", ", var.job.conditions[*].variable)}."
  }
}

variable "log" {
  description = "The key that encrypts the logs of builds, and how long they are kept."
  type = object({
    key_arn        = string
    retention_days = optional(number, 365)
  })
  nullable = false
}

variable "models_store" {
  description = "Bucket of the trained models, and the alias of its key."
  type        = object({ bucket_name = string, key_alias_arn = string })
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.models_store.key_alias_arn))
    error_message = "models_store.key_alias_arn must be the ARN of a key's alias, got ${var.models_store.key_alias_arn}."
  }
}

variable "network" {
  description = "The private network in which builds and jobs run."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
    vpc_id             = string
  })
  nullable = false
}

variable "organization_prefix" {
  description = "First part of every name of the organisation."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.organization_prefix))
    error_message = "organization_prefix must be 2 to 12 lower-case letters or digits that start with a letter, got ${var.organization_prefix}."
  }
}

variable "pipelines" {
  description = "The forecasts by model: the name of the pipeline, and the group whose approved packages it forecasts with."
  type        = map(object({ group_name = string, name = string }))
  nullable    = false

  validation {
    condition     = length(var.pipelines) > 0
    error_message = "pipelines must name at least one forecast, got none."
  }

  validation {
    condition     = alltrue([for pipeline in values(var.pipelines) : can(regex("^${var.organization_prefix}-[A-Za-z0-9.@_-]{1,50}-forecast$", pipeline.name))])
    error_message = "pipelines.*.name must start with ${var.organization_prefix}- and end with -forecast, because by that who may start it is told apart, got ${join(", ", values(var.pipelines)[*].name)}."
  }

  validation {
    condition     = length(distinct(values(var.pipelines)[*].group_name)) == length(var.pipelines)
    error_message = "pipelines.*.group_name must all differ, or an approval would start two forecasts, got ${join(", ", values(var.pipelines)[*].group_name)}."
  }
}

variable "role_names" {
  description = "Names of the roles: of the build, of the pipelines and of the rule that starts them."
  type        = object({ forecast = string, promotion = string, trigger = string })
  nullable    = false
}

variable "source_store" {
  description = "Bucket and key of the source package, and the alias of the key that encrypts it."
  type = object({
    bucket_name   = string
    key_alias_arn = string
    object_key    = string
  })
  nullable = false

  validation {
    condition     = endswith(var.source_store.object_key, ".zip")
    error_message = "source_store.object_key must be that of a zip, got ${var.source_store.object_key}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
