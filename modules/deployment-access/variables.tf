variable "account" {
  description = "The account that the roles lay out; name is its key in organization.yaml."
  type = object({
    id        = string
    name      = string
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
  description = "ARNs of the boundaries of which every role that is created must carry one."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.boundary_arns) > 0
    error_message = "boundary_arns must name at least one boundary, because without one no role can be created, got ${length(var.boundary_arns)}."
  }

  validation {
    condition = alltrue([
      for arn in var.boundary_arns :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "boundary_arns must be ARNs of policies of account ${var.account.id}, without wildcards, got ${join(", ", var.boundary_arns)}."
  }
}

variable "features" {
  description = "What everything of feature groups in the account begins with, as in naming.role_names; null where there is no group."
  type        = string
  default     = null

  validation {
    condition     = var.features == null ? true : can(regex("^${var.account.prefix}-[a-z0-9-]+$", var.features))
    error_message = "features must start with ${var.account.prefix}-, got ${coalesce(var.features, "null")}."
  }
}

variable "forecasts" {
  description = "What everything is called by which forecasts of the account are asked for, as in naming.forecasts_name, and whether QuickSight shows them; null where no model answers in batches."
  type = object({
    has_dashboard = optional(bool, false)
    name          = string
  })
  default = null

  validation {
    condition     = var.forecasts == null ? true : can(regex("^${var.account.prefix}-[a-z0-9-]+$", var.forecasts.name))
    error_message = "forecasts.name must start with ${var.account.prefix}-, got ${try(var.forecasts.name, "null")}."
  }
}

variable "forge" {
  description = "Who works for the forge: the issuer of its tokens without https://, and the one exact subject each that may plan and apply in this account."
  type = object({
    apply_subject = string
    issuer        = string
    plan_subject  = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+(/[A-Za-z0-9._/-]+)?$", var.forge.issuer))
    error_message = "forge.issuer must be a host, with a path if it has one and without https://, got ${var.forge.issuer}."
  }

  validation {
    condition = alltrue([
      for subject in [var.forge.apply_subject, var.forge.plan_subject] :
      can(regex("^[^*?{}]{3,}:[^*?{}]+$", subject))
    ])
    error_message = "forge.*_subject must be one exact subject, without wildcards or placeholders, got ${var.forge.apply_subject} and ${var.forge.plan_subject}."
  }

  validation {
    condition     = var.forge.apply_subject != var.forge.plan_subject
    error_message = "forge.apply_subject must differ from plan_subject, because whoever proposes a change must not apply it, got ${var.forge.apply_subject} twice."
  }
}

variable "further_regions" {
  description = "Regions beside the account's own in which it keeps a bucket with a key, such as the artefacts of a promotion into another region."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.further_regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "further_regions must be such as us-east-1, got ${join(", ", var.further_regions)}."
  }
}

variable "network_arns" {
  description = "ARNs of a network, its subnets and route tables that somebody else keeps; things are put into it, it is never changed. Empty where the network is the platform's own."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.network_arns : can(regex(
        "^arn:[a-z-]+:ec2:${var.account.region}:${var.account.id}:(vpc/vpc|subnet/subnet|route-table/rtb)-[0-9a-f]+$",
        arn
      ))
    ])
    error_message = "network_arns must be ARNs of a vpc, subnets and route tables of account ${var.account.id}, got ${join(", ", var.network_arns)}."
  }
}

variable "organization" {
  description = "Identifier of the AWS organisation, and the prefix of everything that is the platform's."
  type = object({
    id     = string
    prefix = string
  })
  nullable = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization.id))
    error_message = "organization.id must look like o-a1b2c3d4e5, got ${var.organization.id}."
  }

  validation {
    condition     = startswith(var.account.prefix, "${var.organization.prefix}-")
    error_message = "organization.prefix must be what account.prefix starts with, got ${var.organization.prefix} and ${var.account.prefix}."
  }
}

