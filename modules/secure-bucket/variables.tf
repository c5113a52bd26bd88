variable "account" {
  description = "The account that the bucket belongs to."
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

variable "announces_objects" {
  description = "Whether EventBridge is told of every new object, so that a rule can start something."
  type        = bool
  default     = false
  nullable    = false
}

variable "endpoint_accounts" {
  description = "Ids of other accounts of the organisation whose VPC endpoints may be used to reach the objects, such as those whose builds fetch a release; the endpoints of this account always may."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.endpoint_accounts : can(regex("^[0-9]{12}$", id))])
    error_message = "endpoint_accounts must be ids of 12 digits, got ${join(", ", var.endpoint_accounts)}."
  }
}

variable "housekeepers" {
  description = "ARNs of roles that list and remove objects from outside every VPC endpoint, and read or write none: of Terraform, and of who empties an account."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for role in var.housekeepers : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))])
    error_message = "housekeepers must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", var.housekeepers)}."
  }
}

variable "kms_key_arn" {
  description = "Key of this account that encrypts every object. Only a bucket that receives S3 access logs goes without, because S3 delivers those to no bucket with a customer key."
  type        = string
  default     = null

  validation {
    condition = (
      var.kms_key_arn == null
      || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    )
    error_message = "kms_key_arn must be the ARN of a key (not of an alias), got ${coalesce(var.kms_key_arn, "null")}."
  }

  validation {
    condition = (
      var.kms_key_arn != null
      || contains(values(var.service_writers)[*].principal, "logging.s3.amazonaws.com")
    )
    error_message = "kms_key_arn must be given unless logging.s3.amazonaws.com writes to the bucket, got null for ${var.name}."
  }

  validation {
    condition = (
      var.kms_key_arn == null
      || !contains(values(var.service_writers)[*].principal, "logging.s3.amazonaws.com")
    )
    error_message = "kms_key_arn must be null where logging.s3.amazonaws.com writes to the bucket, got a key for ${var.name}."
  }
}

variable "log_bucket" {
  description = "Name of the bucket that receives this bucket's access logs, under <name>/."
  type        = string
  default     = null

  validation {
    condition     = var.log_bucket != var.name
    error_message = "log_bucket must be another bucket, got ${coalesce(var.log_bucket, "null")}."
  }
}

variable "name" {
  description = "Name of the bucket, as in naming.bucket_names."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 63 lower-case letters, digits and hyphens, got ${var.name}."
  }
}

variable "object_lock" {
  description = "Retention during which no object version can be removed: by nobody in COMPLIANCE mode, by nobody without a special permission in GOVERNANCE mode."
  type = object({
    days = number
    mode = optional(string, "COMPLIANCE")
  })
  default = null

  validation {
    condition     = contains(["COMPLIANCE", "GOVERNANCE"], try(var.object_lock.mode, "COMPLIANCE"))
    error_message = "object_lock.mode must be COMPLIANCE or GOVERNANCE, got ${try(var.object_lock.mode, "null")}."
  }

  validation {
    condition = (
      try(var.object_lock.days, 1) >= 1
      && try(var.object_lock.days, 1) == floor(try(var.object_lock.days, 1))
    )
    error_message = "object_lock.days must be a whole number from 1, got ${try(var.object_lock.days, "null")}."
  }
}

variable "organization_id" {
  description = "The AWS organisation outside of which nobody reaches the bucket."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "outside_endpoints" {
  description = "Roles that reach the objects from outside every VPC endpoint, in named exceptions with a reason each, such as a pipeline that AWS runs in a network of its own."
  type = map(object({
    reason    = string
    role_arns = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for exception in values(var.outside_endpoints) : length(exception.reason) >= 20])
    error_message = "outside_endpoints.*.reason must say in at least 20 characters why the roles use no endpoint, got ${jsonencode({ for name, exception in var.outside_endpoints : name => exception.reason })}."
  }

  validation {
    condition     = alltrue([for exception in values(var.outside_endpoints) : length(exception.role_arns) > 0])
    error_message = "outside_endpoints.*.role_arns must name at least one role, got ${jsonencode({ for name, exception in var.outside_endpoints : name => exception.role_arns })}."
  }

  validation {
    condition     = alltrue([for role in flatten(values(var.outside_endpoints)[*].role_arns) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))])
    error_message = "outside_endpoints.*.role_arns must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", flatten(values(var.outside_endpoints)[*].role_arns))}."
  }
}

