variable "account" {
  description = "The account in which features are kept."
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

variable "boundary_arns" {
  description = "Policies that bound the roles, as in naming.boundary_arns: service and workload."
  type = object({
    service  = string
    workload = string
  })
  nullable = false

  validation {
    condition     = alltrue([for arn in values(var.boundary_arns) : can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/.+$", arn))])
    error_message = "boundary_arns must be ARNs of policies of account ${var.account.id}, got ${join(", ", values(var.boundary_arns))}."
  }
}

variable "bucket_name" {
  description = "Bucket with versions that announces its objects to EventBridge; everything lies below features/."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must be a bucket's name, got ${var.bucket_name}."
  }
}

variable "concurrency" {
  description = "How many arrivals are taken at once; what arrives meanwhile waits in Lambda's queue."
  type        = number
  default     = 5
  nullable    = false
}

variable "data_key" {
  description = "Key that encrypts objects, the offline stores and results: its ARN, and its alias by which policies name it."
  type = object({
    alias_arn = string
    arn       = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.data_key.arn))
    error_message = "data_key.arn must be the ARN of a key (not of an alias), got ${var.data_key.arn}."
  }

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:${var.account.id}:alias/[A-Za-z0-9/_-]+$", var.data_key.alias_arn))
    error_message = "data_key.alias_arn must be the ARN of an alias of account ${var.account.id}, got ${var.data_key.alias_arn}."
  }
}

variable "emails" {
  description = "Where owners of groups are told, by their names."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(values(var.groups)[*].owner, keys(var.emails))) == 0
    error_message = "emails must tell where each owner of a group hears, got none for ${join(", ", setsubtract(values(var.groups)[*].owner, keys(var.emails)))}."
  }

  validation {
    condition     = alltrue([for email in values(var.emails) : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "emails must be email addresses, got ${join(", ", values(var.emails))}."
  }
}

variable "groups" {
  description = "Feature groups by name: columns with their types (integer, number, text, time), which of them names a record, which tells its time, and who answers for the group."
  type = map(object({
    columns     = map(string)
    description = string
    event_time  = optional(string)
    owner       = string
    record_id   = string
  }))
  nullable = false

  validation {
    condition     = length(var.groups) > 0 && alltrue([for name in keys(var.groups) : can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", name))])
    error_message = "groups must have names of 3 to 24 lower-case letters, digits and hyphens that start with a letter, got ${join(", ", keys(var.groups))}."
  }

  validation {
    condition     = alltrue(flatten([for group in values(var.groups) : [for column in keys(group.columns) : can(regex("^[a-z][a-z0-9_]{0,62}$", column))]]))
    error_message = "groups.*.columns must have names of 1 to 63 lower-case letters, digits and underscores that start with a letter, got ${join(", ", flatten([for group in values(var.groups) : keys(group.columns)]))}."
  }

  validation {
    condition     = alltrue(flatten([for group in values(var.groups) : [for type in values(group.columns) : contains(["integer", "number", "text", "time"], type)]]))
    error_message = "groups.*.columns must be of the types integer, number, text or time, got ${join(", ", distinct(flatten([for group in values(var.groups) : values(group.columns)])))}."
  }

  validation {
    condition = length(setintersection(flatten([for group in values(var.groups) : keys(group.columns)]), [
      "api_invocation_time", "arrived_at", "day", "hour", "is_deleted", "month", "write_time", "year",
    ])) == 0
    error_message = "groups.*.columns must not have a name that the store gives (api_invocation_time, arrived_at, day, hour, is_deleted, month, write_time, year), got ${join(", ", flatten([for group in values(var.groups) : keys(group.columns)]))}."
  }

  # A job has a hundred variables of 256 characters; some are kept free.
  validation {
    condition     = alltrue([for group in values(var.groups) : length(jsonencode(group.columns)) <= 20000])
    error_message = "groups.*.columns must take at most 20000 characters as JSON, got ${join(", ", [for group in values(var.groups) : length(jsonencode(group.columns))])}."
  }

  validation {
    condition     = alltrue([for group in values(var.groups) : contains(["integer", "text"], lookup(group.columns, group.record_id, ""))])
    error_message = "groups.*.record_id must be a column of integers or texts, got ${join(", ", values(var.groups)[*].record_id)}."
  }

  validation {
    condition     = alltrue([for group in values(var.groups) : group.event_time == null || lookup(group.columns, coalesce(group.event_time, "-"), "") == "time"])
    error_message = "groups.*.event_time must be a column of the type time, got ${join(", ", compact(values(var.groups)[*].event_time))}."
  }
}

variable "image_uri" {
  description = "Image in which jobs run, in a repository of this account, by digest; it may be pushed later."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^${var.account.id}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "image_uri must name an image of account ${var.account.id} by its digest, got ${var.image_uri}."
  }
}

variable "log" {
  description = "Key that encrypts the function's log group, and for how many days it is kept."
  type = object({
    key_arn        = string
    retention_days = optional(number, 365)
  })
  nullable = false
}

variable "name" {
  description = "Name of the function; its rules, queue, roles, alarms, pipelines, work group and database begin with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,41}$", var.name))
    error_message = "name must be 3 to 42 lower-case letters, digits and hyphens that start with a letter, got ${var.name}."
  }
}

variable "network" {
  description = "Private network of the function and of jobs; it needs the endpoints of S3, SageMaker, SNS and SSM. With `tags`, groups and own subnets are known by them and not by ids."
  type = object({
    has_own_subnets    = optional(bool, true)
    security_group_ids = list(string)
    subnet_ids         = list(string)
    tags               = optional(map(string))
  })
  nullable = false

  # A review takes ids that come from no resource as they are: none at all must not be among them.
  validation {
    condition     = length(var.network.security_group_ids) > 0 && length(var.network.subnet_ids) > 0
    error_message = "network must have subnets and security groups, got ${length(var.network.subnet_ids)} and ${length(var.network.security_group_ids)}."
  }
}

variable "notice" {
  description = "Topic on which alarms speak, and the key of owners' topic and of the queue by ARN and alias; the key admits the function and EventBridge."
  type = object({
    alias_arn = string
    key_arn   = string
    topic_arn = string
  })
  nullable = false
}

variable "organization_id" {
  description = "Identifier of the organisation; services take the roles for it alone."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must be like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "scan_limit_bytes" {
  description = "How much one query may read before it is cancelled."
  type        = number
  default     = 10737418240
  nullable    = false

  validation {
    condition     = var.scan_limit_bytes >= 10000000
    error_message = "scan_limit_bytes must be at least 10000000, which is the least that Athena takes, got ${var.scan_limit_bytes}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}
