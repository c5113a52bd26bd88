variable "account" {
  description = "The account that holds the pipelines."
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

variable "approval" {
  description = "The gate before production, and before staging where people decide there as well: e-mail addresses, by person, that are told, the name of the topic, and how long a release waits before it is refused."
  type = object({
    before_staging  = optional(bool, false)
    emails          = optional(map(string), {})
    timeout_minutes = optional(number, 10080)
    topic_name      = string
  })
  nullable = false

  validation {
    condition     = var.approval.timeout_minutes >= 5 && var.approval.timeout_minutes <= 86400
    error_message = "approval.timeout_minutes must be from 5 to 86400 (60 days), got ${var.approval.timeout_minutes}."
  }

  validation {
    condition     = alltrue([for email in values(var.approval.emails) : can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", email))])
    error_message = "approval.emails must be e-mail addresses, got ${join(", ", values(var.approval.emails))}."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.approval.topic_name))
    error_message = "approval.topic_name must be 1 to 256 letters, digits, hyphens and underscores, got ${var.approval.topic_name}."
  }
}

variable "artifacts" {
  description = "The artefact bucket, and the key that encrypts it, by its ARN and by the ARN of its alias."
  type = object({
    bucket_name   = string
    key_alias_arn = string
    key_arn       = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.artifacts.key_alias_arn))
    error_message = "artifacts.key_alias_arn must be the ARN of a key's alias, got ${var.artifacts.key_alias_arn}."
  }

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.artifacts.key_arn))
    error_message = "artifacts.key_arn must be the ARN of a key, because other accounts cannot find it by its alias alone, got ${var.artifacts.key_arn}."
  }
}

variable "boundary_arns" {
  description = "ARNs of the policies that bound the roles, as in naming.boundary_arns of the account: delivery for the promotion and its build, service for what starts it."
  type        = object({ delivery = string, service = string })
  nullable    = false

  validation {
    condition = alltrue([
      for arn in values(var.boundary_arns) :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "boundary_arns.* must be ARNs of policies of account ${var.account.id}, got ${join(", ", values(var.boundary_arns))}."
  }
}

variable "bundle" {
  description = "Name of the build project that bundles a release, the image it runs in, and the key with which it signs what it states."
  type = object({
    image        = optional(string, "aws/codebuild/amazonlinux-x86_64-standard:5.0")
    project_name = string
    signing_key  = object({ alias_arn = string, arn = string })
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:${var.account.region}:${var.account.id}:alias/[A-Za-z0-9/_-]+$", var.bundle.signing_key.alias_arn))
    error_message = "bundle.signing_key.alias_arn must be the ARN of an alias of account ${var.account.id} in ${var.account.region}, got ${var.bundle.signing_key.alias_arn}."
  }
}

variable "log" {
  description = "The key that encrypts the logs of builds, and how long they are kept."
  type = object({
    key_arn        = string
    retention_days = optional(number, 365)
  })
  nullable = false
}

variable "models_store" {
  description = "Bucket of the trained models, the alias of its key, and the repository of their images."
  type = object({
    bucket_name           = string
    image_repository_name = string
    key_alias_arn         = string
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.models_store.key_alias_arn))
    error_message = "models_store.key_alias_arn must be the ARN of a key's alias, got ${var.models_store.key_alias_arn}."
  }
}

variable "network" {
  description = "The private network in which builds run."
  type = object({
    security_group_ids = list(string)
    subnet_ids         = list(string)
    vpc_id             = string
  })
  nullable = false
}

variable "organization_prefix" {
  description = "First part of every name of the organisation."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.organization_prefix))
    error_message = "organization_prefix must be 2 to 12 lower-case letters or digits that start with a letter, got ${var.organization_prefix}."
  }
}

variable "pipelines" {
  description = "The promotions by model: the name of the pipeline, the group whose approved packages it carries, and the name of the pipeline that takes production back."
  type = map(object({
    group_name    = string
    name          = string
    rollback_name = string
  }))
  nullable = false

  validation {
    condition     = alltrue([for pipeline in values(var.pipelines) : can(regex("^[A-Za-z0-9.@_-]{1,64}$", pipeline.name))])
    error_message = "pipelines.*.name must be 1 to 64 letters, digits and .@_-, got ${join(", ", values(var.pipelines)[*].name)}."
  }

  validation {
    condition     = alltrue([for pipeline in values(var.pipelines) : startswith(pipeline.name, "${var.organization_prefix}-")])
    error_message = "pipelines.*.name must start with ${var.organization_prefix}-, because the trust in pipelines ends there, got ${join(", ", values(var.pipelines)[*].name)}."
  }

  validation {
    condition     = alltrue([for pipeline in values(var.pipelines) : can(regex("^${var.organization_prefix}-[A-Za-z0-9.@_-]{1,50}-rollback$", pipeline.rollback_name))])
    error_message = "pipelines.*.rollback_name must start with ${var.organization_prefix}- and end with -rollback, because by that who may start it is told apart, got ${join(", ", values(var.pipelines)[*].rollback_name)}."
  }

  validation {
    condition     = !anytrue([for pipeline in values(var.pipelines) : endswith(pipeline.name, "-rollback")])
    error_message = "pipelines.*.name must not end with -rollback, or whoever may start a rollback could start a promotion, got ${join(", ", values(var.pipelines)[*].name)}."
  }

  validation {
    condition     = length(distinct(values(var.pipelines)[*].group_name)) == length(var.pipelines)
    error_message = "pipelines.*.group_name must all differ, or an approval would start two promotions, got ${join(", ", values(var.pipelines)[*].group_name)}."
  }
}

