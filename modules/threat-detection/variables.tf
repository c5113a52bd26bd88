variable "account" {
  description = "The account that is watched."
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

variable "data_bucket_names" {
  description = "Buckets of this account that Macie looks into; none makes no job."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.data_bucket_names : endswith(name, "-${var.account.id}")])
    error_message = "data_bucket_names must be buckets of account ${var.account.id}, whose id ends their names, got ${join(", ", var.data_bucket_names)}."
  }
}

variable "function_arn" {
  description = "Function of this account that tells people of a finding, such as that of detective-control."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:${var.account.id}:function:[A-Za-z0-9_-]+$", var.function_arn))
    error_message = "function_arn must be the ARN of a function of account ${var.account.id}, got ${var.function_arn}."
  }
}

variable "sampling_percentage" {
  description = "Share of the objects, in percent, that Macie opens in each run."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.sampling_percentage >= 1 && var.sampling_percentage <= 100
    error_message = "sampling_percentage must be 1 to 100, got ${var.sampling_percentage}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "unused_access_days" {
  description = "After how many days access that nobody used is a finding."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.unused_access_days >= 1 && var.unused_access_days <= 180
    error_message = "unused_access_days must be 1 to 180, got ${var.unused_access_days}."
  }
}
