variable "account" {
  description = "The account that the role belongs to."
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
  description = "ARN of the policy that bounds the role, as in naming.boundary_arns of the account; it must exist before the role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "denials" {
  description = "What the role may not do although a pattern of its statements would let it."
  type        = list(object({ sid = string, actions = list(string), resources = list(string) }))
  default     = []
  nullable    = false
}

variable "description" {
  description = "What the role is for, in one sentence."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.description) >= 10 && length(var.description) <= 1000
    error_message = "description must be 10 to 1000 characters, got ${length(var.description)}."
  }
}

variable "keys" {
  description = "Customer keys that the role uses, by a name of your choice: the alias's ARN (of this account or another), access use or decrypt, grants where AWS services keep using the key for the role, via_services to allow it only through them (through S3 alone and without grants, use is what storing objects takes)."
  type = map(object({
    alias_arn    = string
    access       = optional(string, "use")
    grants       = optional(bool, false)
    via_services = optional(list(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for key in values(var.keys) :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", key.alias_arn))
    ])
    error_message = "keys.*.alias_arn must be the ARN of an alias, which is known before the key exists, got ${join(", ", values(var.keys)[*].alias_arn)}."
  }

  validation {
    condition = alltrue([
      for key in values(var.keys) : contains(["use", "decrypt"], key.access)
    ])
    error_message = "keys.*.access must be use or decrypt, got ${join(", ", values(var.keys)[*].access)}."
  }

  validation {
    condition     = alltrue([for key in values(var.keys) : !key.grants || key.access == "use"])
    error_message = "keys.*.grants must stay false where access is decrypt, got ${jsonencode({ for name, key in var.keys : name => key.access if key.grants })}."
  }

  validation {
    condition     = alltrue([for name in keys(var.keys) : can(regex("^[a-z][a-z0-9-]*$", name))])
    error_message = "keys must have names of lower-case letters, digits and hyphens, got ${join(", ", keys(var.keys))}."
  }
}

variable "max_session_duration" {
  description = "Longest session in seconds."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.max_session_duration >= 3600 && var.max_session_duration <= 28800
    error_message = "max_session_duration must be 3600 to 28800 seconds, an hour to a working day, got ${var.max_session_duration}."
  }
}

variable "name" {
  description = "Name of the role, as in naming.role_names."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "name must be 1 to 64 letters, digits and +=,.@_-, got ${var.name}."
  }
}

