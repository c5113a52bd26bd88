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

variable "function_arn" {
  description = "Function of this account that tells people of a finding, such as that of detective-control."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:${var.account.id}:function:[A-Za-z0-9_-]+$", var.function_arn))
    error_message = "function_arn must be the ARN of a function of account ${var.account.id}, got ${var.function_arn}."
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