variable "queried_prefixes" {
  description = "Prefixes below which Athena reads and keeps results for whoever asks it, which it does outside of every endpoint."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for prefix in var.queried_prefixes : can(regex("^[a-z0-9][a-z0-9-]*/$", prefix))])
    error_message = "queried_prefixes must be folders such as features/, got ${join(", ", var.queried_prefixes)}."
  }
}

variable "readers" {
  description = "ARNs of the roles, of this account or others, that may read the whole bucket."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for role in var.readers : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))])
    error_message = "readers must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", var.readers)}."
  }
}

variable "readers_by_prefix" {
  description = "ARNs of the roles that may read under a prefix, by the prefix (which ends with a slash)."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for prefix in keys(var.readers_by_prefix) : can(regex("^([A-Za-z0-9._-]+/)+$", prefix))])
    error_message = "readers_by_prefix must have prefixes such as raw/ or approved/model/, got ${join(", ", keys(var.readers_by_prefix))}."
  }

  validation {
    condition     = alltrue([for role in flatten(values(var.readers_by_prefix)) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))])
    error_message = "readers_by_prefix must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", flatten(values(var.readers_by_prefix)))}."
  }
}

variable "retention" {
  description = "How long objects are kept: current_days for the current version (null keeps it), noncurrent_days for those it replaced."
  type = object({
    current_days    = optional(number)
    noncurrent_days = optional(number, 90)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.retention.current_days == null ? true : var.retention.current_days >= 1
    error_message = "retention.current_days must be at least 1, got ${coalesce(var.retention.current_days, 0)}."
  }

  validation {
    condition     = var.retention.noncurrent_days >= 1
    error_message = "retention.noncurrent_days must be at least 1, got ${var.retention.noncurrent_days}."
  }
}

variable "service_writers" {
  description = "AWS services that write by themselves, by a name of your choice, such as logging.s3.amazonaws.com; always for this account only, and for source_arns where given. inspects lets the service look at the bucket first, as CloudTrail (its access list) and Config (its list of objects too) insist on."
  type = map(object({
    inspects    = optional(list(string), [])
    prefixes    = optional(list(string), [])
    principal   = string
    source_arns = optional(list(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.service_writers) : can(regex("^[a-z][a-z0-9-]*$", name))])
    error_message = "service_writers must have names of lower-case letters, digits and hyphens, got ${join(", ", keys(var.service_writers))}."
  }

  validation {
    condition     = alltrue([for writer in values(var.service_writers) : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", writer.principal))])
    error_message = "service_writers.*.principal must be a service principal such as logging.s3.amazonaws.com, got ${join(", ", values(var.service_writers)[*].principal)}."
  }

  validation {
    condition = (
      length(setsubtract(flatten(values(var.service_writers)[*].inspects), ["s3:GetBucketAcl", "s3:ListBucket"]))
      == 0
    )
    error_message = "service_writers.*.inspects must be s3:GetBucketAcl or s3:ListBucket, got ${join(", ", flatten(values(var.service_writers)[*].inspects))}."
  }

  validation {
    condition     = alltrue([for prefix in flatten(values(var.service_writers)[*].prefixes) : can(regex("^([A-Za-z0-9._-]+/)+$", prefix))])
    error_message = "service_writers.*.prefixes must be such as access/ or trail/main/, got ${join(", ", flatten(values(var.service_writers)[*].prefixes))}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "write_once" {
  description = "Whether an object is written only where none of its name is: a put must send If-None-Match and no If-Match, and neither uploads in parts nor services that write by themselves do."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.write_once || length(var.service_writers) == 0
    error_message = "write_once must be false where services write by themselves, got ${join(", ", keys(var.service_writers))}."
  }
}

variable "writers" {
  description = "ARNs of the roles, of this account or others, that may read and write the whole bucket."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for role in var.writers : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))])
    error_message = "writers must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", var.writers)}."
  }
}

variable "writers_by_prefix" {
  description = "ARNs of the roles that may read and write under a prefix, by the prefix (which ends with a slash)."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for prefix in keys(var.writers_by_prefix) : can(regex("^([A-Za-z0-9._-]+/)+$", prefix))])
    error_message = "writers_by_prefix must have prefixes such as raw/ or approved/model/, got ${join(", ", keys(var.writers_by_prefix))}."
  }

  validation {
    condition     = alltrue([for role in flatten(values(var.writers_by_prefix)) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))])
    error_message = "writers_by_prefix must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", flatten(values(var.writers_by_prefix)))}."
  }
}
