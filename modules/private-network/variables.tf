variable "account" {
  description = "The account that the network belongs to."
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
  description = "ARN of the policy that bounds the role of the flow logs, as in naming.boundary_arns of the account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "flow_log_retention_days" {
  description = "How long flow logs are kept."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition = contains(
      [365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.flow_log_retention_days,
    )
    error_message = "flow_log_retention_days must be a retention that CloudWatch Logs knows and at least 365, got ${var.flow_log_retention_days}."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts flow logs; its policy must let CloudWatch Logs of this region use it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${var.kms_key_arn}."
  }
}

variable "network" {
  description = "Address block of the network, and the zones (letters) that get a private subnet each."
  type = object({
    cidr  = string
    zones = list(string)
  })
  nullable = false

  validation {
    condition = (
      can(regex("/(1[6-9]|2[0-2])$", var.network.cidr))
      && can(cidrnetmask(var.network.cidr))
    )
    error_message = "network.cidr must be an IPv4 block from /16 to /22 such as 10.16.0.0/16, got ${var.network.cidr}."
  }

  validation {
    condition     = alltrue([for zone in var.network.zones : can(regex("^[a-f]$", zone))])
    error_message = "network.zones must be letters from a to f, got ${join(", ", var.network.zones)}."
  }

  validation {
    condition     = length(distinct(var.network.zones)) >= 2 && length(var.network.zones) <= 3
    error_message = "network.zones must be 2 or 3 zones, of which at least two differ, got ${join(", ", var.network.zones)}."
  }

  validation {
    condition     = length(distinct(var.network.zones)) == length(var.network.zones)
    error_message = "network.zones must all differ, got ${join(", ", var.network.zones)}."
  }
}

variable "organization_id" {
  description = "The AWS organisation that the account belongs to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
