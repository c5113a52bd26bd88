variable "account" {
  description = "The account in which the build runs."
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
  description = "ARN of the policy that bounds the build's role, as in naming.boundary_arns of the account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "buildspec" {
  description = "What the build runs, as YAML; it stands here so that a source package cannot change it."
  type        = string
  nullable    = false

  validation {
    condition     = can(yamldecode(var.buildspec).phases.build.commands)
    error_message = "buildspec must be YAML with phases.build.commands, never the name of a file in the source, got ${var.buildspec}."
  }
}

variable "compute_type" {
  description = "Size of the build machine."
  type        = string
  default     = "BUILD_GENERAL1_SMALL"
  nullable    = false

  validation {
    condition     = contains(["BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"], var.compute_type)
    error_message = "compute_type must be BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM or BUILD_GENERAL1_LARGE, got ${var.compute_type}."
  }
}

variable "encryption_key_arn" {
  description = "ARN of the key, or of its alias, that encrypts what the build hands on; a build ignores the key of the pipeline's artefact store."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+$", var.encryption_key_arn))
    error_message = "encryption_key_arn must be the ARN of a key or of an alias, with its account, got ${var.encryption_key_arn}."
  }
}

variable "environment" {
  description = "Plain environment variables of every build; never a secret."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "environment must have names of capitals, digits and underscores, got ${join(", ", keys(var.environment))}."
  }
}

variable "image" {
  description = "The image that builds run in: one of our own registry by digest, or one that AWS curates."
  type        = string
  default     = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
  nullable    = false

  validation {
    condition = (
      can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9/._-]+@sha256:[0-9a-f]{64}$", var.image))
      || can(regex("^aws/codebuild/[a-z0-9_-]+:[0-9.]+$", var.image))
    )
    error_message = "image must be <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<digest> or aws/codebuild/<name>:<version>, got ${var.image}."
  }
}

variable "log" {
  description = "The key that encrypts the log, and how long it is kept."
  type = object({
    key_arn        = string
    retention_days = optional(number, 365)
  })
  nullable = false

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log.retention_days)
    error_message = "log.retention_days must be a retention that CloudWatch Logs knows, of a year or more, got ${var.log.retention_days}."
  }
}

variable "network" {
  description = "The private network in which the build runs."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
    vpc_id             = string
  })
  nullable = false

  validation {
    condition     = length(var.network.subnet_ids) > 0 && length(var.network.security_group_ids) > 0
    error_message = "network must name at least one subnet and one security group, got ${length(var.network.subnet_ids)} and ${length(var.network.security_group_ids)}."
  }
}

variable "output_artifact" {
  description = "Name of the artefact that the build hands on in its pipeline, as the pipeline names it; null where no pipeline starts the build."
  type        = string
  default     = null

  validation {
    condition     = var.output_artifact == null ? true : can(regex("^[A-Za-z0-9_-]{1,100}$", var.output_artifact))
    error_message = "output_artifact must be the name of an artefact, got ${coalesce(var.output_artifact, "null")}."
  }

  validation {
    condition     = (var.output_artifact == null) == (var.source_store.object_key != null)
    error_message = "output_artifact must be given exactly where source_store names no object, got ${coalesce(var.output_artifact, "null")}."
  }
}

variable "policy_json" {
  description = "What the build may do beside reading its source, writing its log and joining the network, as the JSON of a policy document."
  type        = string
  nullable    = false

  validation {
    condition = alltrue([
      for statement in try(jsondecode(var.policy_json).Statement, [{}]) : try(statement.Sid, "") != ""
    ])
    error_message = "policy_json must be a policy document in which every statement has a Sid, got ${var.policy_json}."
  }
}

variable "project" {
  description = "Name and description of the build project, and how long a build may run and wait."
  type = object({
    description            = string
    name                   = string
    queued_timeout_minutes = optional(number, 60)
    timeout_minutes        = optional(number, 60)
  })
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$", var.project.name))
    error_message = "project.name must be 2 to 150 letters, digits, hyphens and underscores, got ${var.project.name}."
  }

  validation {
    condition     = var.project.timeout_minutes >= 5 && var.project.timeout_minutes <= 480
    error_message = "project.timeout_minutes must be from 5 to 480, got ${var.project.timeout_minutes}."
  }

  validation {
    condition     = var.project.queued_timeout_minutes >= 5 && var.project.queued_timeout_minutes <= 480
    error_message = "project.queued_timeout_minutes must be from 5 to 480, got ${var.project.queued_timeout_minutes}."
  }
}

variable "role_name" {
  description = "Name of the role that the build acts with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name must be 1 to 64 characters that IAM allows, got ${var.role_name}."
  }
}

variable "source_store" {
  description = "Where the source comes from: one object of a bucket, or, without object_key, the artefact bucket of the pipeline that starts the build; and the alias of its key."
  type = object({
    bucket_name   = string
    key_alias_arn = string
    object_key    = optional(string)
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.source_store.bucket_name))
    error_message = "source_store.bucket_name must be the name of a bucket, got ${var.source_store.bucket_name}."
  }

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.source_store.key_alias_arn))
    error_message = "source_store.key_alias_arn must be the ARN of a key's alias, got ${var.source_store.key_alias_arn}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