variable "parameter_root" {
  description = "Path under which the account publishes its facts as SSM parameters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(/[A-Za-z0-9._-]+)+$", var.parameter_root))
    error_message = "parameter_root must be a path such as /acme/staging, got ${var.parameter_root}."
  }
}

variable "passed_roles" {
  description = "ARNs of the roles that are handed to a service, by the service's principal. A name may end with -* where the platform makes one role a person."
  type        = map(list(string))
  nullable    = false

  validation {
    condition = alltrue([
      for service in keys(var.passed_roles) : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com$", service))
    ])
    error_message = "passed_roles must have service principals such as codebuild.amazonaws.com, got ${join(", ", keys(var.passed_roles))}."
  }

  validation {
    condition = alltrue([
      for arn in flatten(values(var.passed_roles)) : can(regex(
        "^arn:[a-z-]+:iam::${var.account.id}:role/${var.account.prefix}-[A-Za-z0-9+=,.@_-]+(-\\*)?$", arn
      ))
    ])
    error_message = "passed_roles.* must be ARNs of roles of account ${var.account.id} that start with ${var.account.prefix}-, got ${join(", ", flatten(values(var.passed_roles)))}."
  }
}

variable "sign_in" {
  description = "The role through which people arrive in the account, and the names under which platform admins do."
  type = object({
    role_arn          = string
    source_identities = list(string)
  })
  nullable = false

  validation {
    condition = can(regex(
      "^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_/-]+$", var.sign_in.role_arn
    ))
    error_message = "sign_in.role_arn must be the ARN of one role of account ${var.account.id}, got ${var.sign_in.role_arn}."
  }

  validation {
    condition     = length(var.sign_in.source_identities) > 0
    error_message = "sign_in.source_identities must name at least one platform admin, because an empty list would admit nobody, got ${length(var.sign_in.source_identities)}."
  }

  validation {
    condition = alltrue([
      for name in var.sign_in.source_identities : can(regex("^[A-Za-z0-9+=,.@_-]{2,64}$", name))
    ])
    error_message = "sign_in.source_identities must be names of 2 to 64 letters, digits and +=,.@_-, got ${join(", ", var.sign_in.source_identities)}."
  }
}

variable "signing_account_ids" {
  description = "Ids of the accounts whose signatures this one believes: whoever applies reads the public halves of their keys, to pin them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.signing_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "signing_account_ids must be ids of 12 digits, got ${join(", ", var.signing_account_ids)}."
  }
}

variable "state" {
  description = "Where state is kept: the bucket, the bucket of its access logs, the alias of its key, and the objects of the account and of this set-up."
  type = object({
    bucket_name     = string
    key_alias_arn   = string
    log_bucket_name = string
    path            = string
    setup_path      = string
  })
  nullable = false

  validation {
    condition = can(regex(
      "^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.state.key_alias_arn
    ))
    error_message = "state.key_alias_arn must be the ARN of an alias, which is known before the key exists, got ${var.state.key_alias_arn}."
  }

  validation {
    condition = alltrue([
      for path in [var.state.path, var.state.setup_path] :
      can(regex("^([A-Za-z0-9._-]+/)+[A-Za-z0-9._-]+$", path))
    ])
    error_message = "state.*path must be objects such as accounts/staging/terraform.tfstate, got ${var.state.path} and ${var.state.setup_path}."
  }

  validation {
    condition     = var.state.path != var.state.setup_path
    error_message = "state.setup_path must differ from path, because who applies must not change who may apply, got ${var.state.path} twice."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "template_bucket_name" {
  description = "Name of the bucket that keeps templates of products which people launch by themselves; null where the account has none."
  type        = string
  default     = null

  validation {
    condition = (
      var.template_bucket_name == null ? true : can(regex("^${var.account.prefix}-[a-z0-9-]+$", var.template_bucket_name))
    )
    error_message = "template_bucket_name must start with ${var.account.prefix}-, got ${coalesce(var.template_bucket_name, "null")}."
  }
}