variable "organization_id" {
  description = "The AWS organisation to which every trusted role must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "statements" {
  description = "What the role may do: single actions on named resources."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
    conditions = optional(list(object({
      test     = string
      variable = string
      values   = list(string)
    })), [])
  }))
  default  = []
  nullable = false

  validation {
    condition = alltrue([
      for statement in var.statements : can(regex("^[A-Z][A-Za-z0-9]+$", statement.sid))
    ])
    error_message = "statements[*].sid must be a sentence in PascalCase such as ReadTrainingData, got ${join(", ", var.statements[*].sid)}."
  }

  validation {
    condition     = length(distinct(var.statements[*].sid)) == length(var.statements)
    error_message = "statements[*].sid must all differ, got ${join(", ", var.statements[*].sid)}."
  }

  validation {
    condition = alltrue([
      for statement in var.statements :
      length(statement.actions) > 0 && length(statement.resources) > 0
    ])
    error_message = "statements[*] must have actions and resources, got none in ${join(", ", [for statement in var.statements : statement.sid if length(statement.actions) == 0 || length(statement.resources) == 0])}."
  }

  validation {
    condition = alltrue([
      for action in flatten(var.statements[*].actions) :
      can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action))
    ])
    error_message = "statements[*].actions must be single actions such as s3:GetObject, never * and never a service's wildcard such as sagemaker:*, got ${join(", ", [for action in flatten(var.statements[*].actions) : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action))])}."
  }

  validation {
    condition = alltrue([
      for resource in flatten(var.statements[*].resources) :
      resource == "*" || can(regex("^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:.+$", resource))
    ])
    error_message = "statements[*].resources must be ARNs whose service, region and account are written out, got ${join(", ", flatten(var.statements[*].resources))}."
  }

  validation {
    condition = alltrue([
      for statement in var.statements :
      contains(keys(var.unscoped_statements), statement.sid) || alltrue([
        for resource in statement.resources :
        !can(regex("^(arn:[^:]*:[^:]*:[^:]*:[^:]*:)?\\*$", resource))
      ])
    ])
    error_message = "statements[*].resources must not be * unless unscoped_statements gives the reason for the statement, got ${join(", ", [for statement in var.statements : statement.sid if anytrue([for resource in statement.resources : can(regex("^(arn:[^:]*:[^:]*:[^:]*:[^:]*:)?\\*$", resource))])])}."
  }

  validation {
    condition = alltrue([
      for statement in var.statements :
      !contains([for action in statement.actions : lower(action)], "iam:passrole") || anytrue([
        for condition in statement.conditions :
        condition.test == "StringEquals" && condition.variable == "iam:PassedToService"
      ])
    ])
    error_message = "statements[*] with iam:PassRole must have a StringEquals condition on iam:PassedToService, got none in ${join(", ", [for statement in var.statements : statement.sid if contains([for action in statement.actions : lower(action)], "iam:passrole")])}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "trust" {
  description = "Who takes the role. services: AWS services by a name of your choice, always for this account, and for source_arns, which every service that sends them needs; sets_source_identity for SageMaker Studio. roles: named roles of this account or others, with the source identities or the external id that they must bring; identity_tag is the principal tag in which the identity provider tells the name that they must bring, as source identity and as name of the session."
  type = object({
    services = optional(map(object({
      principal            = string
      sets_source_identity = optional(bool, false)
      source_arns          = optional(list(string), [])
    })), {})
    roles = optional(map(object({
      role_arns         = list(string)
      external_id       = optional(string)
      identity_tag      = optional(string)
      source_identities = optional(list(string))
    })), {})
  })
  nullable = false

  validation {
    condition     = length(var.trust.services) + length(var.trust.roles) > 0
    error_message = "trust must name at least one service or role, got none for ${var.name}."
  }

  validation {
    condition = alltrue([
      for name in concat(keys(var.trust.services), keys(var.trust.roles)) :
      can(regex("^[a-z][a-z0-9-]*$", name))
    ])
    error_message = "trust must have names of lower-case letters, digits and hyphens, got ${join(", ", concat(keys(var.trust.services), keys(var.trust.roles)))}."
  }

  validation {
    condition = alltrue([
      for service in values(var.trust.services) :
      can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", service.principal))
    ])
    error_message = "trust.services.*.principal must be a service principal such as sagemaker.amazonaws.com, got ${join(", ", values(var.trust.services)[*].principal)}."
  }

  # These say for which resource they act; the others say for which account only.
  validation {
    condition = alltrue([
      for service in values(var.trust.services) : length(service.source_arns) > 0 || !contains(
        ["codebuild", "codepipeline", "events", "sagemaker", "vpc-flow-logs"],
        split(".", service.principal)[0],
      )
    ])
    error_message = "trust.services.*.source_arns must name what CodeBuild, CodePipeline, EventBridge, SageMaker and VPC flow logs act for, got none for ${join(", ", [for name, service in var.trust.services : name if length(service.source_arns) == 0])}."
  }

  validation {
    condition = alltrue([
      for arn in flatten(values(var.trust.services)[*].source_arns) :
      can(regex("^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]+:${var.account.id}:.+$", arn))
    ])
    error_message = "trust.services.*.source_arns must be ARNs of account ${var.account.id} in a region that is written out, got ${join(", ", flatten(values(var.trust.services)[*].source_arns))}."
  }

  validation {
    condition = alltrue([
      for role in flatten(values(var.trust.roles)[*].role_arns) :
      can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", role))
    ])
    error_message = "trust.roles.*.role_arns must be ARNs of single roles, without wildcards and never an account root, got ${join(", ", flatten(values(var.trust.roles)[*].role_arns))}."
  }

  validation {
    condition     = alltrue([for role in values(var.trust.roles) : length(role.role_arns) > 0])
    error_message = "trust.roles.*.role_arns must name at least one role, got ${jsonencode({ for name, role in var.trust.roles : name => role.role_arns })}."
  }

  validation {
    condition = alltrue([
      for role in values(var.trust.roles) :
      role.source_identities == null ? true : length(role.source_identities) > 0
    ])
    error_message = "trust.roles.*.source_identities must name somebody or be left out, because an empty list would admit everybody, got ${jsonencode({ for name, role in var.trust.roles : name => role.source_identities })}."
  }

  validation {
    condition = alltrue([
      for role in values(var.trust.roles) : role.identity_tag == null ? true : (
        role.source_identities != null && can(regex("^[A-Za-z0-9_.:/=+@-]{1,128}$", role.identity_tag))
      )
    ])
    error_message = "trust.roles.*.identity_tag must be the key of a tag beside source_identities, got ${jsonencode({ for name, role in var.trust.roles : name => role.identity_tag })}."
  }
}

variable "unscoped_statements" {
  description = "Reasons, by the statement's sid, why a statement has to name every resource."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for reason in values(var.unscoped_statements) : length(reason) >= 10])
    error_message = "unscoped_statements.* must be a reason of at least 10 characters, got ${jsonencode(var.unscoped_statements)}."
  }
}
