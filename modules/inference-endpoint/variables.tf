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

  validation {
    condition     = var.alarms.latency_milliseconds > 0
    error_message = "alarms.latency_milliseconds must be more than 0, got ${var.alarms.latency_milliseconds}."
  }

  validation {
    condition     = var.alarms.quality == null || (try(var.alarms.quality.at_least, null) == null) != (try(var.alarms.quality.at_most, null) == null)
    error_message = "alarms.quality must have either at_least or at_most."
  }

  validation {
    condition     = var.alarms.minutes >= 1 && var.alarms.minutes <= 60
    error_message = "alarms.minutes must be from 1 to 60, got ${var.alarms.minutes}."
  }
}

variable "capture" {
  description = "Where requests and answers are kept, with which key and what share of them; null keeps none."
  type = object({
    bucket     = string
    key_arn    = string
    percentage = optional(number, 100)
  })
  default = null

  validation {
    condition     = try(var.capture.percentage >= 1 && var.capture.percentage <= 100, var.capture == null)
    error_message = "capture.percentage must be from 1 to 100, got ${try(var.capture.percentage, "null")}."
  }

  validation {
    condition     = var.capture == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.capture.key_arn))
    error_message = "capture.key_arn must be the ARN of a key, got ${try(var.capture.key_arn, "null")}."
  }
}

variable "endpoint_name" {
  description = "Name of the endpoint; the names of its model, configuration and alarms start with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", var.endpoint_name))
    error_message = "endpoint_name must be 1 to 63 letters, digits and hyphens, got ${var.endpoint_name}."
  }
}

variable "image_uri" {
  description = "The image that serves the model, by digest."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9/._-]+@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "image_uri must be <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<digest>, never a tag, got ${var.image_uri}."
  }
}

variable "kms_key_arn" {
  description = "ARN of the key that encrypts the volumes of the endpoint."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, got ${var.kms_key_arn}."
  }
}

variable "model_data_sha256" {
  description = "SHA-256 of the model archive, as it was measured in the store of this account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.model_data_sha256))
    error_message = "model_data_sha256 must be 64 lower-case hexadecimal digits, got ${var.model_data_sha256}."
  }
}

variable "model_data_url" {
  description = "The model archive in the store of this account, under approved/ and with its own SHA-256 in the path."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/approved/", var.model_data_url))
    error_message = "model_data_url must lie under s3://<bucket>/approved/, got ${var.model_data_url}."
  }

  validation {
    condition     = endswith(var.model_data_url, "/${var.model_data_sha256}/model.tar.gz")
    error_message = "model_data_url must end in /<model_data_sha256>/model.tar.gz, got ${var.model_data_url}."
  }
}

variable "network" {
  description = "The subnets and security groups of the private network in which the model runs."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
  })
  nullable = false

  validation {
    condition     = length(var.network.subnet_ids) > 1
    error_message = "network.subnet_ids must name at least two subnets, got ${length(var.network.subnet_ids)}."
  }

  validation {
    condition     = length(var.network.security_group_ids) > 0
    error_message = "network.security_group_ids must name at least one group, got ${length(var.network.security_group_ids)}."
  }
}

variable "role_arn" {
  description = "ARN of the role that the model runs with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", var.role_arn))
    error_message = "role_arn must be the ARN of a role, got ${var.role_arn}."
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

  validation {
    condition     = contains(["all-at-once", "canary", "linear"], var.rollout.strategy)
    error_message = "rollout.strategy must be all-at-once, canary or linear, got ${var.rollout.strategy}."
  }

  # SageMaker's own bounds: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html
  validation {
    condition = (
      var.rollout.strategy == "all-at-once" ? var.rollout.percentage == null
      : try(var.rollout.percentage >= (var.rollout.strategy == "linear" ? 10 : 1) && var.rollout.percentage <= 50, false)
    )
    error_message = "rollout.percentage must be from 1 to 50 for a canary, from 10 to 50 for linear, and none for all-at-once, got ${coalesce(var.rollout.percentage, "null")}."
  }

  validation {
    condition     = var.rollout.strategy == "all-at-once" || var.variant.initial_instance_count > 1
    error_message = "rollout.strategy must be all-at-once where one instance serves, because it has no part that could be first, got ${var.rollout.strategy}."
  }

  validation {
    condition     = var.rollout.wait_seconds >= 0 && var.rollout.wait_seconds <= 3600
    error_message = "rollout.wait_seconds must be from 0 to 3600, got ${var.rollout.wait_seconds}."
  }

  validation {
    condition     = var.rollout.termination_wait_seconds >= 0 && var.rollout.termination_wait_seconds <= 3600
    error_message = "rollout.termination_wait_seconds must be from 0 to 3600, got ${var.rollout.termination_wait_seconds}."
  }

  validation {
    condition     = try(var.rollout.timeout_seconds >= 600 && var.rollout.timeout_seconds <= 28800, var.rollout.timeout_seconds == null)
    error_message = "rollout.timeout_seconds must be from 600 to 28800, got ${coalesce(var.rollout.timeout_seconds, "null")}."
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

  validation {
    condition     = try(var.shadow.percentage >= 1 && var.shadow.percentage <= 100, var.shadow == null)
    error_message = "shadow.percentage must be from 1 to 100, got ${try(var.shadow.percentage, "null")}."
  }

  validation {
    condition     = try(can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9/._-]+@sha256:[0-9a-f]{64}$", var.shadow.image_uri)), false) || var.shadow == null
    error_message = "shadow.image_uri must be <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<digest>, never a tag, got ${try(var.shadow.image_uri, "null")}."
  }

  validation {
    condition = var.shadow == null || try(
      can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/approved/", var.shadow.model_data_url))
      && endswith(var.shadow.model_data_url, "/${var.shadow.model_data_sha256}/model.tar.gz"), false
    )
    error_message = "shadow.model_data_url must lie under s3://<bucket>/approved/ and end in /<model_data_sha256>/model.tar.gz, got ${try(var.shadow.model_data_url, "null")}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
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

  validation {
    condition     = var.variant.initial_instance_count >= 1 && floor(var.variant.initial_instance_count) == var.variant.initial_instance_count
    error_message = "variant.initial_instance_count must be a whole number of at least 1, got ${var.variant.initial_instance_count}."
  }

  validation {
    condition     = can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9-]+$", var.variant.instance_type))
    error_message = "variant.instance_type must be a SageMaker instance type such as ml.m5.large, got ${var.variant.instance_type}."
  }

  # Instance storage can't be encrypted with a customer key; SageMaker refuses the pair.
  validation {
    condition     = !can(regex("^ml\\.([a-z]+[0-9]+[a-z]*d[a-z]*|g5|g6|g6e|p3dn|p4de|p5)\\.", var.variant.instance_type))
    error_message = "variant.instance_type must have volumes that a customer key can encrypt (no instance storage), got ${var.variant.instance_type}."
  }
}
