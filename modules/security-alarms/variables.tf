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

variable "emails" {
  description = "Addresses that are told, by the name of the person: those who look after the platform, and auditors."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.emails) > 0
    error_message = "emails must name at least one person, because an alarm that nobody hears is none, got ${length(var.emails)}."
  }

  validation {
    condition     = alltrue([for email in values(var.emails) : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]+$", email))])
    error_message = "emails.* must be addresses, got ${join(", ", values(var.emails))}."
  }
}

variable "kms_key_arn" {
  description = "Key of this account that encrypts what the topic carries; its policy admits CloudWatch."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${var.kms_key_arn}."
  }
}

variable "log_group_name" {
  description = "Log group that receives what the trail records."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/#-]{1,512}$", var.log_group_name))
    error_message = "log_group_name must be the name of a log group, got ${var.log_group_name}."
  }
}

variable "promotion_role_arns" {
  description = "Roles whose changes of endpoints are releases; everybody else's raise an alarm. Without roles, every change does."
  type        = list(string)
  nullable    = false

  validation {
    condition = alltrue([
      for role in var.promotion_role_arns :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "promotion_role_arns must be ARNs of single roles of account ${var.account.id}, without wildcards, got ${join(", ", var.promotion_role_arns)}."
  }
}

variable "publisher_role_arns" {
  description = "Roles of functions of this account that speak on the topic too."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for role in var.publisher_role_arns :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "publisher_role_arns must be ARNs of single roles of account ${var.account.id}, without wildcards, got ${join(", ", var.publisher_role_arns)}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "thresholds" {
  description = "How often within five minutes an event must happen before the alarm rises, by the event's name; 1 where none is given."
  type        = map(number)
  default     = { unauthorised-calls = 5 }
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.thresholds), keys(local.events))) == 0
    error_message = "thresholds must be keyed by events (${join(", ", keys(local.events))}), got ${join(", ", keys(var.thresholds))}."
  }

  validation {
    condition     = alltrue([for threshold in values(var.thresholds) : threshold >= 1 && threshold <= 100])
    error_message = "thresholds.* must be 1 to 100, because an alarm that never rises is none, got ${join(", ", values(var.thresholds))}."
  }
}

variable "topic_name" {
  description = "Name of the topic."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.topic_name))
    error_message = "topic_name must be 1 to 256 letters, digits, underscores and hyphens, got ${var.topic_name}."
  }
}
