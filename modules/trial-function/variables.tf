variable "account" {
  description = "The account that builds, in which trials are."
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
  description = "Policy that bounds the function's role, as in naming.boundary_arns."
  type        = string
  nullable    = false
}

variable "concurrency" {
  description = "How many trials are deployed or waited for at once; kept free for this function, and never more."
  type        = number
  default     = 5
  nullable    = false
}

variable "instance_types" {
  description = "Types of instances that a trial may run on."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.instance_types) > 0 && alltrue([for type in var.instance_types : can(regex("^ml\\.[a-z0-9]+\\.[a-z0-9]+$", type))])
    error_message = "instance_types must name single types such as ml.m5.large, got ${join(", ", var.instance_types)}."
  }
}

variable "log" {
  description = "Key that encrypts the log group, and for how many days it is kept."
  type = object({
    key_arn        = string
    retention_days = optional(number, 365)
  })
  nullable = false
}

variable "name" {
  description = "Name of the function."
  type        = string
  nullable    = false
}

variable "network" {
  description = "Private network in which the function and its trials run; it needs the endpoints of SageMaker and SSM."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
  })
  nullable = false
}

variable "organization_prefix" {
  description = "The prefix of every name of the organisation; trials bear it with -x- behind it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.organization_prefix))
    error_message = "organization_prefix must be 2 to 12 lower-case letters or digits that start with a letter, got ${var.organization_prefix}."
  }
}

variable "role_name" {
  description = "Name of the function's role."
  type        = string
  nullable    = false
}

variable "serving" {
  description = "What a trial gets: the role that it runs with, the only repository of its image, the bucket of archives, the key of its volumes, and where requests and answers are kept, below x/."
  type = object({
    bucket_name    = string
    capture        = object({ bucket_name = string, key_arn = string })
    key_alias_arn  = string
    key_arn        = string
    repository_url = string
    role_arn       = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_-]+$", var.serving.role_arn))
    error_message = "serving.role_arn must be the ARN of one role of account ${var.account.id}, got ${var.serving.role_arn}."
  }

  validation {
    condition     = alltrue([for arn in [var.serving.key_arn, var.serving.capture.key_arn] : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", arn))])
    error_message = "serving.key_arn and serving.capture.key_arn must be ARNs of keys (not of aliases), got ${var.serving.key_arn} and ${var.serving.capture.key_arn}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
