variable "account" {
  description = "The account whose calls are recorded."
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
  description = "Policy that bounds the role of the delivery, as in naming.boundary_arns."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/.+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "bucket_name" {
  description = "Bucket that keeps the records; it locks its objects and admits CloudTrail for this account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must be 3 to 63 lower-case letters, digits and hyphens, got ${var.bucket_name}."
  }
}

variable "data_bucket_names" {
  description = "Buckets of which each access to an object is recorded: data, models, artefacts, evidence."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.data_bucket_names) > 0
    error_message = "data_bucket_names must name at least one bucket, got ${length(var.data_bucket_names)}."
  }

  validation {
    condition     = !contains(var.data_bucket_names, var.bucket_name)
    error_message = "data_bucket_names must not contain the trail's own bucket, because each delivery would be an event to deliver, got ${join(", ", var.data_bucket_names)}."
  }
}

variable "kms_key_arn" {
  description = "Key of this account that encrypts the records; its policy admits CloudTrail."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${var.kms_key_arn}."
  }
}

variable "log" {
  description = "Key that encrypts the log group, and for how many days it is kept."
  type = object({
    key_arn        = string
    retention_days = optional(number, 365)
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.log.key_arn))
    error_message = "log.key_arn must be the ARN of a key (not of an alias), got ${var.log.key_arn}."
  }

  validation {
    condition     = var.log.retention_days >= 365
    error_message = "log.retention_days must be at least 365, got ${var.log.retention_days}."
  }
}

variable "name" {
  description = "Name of the trail."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9._-]{2,127}$", var.name))
    error_message = "name must be 3 to 128 letters, digits, dots, underscores and hyphens that start with a letter, got ${var.name}."
  }
}

variable "role_name" {
  description = "Name of the role that CloudTrail takes to write to the log group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name must be 1 to 64 letters, digits and +=,.@_-, got ${var.role_name}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
