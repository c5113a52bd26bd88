variable "account" {
  description = "The account whose resources are recorded."
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

variable "bucket_name" {
  description = "Bucket that keeps the record and admits Config for this account; Config delivers to none that locks its objects."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must be 3 to 63 lower-case letters, digits and hyphens, got ${var.bucket_name}."
  }
}

variable "kms_key_arn" {
  description = "Key of this account that encrypts the record; its policy admits Config."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${var.kms_key_arn}."
  }
}

variable "name" {
  description = "Name of the recorder and of the channel through which it delivers."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,256}$", var.name))
    error_message = "name must be 1 to 256 letters, digits, dots, underscores and hyphens, got ${var.name}."
  }
}

variable "retention_days" {
  description = "How long Config itself remembers, in days; the bucket keeps what was delivered for as long as it says."
  type        = number
  default     = 2557
  nullable    = false

  validation {
    condition     = var.retention_days >= 365 && var.retention_days <= 2557
    error_message = "retention_days must be 365 to 2557, got ${var.retention_days}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
