variable "account" {
  description = "The account in which forecasts are made."
  type = object({
    id     = string
    prefix = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "account.id must be 12 digits, got ${var.account.id}."
  }
}

variable "bucket_name" {
  description = "Name of the bucket in which batches leave their results, below forecasts/<model>/table/."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must be the name of a bucket, got ${var.bucket_name}."
  }
}

variable "dashboard" {
  description = "Who sees the data sets of QuickSight, by the ARNs of its users and groups; null where the account has no subscription."
  type        = object({ reader_arns = list(string) })
  default     = null

  validation {
    condition = var.dashboard == null ? true : length(var.dashboard.reader_arns) > 0 && alltrue([
      for arn in var.dashboard.reader_arns :
      can(regex("^arn:[a-z-]+:quicksight:[a-z0-9-]+:${var.account.id}:(user|group)/[^*]+$", arn))
    ])
    error_message = "dashboard.reader_arns must be ARNs of users or groups of QuickSight in account ${var.account.id}, without wildcards, got ${var.dashboard == null ? "null" : join(", ", var.dashboard.reader_arns)}."
  }
}

variable "data_key_arn" {
  description = "ARN of the key under which results of queries lie."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:${var.account.id}:key/[A-Za-z0-9-]+$", var.data_key_arn))
    error_message = "data_key_arn must be the ARN of a key of account ${var.account.id}, got ${var.data_key_arn}."
  }
}

variable "forecasts" {
  description = "The models whose forecasts are shown, each with a description."
  type        = map(object({ description = string }))
  nullable    = false

  validation {
    condition     = length(var.forecasts) > 0 && alltrue([for model in keys(var.forecasts) : can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", model))])
    error_message = "forecasts must name at least one model, by 3 to 24 lower-case letters, digits or hyphens, got ${join(", ", keys(var.forecasts))}."
  }

  validation {
    condition     = length(setintersection(keys(var.forecasts), [for model in keys(var.forecasts) : "${model}-latest"])) == 0
    error_message = "forecasts must not name a model as the view of another one is called, <model>-latest, got ${join(", ", keys(var.forecasts))}."
  }
}

variable "name" {
  description = "Name of the work group; with underscores, that of the database."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,62}$", var.name))
    error_message = "name must be 2 to 63 lower-case letters, digits or hyphens, a letter first, got ${var.name}."
  }
}

variable "scan_limit_bytes" {
  description = "The most that a query may read before it is ended, in bytes."
  type        = number
  default     = 1073741824
  nullable    = false

  validation {
    condition     = var.scan_limit_bytes >= 10485760
    error_message = "scan_limit_bytes must be at least 10485760, as Athena has it, got ${var.scan_limit_bytes}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
