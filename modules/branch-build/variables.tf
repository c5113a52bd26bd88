variable "account" {
  description = "The account in which models are built."
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

variable "boundary_arn" {
  description = "ARN of the policy that bounds the build's role, as in naming.boundary_arns of the account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "encryption_key_arn" {
  description = "ARN of the key that encrypts what the build hands on."
  type        = string
  nullable    = false
}

variable "image" {
  description = "The image that builds run in: one of our own registry by digest, or one that AWS curates."
  type        = string
  default     = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
  nullable    = false
}

variable "log" {
  description = "The key that encrypts the log, and how long it is kept."
  type = object({
    key_arn        = string
    retention_days = optional(number, 365)
  })
  nullable = false
}

variable "name_prefix" {
  description = "What the name of every pipeline and group of a branch begins with, as in naming.branch_prefix; nothing else may."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}-x--$", var.name_prefix))
    error_message = "name_prefix must be the organisation's prefix and -x--, such as acme-x--, got ${var.name_prefix}."
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

variable "pipeline_role_arn" {
  description = "ARN of the only role that the build may give the pipeline of a branch."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", var.pipeline_role_arn))
    error_message = "pipeline_role_arn must be the ARN of one role, without wildcards, got ${var.pipeline_role_arn}."
  }
}

variable "project_name" {
  description = "Name of the build project."
  type        = string
  nullable    = false
}

variable "role_name" {
  description = "Name of the role that the build acts with."
  type        = string
  nullable    = false
}

variable "source_store" {
  description = "Bucket and key of a branch's source package, and the alias of the key that encrypts it."
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
