variable "account" {
  description = "The account that is guarded."
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
  description = "How many events are judged at once; kept free for this function, and never more."
  type        = number
  default     = 5
  nullable    = false
}

variable "key_alias_arn" {
  description = "Alias of the key that encrypts topic and queue; known before the key exists."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "The same key by its ARN; its policy admits the function's role through SNS and SQS."
  type        = string
  nullable    = false
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
  description = "Name of the function; its rules, queue and alarms begin with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,47}$", var.name))
    error_message = "name must be 3 to 48 lower-case letters, digits and hyphens that start with a letter, got ${var.name}."
  }
}

variable "network" {
  description = "Private network in which the function runs; it needs the endpoints of SageMaker, SNS and SSM."
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

variable "subnet_parameter_names" {
  description = "SSM parameters that list the subnets of the platform in this account; what runs elsewhere is stopped."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_parameter_names) >= 1 && length(var.subnet_parameter_names) <= 10
    error_message = "subnet_parameter_names must name 1 to 10 parameters, got ${length(var.subnet_parameter_names)}."
  }

  validation {
    condition     = alltrue([for name in var.subnet_parameter_names : can(regex("^(/[A-Za-z0-9_.-]+)+$", name))])
    error_message = "subnet_parameter_names must be names such as /acme/lab/network/subnet-ids, got ${join(", ", var.subnet_parameter_names)}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "topic_arn" {
  description = "Topic of this account on which people are told; its policy admits the function's role."
  type        = string
  nullable    = false
}
