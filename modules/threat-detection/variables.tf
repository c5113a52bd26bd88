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

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "topic_arn" {
  description = "Topic of this account on which findings are told; its policy admits EventBridge."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:${var.account.id}:[A-Za-z0-9_-]+$", var.topic_arn))
    error_message = "topic_arn must be the ARN of a topic of account ${var.account.id}, got ${var.topic_arn}."
  }
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
