variable "account" {
  description = "The account in which the function runs."
  type = object({
    id        = string
    partition = optional(string, "aws")
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

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/.+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "concurrency" {
  description = "How often the function runs at once; kept free for it, and never more."
  type        = number
  nullable    = false

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 50
    error_message = "concurrency must be 1 to 50, because 0 would switch the function off, got ${var.concurrency}."
  }
}

variable "failures" {
  description = "What becomes of events that nobody waits for: the key of their queue by ARN and alias, who writes to it beside the function (JSON of a policy document), for how long Lambda tries, the alarms by name and their topic; null where whoever calls waits for the answer."
  type = object({
    alarm_topic_arn = string
    alarms = map(object({
      description = string
      dimensions  = map(string)
      metric      = string
      namespace   = string
      threshold   = optional(number, 1)
    }))
    key_alias_arn   = string
    key_arn         = string
    max_age_seconds = optional(number, 3600)
    writers_json    = optional(string)
  })
  default = null

  validation {
    condition     = var.failures == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:${var.account.id}:alias/[A-Za-z0-9/_-]+$", var.failures.key_alias_arn))
    error_message = "failures.key_alias_arn must be the ARN of an alias of account ${var.account.id}, got ${try(var.failures.key_alias_arn, "none")}."
  }

  validation {
    condition     = var.failures == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.failures.key_arn))
    error_message = "failures.key_arn must be the ARN of a key (not of an alias), got ${try(var.failures.key_arn, "none")}."
  }

  validation {
    condition     = alltrue([for statement in try(jsondecode(var.failures.writers_json).Statement, []) : try(statement.Sid, "") != ""])
    error_message = "failures.writers_json must have a Sid in every statement, got ${try(coalesce(var.failures.writers_json), "none")}."
  }
}

variable "function" {
  description = "Name and purpose of the function, its archive and the handler in it, its memory, and after how long a run is ended."
  type = object({
    archive         = string
    description     = string
    handler         = string
    memory_mb       = optional(number, 256)
    name            = string
    timeout_seconds = number
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,63}$", var.function.name))
    error_message = "function.name must be 3 to 64 lower-case letters, digits and hyphens that start with a letter, got ${var.function.name}."
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

variable "network" {
  description = "Private network in which the function runs; it needs the endpoints of what the function calls."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
  })
  nullable = false

  validation {
    condition     = length(var.network.subnet_ids) >= 2
    error_message = "network.subnet_ids must have at least two subnets, got ${length(var.network.subnet_ids)}."
  }

  validation {
    condition     = length(var.network.security_group_ids) >= 1
    error_message = "network.security_group_ids must have at least one group, got ${length(var.network.security_group_ids)}."
  }
}

variable "policy_json" {
  description = "What the function may do beside what every such function may, as the JSON of a policy document."
  type        = string
  nullable    = false

  validation {
    condition     = alltrue([for statement in try(jsondecode(var.policy_json).Statement, [{}]) : try(statement.Sid, "") != ""])
    error_message = "policy_json must be a policy document in which every statement has a Sid, got ${var.policy_json}."
  }
}

variable "role" {
  description = "Name and purpose of the function's role."
  type = object({
    description = string
    name        = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role.name))
    error_message = "role.name must be 1 to 64 letters, digits and +=,.@_-, got ${var.role.name}."
  }
}

variable "settings" {
  description = "What the function reads when it starts: the value of a parameter of its own, as JSON and never a secret, and the names of others; null for a function that is told everything."
  type = object({
    also_reads  = optional(list(string), [])
    description = string
    value       = string
  })
  default = null

  validation {
    condition     = var.settings == null || can(keys(jsondecode(var.settings.value)))
    error_message = "settings.value must be a JSON object, got ${try(var.settings.value, "none")}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "topic_arn" {
  description = "Topic of this account, under the key of failures, on which the function tells people; null where it tells nobody."
  type        = string
  default     = null

  validation {
    condition     = var.topic_arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:${var.account.id}:[A-Za-z0-9_-]+$", var.topic_arn))
    error_message = "topic_arn must be the ARN of a topic of account ${var.account.id}, got ${coalesce(var.topic_arn, "none")}."
  }

  validation {
    condition     = var.topic_arn == null || var.failures != null
    error_message = "topic_arn must come with failures, whose key the topic is under, got ${coalesce(var.topic_arn, "none")}."
  }
}
