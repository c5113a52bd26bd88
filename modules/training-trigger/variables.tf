variable "account" {
  description = "The account in which models are trained."
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

variable "build_project_name" {
  description = "Name of the build that puts pipelines in place; what a push has changed is trained when it has succeeded."
  type        = string
  nullable    = false
}

variable "concurrency" {
  description = "How many events are handled at once; kept free for this function, and never more."
  type        = number
  default     = 5
  nullable    = false
}

variable "data" {
  description = "Bucket of the data, which must keep versions and tell EventBridge of its objects, and the alias of its key."
  type = object({
    bucket_name   = string
    key_alias_arn = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:${var.account.id}:alias/[A-Za-z0-9/_-]+$", var.data.key_alias_arn))
    error_message = "data.key_alias_arn must be the ARN of an alias of account ${var.account.id}, got ${var.data.key_alias_arn}."
  }
}

variable "emails" {
  description = "Who hears of a start that was given up, by name."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.emails) > 0
    error_message = "emails must name somebody who hears of what failed, got none."
  }

  validation {
    condition     = alltrue([for email in values(var.emails) : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "emails must be email addresses, got ${join(", ", values(var.emails))}."
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

variable "messages" {
  description = "The key that encrypts queue and topic, and its alias; its policy admits the function's role and the rules through SQS, and alarms."
  type = object({
    key_alias_arn = string
    key_arn       = string
  })
  nullable = false
}

variable "models" {
  description = "The models that are trained without a person: pipeline, prefix of their data with a slash at the end, and what starts them (push; schedule, as EventBridge writes it; object, by a prefix below that of the data)."
  type = map(object({
    data_prefix   = string
    pipeline_name = string
    triggers = object({
      object   = optional(object({ prefix = string }))
      push     = optional(bool, false)
      schedule = optional(string)
    })
  }))
  nullable = false

  validation {
    condition     = length(var.models) >= 1 && length(var.models) <= 50
    error_message = "models must be 1 to 50, so that the function's policy fits, got ${length(var.models)}."
  }

  validation {
    condition     = alltrue([for model in values(var.models) : can(regex("^[A-Za-z0-9][A-Za-z0-9/_-]*/$", model.data_prefix))])
    error_message = "models.*.data_prefix must end with a slash, got ${join(", ", values(var.models)[*].data_prefix)}."
  }

  validation {
    condition     = alltrue([for model in values(var.models) : can(regex("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}$", model.pipeline_name))])
    error_message = "models.*.pipeline_name must be of letters, digits and hyphens, got ${join(", ", values(var.models)[*].pipeline_name)}."
  }

  validation {
    condition = alltrue([
      for model in values(var.models) :
      model.triggers.push || model.triggers.schedule != null || model.triggers.object != null
    ])
    error_message = "models.*.triggers must name push, schedule or object, got ${jsonencode({ for name, model in var.models : name => model.triggers })}."
  }

  validation {
    condition = alltrue([
      for model in values(var.models) : can(regex("^[a-z][a-z0-9-]{0,30}/$", model.triggers.object.prefix)) if model.triggers.object != null
    ])
    error_message = "models.*.triggers.object.prefix must be such as arrivals/, got ${jsonencode([for model in values(var.models) : try(model.triggers.object.prefix, null)])}."
  }

  validation {
    condition = alltrue([
      for model in values(var.models) :
      can(regex("^(rate\\((1 (hour|day)|([2-9]|[1-9][0-9]{1,2}) (hours|days))\\)|cron\\([0-5]?[0-9]( [A-Z0-9*?,/#-]{1,40}){5}\\))$", model.triggers.schedule))
      if model.triggers.schedule != null
    ])
    error_message = "models.*.triggers.schedule must be such as cron(0 3 ? * MON *) or rate(1 day), at one minute of an hour, got ${jsonencode([for model in values(var.models) : model.triggers.schedule])}."
  }
}

variable "name" {
  description = "Name of the function; its queue, topic and alarms begin with it."
  type        = string
  nullable    = false
}

variable "network" {
  description = "Private network in which the function runs; it needs the endpoints of S3 and SageMaker."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
  })
  nullable = false
}

variable "role_name" {
  description = "Name of the function's role."
  type        = string
  nullable    = false
}

variable "rule_prefix" {
  description = "First part of the names of the rules: <rule_prefix>-<model>-train-<trigger>."
  type        = string
  nullable    = false

  validation {
    condition     = alltrue([for model in keys(var.models) : length("${var.rule_prefix}-${model}-train-schedule") <= 64])
    error_message = "rule_prefix must leave names of rules within 64 characters, got ${var.rule_prefix} for ${join(", ", keys(var.models))}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