variable "replicas" {
  description = "Artefact buckets for targets in other regions, by region; bucket and key lie in that region and in the account of the pipeline, as AWS wants it."
  type = map(object({
    bucket_name   = string
    key_alias_arn = string
    key_arn       = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = !contains(keys(var.replicas), var.account.region)
    error_message = "replicas must be for other regions than that of the pipeline, got ${join(", ", keys(var.replicas))}."
  }

  validation {
    condition     = alltrue([for region, store in var.replicas : can(regex("^arn:[a-z-]+:kms:${region}:${var.account.id}:alias/[A-Za-z0-9/_-]+$", store.key_alias_arn))])
    error_message = "replicas.*.key_alias_arn must be the ARN of a key's alias in that region of account ${var.account.id}, got ${join(", ", values(var.replicas)[*].key_alias_arn)}."
  }

  validation {
    condition     = alltrue([for region, store in var.replicas : can(regex("^arn:[a-z-]+:kms:${region}:${var.account.id}:key/[A-Za-z0-9-]+$", store.key_arn))])
    error_message = "replicas.*.key_arn must be the ARN of a key in that region of account ${var.account.id}, got ${join(", ", values(var.replicas)[*].key_arn)}."
  }
}

variable "role_names" {
  description = "Names of the roles: of the pipelines, of the bundle build and of the rule that starts a promotion."
  type = object({
    bundle            = string
    promotion         = string
    promotion_trigger = string
  })
  nullable = false

  validation {
    condition     = alltrue([for name in values(var.role_names) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "role_names must be 1 to 64 characters that IAM allows, got ${join(", ", values(var.role_names))}."
  }
}

variable "single_account" {
  description = "Whether the targets are this very account, as in a trial."
  type        = bool
  default     = false
  nullable    = false
}

variable "source_store" {
  description = "Bucket and key of the source package, and the alias of the key that encrypts it."
  type = object({
    bucket_name   = string
    key_alias_arn = string
    object_key    = string
  })
  nullable = false

  validation {
    condition     = endswith(var.source_store.object_key, ".zip")
    error_message = "source_store.object_key must be that of a zip, got ${var.source_store.object_key}."
  }

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$", var.source_store.key_alias_arn))
    error_message = "source_store.key_alias_arn must be the ARN of a key's alias, got ${var.source_store.key_alias_arn}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "targets" {
  description = "The accounts that receive releases, by their key: kind, region, the role that the pipeline takes there and the build projects that it starts."
  type = map(object({
    deploy_role_arn = string
    kind            = string
    projects        = object({ deploy = string, test = string, verify = string })
    region          = string
  }))
  nullable = false

  validation {
    condition     = alltrue([for target in values(var.targets) : contains(["staging", "production"], target.kind)])
    error_message = "targets.*.kind must be staging or production, got ${join(", ", values(var.targets)[*].kind)}."
  }

  validation {
    condition     = contains(values(var.targets)[*].kind, "staging") && contains(values(var.targets)[*].kind, "production")
    error_message = "targets must hold at least one account of kind staging and one of kind production, got ${length(var.targets) > 0 ? join(", ", values(var.targets)[*].kind) : "none"}."
  }

  validation {
    condition     = length([for target in values(var.targets) : target if target.kind == "staging"]) <= 3
    error_message = "targets must hold at most three accounts of kind staging, whose tests one build takes beside source and release, got ${join(", ", [for name, target in var.targets : name if target.kind == "staging"])}."
  }

  validation {
    condition = alltrue([
      for target in values(var.targets) :
      contains(concat([var.account.region], keys(var.replicas)), target.region)
    ])
    error_message = "targets.*.region must have an artefact bucket (${join(", ", concat([var.account.region], keys(var.replicas)))}), got ${join(", ", values(var.targets)[*].region)}."
  }

  validation {
    condition     = alltrue([for target in values(var.targets) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", target.deploy_role_arn))])
    error_message = "targets.*.deploy_role_arn must be ARNs of single roles, without wildcards, got ${join(", ", values(var.targets)[*].deploy_role_arn)}."
  }

  validation {
    condition = alltrue([
      for target in values(var.targets) :
      (try(split(":", target.deploy_role_arn)[4], "") == var.account.id) == var.single_account
    ])
    error_message = "targets.*.deploy_role_arn must ${var.single_account ? "belong to the one account" : "belong to other accounts than"} ${var.account.id}, got ${join(", ", values(var.targets)[*].deploy_role_arn)}."
  }

  validation {
    condition     = length(distinct(values(var.targets)[*].deploy_role_arn)) == length(var.targets)
    error_message = "targets.*.deploy_role_arn must all differ, got ${join(", ", values(var.targets)[*].deploy_role_arn)}."
  }
}
