variable "account" {
  description = "Key of the target account in organization.yaml."
  type        = string
  nullable    = false
}

variable "account_id" {
  description = "Id of the target account; a plan against any other account is refused."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be 12 digits, got ${var.account_id}."
  }

  validation {
    condition     = startswith(var.image_uri, "${var.account_id}.dkr.ecr.${var.region}.")
    error_message = "account_id and region must be those of the registry that holds the image, because an endpoint depends on no other account, got ${var.account_id} and ${var.image_uri}."
  }
}

variable "alarms" {
  description = "When the endpoint counts as ill: failures a minute, the slowest hundredth of answers, what its monitor says of them, for how many minutes, and who is told."
  type = object({
    errors_per_minute    = optional(number, 0)
    latency_milliseconds = optional(number, 1000)
    minutes              = optional(number, 1)
    quality = optional(object({
      at_least = optional(number)
      at_most  = optional(number)
      metric   = string
      schedule = string
    }))
    topic_arns = optional(list(string), [])
  })
  default  = {}
  nullable = false
}

variable "capture" {
  description = "Where requests and answers are kept, with which key and what share of them; null keeps none."
  type = object({
    bucket     = string
    key_arn    = string
    percentage = optional(number, 100)
  })
  default = null
}

variable "endpoint_key_arn" {
  description = "ARN of the key that encrypts the volumes of the endpoint."
  type        = string
  nullable    = false
}

variable "endpoint_name" {
  description = "Name of the endpoint."
  type        = string
  nullable    = false
}

variable "image_uri" {
  description = "The image in the repository of the target account, by digest."
  type        = string
  nullable    = false
}

variable "model" {
  description = "Name of the model."
  type        = string
  nullable    = false
}

variable "model_data_sha256" {
  description = "SHA-256 of the model archive, as it was measured in the store of the target account."
  type        = string
  nullable    = false
}

variable "model_data_url" {
  description = "The model archive in the store of the target account."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the target account."
  type        = string
  nullable    = false
}

variable "release_id" {
  description = "Identifier of the release that is deployed."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^${var.model}-v[0-9]+-[0-9a-f]{12}$", var.release_id))
    error_message = "release_id must be <model>-v<version>-<12 hexadecimal digits>, got ${var.release_id}."
  }
}

variable "rollout" {
  description = "How an update moves the traffic, in which share and with which waits; the alarms watch it and take it back, unless it is the way back itself."
  type = object({
    percentage               = optional(number)
    strategy                 = optional(string, "all-at-once")
    termination_wait_seconds = optional(number, 0)
    timeout_seconds          = optional(number)
    wait_seconds             = optional(number, 0)
    watched                  = optional(bool, true)
  })
  default  = {}
  nullable = false
}

variable "security_group_ids" {
  description = "Security groups of the private network in which the model runs."
  type        = list(string)
  nullable    = false
}

variable "serving_role_arn" {
  description = "ARN of the role that the model runs with."
  type        = string
  nullable    = false

  validation {
    condition     = try(split(":", var.serving_role_arn)[4], "") == var.account_id
    error_message = "serving_role_arn must be a role of account ${var.account_id}, got ${var.serving_role_arn}."
  }
}

variable "shadow" {
  description = "A model that is tried beside the one that answers: it gets a copy of that share of the requests, and nobody hears it; null tries none."
  type = object({
    image_uri         = string
    model_data_sha256 = string
    model_data_url    = string
    percentage        = optional(number, 100)
  })
  default = null
}

variable "subnet_ids" {
  description = "Subnets of the private network in which the model runs."
  type        = list(string)
  nullable    = false
}

variable "tags" {
  description = "Tags of everything in the target account."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "variant" {
  description = "The machines that serve: their type and their number."
  type = object({
    initial_instance_count = optional(number, 1)
    instance_type          = string
  })
  nullable = false
}
