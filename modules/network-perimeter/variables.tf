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

variable "interface_endpoints" {
  description = "AWS services that workloads may reach beside S3, by the last part of their endpoint service's name, such as sagemaker.api, sts or ecr.dkr."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.interface_endpoints, keys(local._catalogue))) == 0
    error_message = "interface_endpoints must be among ${join(", ", keys(local._catalogue))}, got ${join(", ", setsubtract(var.interface_endpoints, keys(local._catalogue)))}."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts the query log; its policy must let CloudWatch Logs of this region use it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${var.kms_key_arn}."
  }
}

variable "organization_id" {
  description = "The AWS organisation outside of which nobody and nothing is reachable through the endpoints."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "query_log_retention_days" {
  description = "How long questions to DNS are kept."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition = contains(
      [365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.query_log_retention_days,
    )
    error_message = "query_log_retention_days must be a retention that CloudWatch Logs knows and at least 365, got ${var.query_log_retention_days}."
  }
}

variable "resolvable_domains" {
  description = "Domains of your own that resolve beside the names of the endpoints, each exactly or, with *. before it, with everything below it; what they redirect to must be named too."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for domain in var.resolvable_domains :
      can(regex("^(\\*\\.)?([a-z0-9_]([a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", domain))
    ])
    error_message = "resolvable_domains must be names such as git.example.com or *.example.com, in lower case, without a dot at the end and never a whole top level, got ${join(", ", var.resolvable_domains)}."
  }

  validation {
    condition = alltrue([
      for domain in var.resolvable_domains :
      !can(regex("(^|\\.)(amazonaws\\.com(\\.cn)?|aws|api\\.aws)$", domain))
    ])
    error_message = "resolvable_domains must be your own, for names of AWS come with their endpoints, got ${join(", ", var.resolvable_domains)}."
  }
}

variable "route_table_ids" {
  description = "Every route table of the subnets; each learns the way to S3 and has no way out beside it."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.route_table_ids) >= 1
    error_message = "route_table_ids must name at least one route table, got none."
  }

  validation {
    condition     = alltrue([for id in var.route_table_ids : can(regex("^rtb-[0-9a-f]{8,17}$", id))])
    error_message = "route_table_ids must look like rtb-0123456789abcdef0, got ${join(", ", var.route_table_ids)}."
  }
}

variable "subnet_ids" {
  description = "The private subnets, one in each of 2 or 3 zones; AWS refuses an endpoint in two subnets of one zone."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2 && length(var.subnet_ids) <= 3
    error_message = "subnet_ids must name a subnet in each of 2 or 3 zones, got ${length(var.subnet_ids)}."
  }

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", id))])
    error_message = "subnet_ids must look like subnet-0123456789abcdef0, got ${join(", ", var.subnet_ids)}."
  }

  validation {
    condition     = length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "subnet_ids must all differ, got ${join(", ", var.subnet_ids)}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "vpc_id" {
  description = "The network, made by private-network or brought."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "vpc_id must look like vpc-0123456789abcdef0, got ${var.vpc_id}."
  }
}

variable "workload_traffic" {
  description = "What workloads may say to each other, by a name of your choice: protocol tcp, udp or the number of an IP protocol, a port for the first two, and what it is for. Without it, nothing."
  type = map(object({
    description = string
    protocol    = string
    port        = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for traffic in values(var.workload_traffic) :
      contains(["tcp", "udp"], traffic.protocol) || can(regex("^(5[01])$", traffic.protocol))
    ])
    error_message = "workload_traffic.*.protocol must be tcp, udp, 50 or 51 (IPsec), got ${join(", ", values(var.workload_traffic)[*].protocol)}."
  }

  validation {
    condition = alltrue([
      for traffic in values(var.workload_traffic) :
      contains(["tcp", "udp"], traffic.protocol) == (traffic.port != null)
    ])
    error_message = "workload_traffic.*.port must be told for tcp and udp and for nothing else, got ${jsonencode(var.workload_traffic)}."
  }

  validation {
    condition = alltrue([
      for traffic in values(var.workload_traffic) : length(traffic.description) >= 10
    ])
    error_message = "workload_traffic.*.description must say what it is for in at least 10 characters, got ${join(", ", values(var.workload_traffic)[*].description)}."
  }
}
