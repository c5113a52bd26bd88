variable "account" {
  description = "The account in which people launch."
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
  description = "ARN of the policy that bounds the launch roles, as in naming.boundary_arns of the account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::${var.account.id}:policy/[A-Za-z0-9+=,.@_/-]+$", var.boundary_arn))
    error_message = "boundary_arn must be the ARN of a policy of account ${var.account.id}, got ${var.boundary_arn}."
  }
}

variable "launcher_arns" {
  description = "ARNs of the roles of people who may launch, by a name of your choice."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.launcher_arns) > 0
    error_message = "launcher_arns must name at least one role, got none."
  }

  validation {
    condition = alltrue([
      for arn in values(var.launcher_arns) :
      can(regex("^arn:[a-z-]+:iam::${var.account.id}:role/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "launcher_arns must be ARNs of single roles of account ${var.account.id}, without wildcards, got ${join(", ", values(var.launcher_arns))}."
  }
}

variable "organization_id" {
  description = "The AWS organisation to which everybody must belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must look like o-a1b2c3d4e5, got ${var.organization_id}."
  }
}

variable "portfolio" {
  description = "Name and description of the portfolio, and who provides it."
  type = object({
    description   = string
    name          = string
    provider_name = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$", var.portfolio.name))
    error_message = "portfolio.name must be 1 to 100 letters, digits, spaces and _.-, got ${var.portfolio.name}."
  }

  validation {
    condition     = length(var.portfolio.provider_name) >= 1 && length(var.portfolio.provider_name) <= 50
    error_message = "portfolio.provider_name must be 1 to 50 characters, got ${length(var.portfolio.provider_name)}."
  }
}

variable "products" {
  description = "The products, by name: their CloudFormation templates from the first version to the newest, the name of the role that launches them, what that role may do beside Service Catalog's own needs, and the values that a parameter may have."
  type = map(object({
    description = string
    limits      = optional(map(list(string)), {})
    role_name   = string
    statements = list(object({
      sid       = string
      actions   = list(string)
      resources = list(string)
      conditions = optional(list(object({
        test     = string
        variable = string
        values   = list(string)
      })), [])
    }))
    templates           = list(string)
    unscoped_statements = optional(map(string), {})
  }))
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.products) : can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", name))])
    error_message = "products must have names of 2 to 32 lower-case letters, digits and hyphens, got ${join(", ", keys(var.products))}."
  }

  validation {
    condition = alltrue([
      for product in values(var.products) :
      length(product.templates) > 0 && length(distinct(product.templates)) == length(product.templates)
    ])
    error_message = "products.*.templates must be at least one, all different, got ${jsonencode({ for name, product in var.products : name => length(product.templates) })} templates."
  }

  validation {
    condition = alltrue([
      for template in flatten(values(var.products)[*].templates) : can(yamldecode(template).Resources)
    ])
    error_message = "products.*.templates must be YAML with Resources, and functions written in full (Fn::Sub, not !Sub)."
  }

  # Whoever may put a role into a template, or a way for a template to run code or to call another
  # one, would have what the launch role has.
  validation {
    condition = alltrue([
      for type in flatten([
        for template in flatten(values(var.products)[*].templates) : [
          for resource in values(try(yamldecode(template).Resources, {})) : try(resource.Type, "")
        ]
      ]) : !can(regex("^(AWS::IAM::|AWS::CloudFormation::|AWS::Lambda::|AWS::ServiceCatalog::|Custom::)", type))
    ])
    error_message = "products.*.templates must not make roles, policies, functions, stacks, products or custom resources."
  }

  validation {
    condition = alltrue([
      for action in flatten([for product in values(var.products) : product.statements[*].actions]) :
      !can(regex("^(iam|sts|cloudformation|servicecatalog|organizations|lambda):", lower(action)))
    ])
    error_message = "products.*.statements must not touch identities, stacks, products or functions, got ${join(", ", [for action in flatten([for product in values(var.products) : product.statements[*].actions]) : action if can(regex("^(iam|sts|cloudformation|servicecatalog|organizations|lambda):", lower(action)))])}."
  }

  validation {
    condition = alltrue([
      for product in values(var.products) : alltrue([
        for parameter in keys(product.limits) :
        alltrue([for template in product.templates : can(yamldecode(template).Parameters[parameter])])
      ])
    ])
    error_message = "products.*.limits must be about parameters of every template, got ${jsonencode({ for name, product in var.products : name => keys(product.limits) })}."
  }

  validation {
    condition = (
      length(distinct(values(var.products)[*].role_name)) == length(var.products)
      && alltrue([for product in values(var.products) : endswith(product.role_name, "-launch")])
    )
    error_message = "products.*.role_name must end with -launch, by which guardrails know it, and be another for each product, got ${join(", ", values(var.products)[*].role_name)}."
  }
}

variable "tag_options" {
  description = "Values of tags that whoever launches must choose from, by tag."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for values in values(var.tag_options) : length(values) > 0])
    error_message = "tag_options.* must have at least one value, got ${jsonencode(var.tag_options)}."
  }

  validation {
    condition = alltrue([
      for key in keys(var.tag_options) : !startswith(key, "aws:") && !startswith(key, "dp:")
    ])
    error_message = "tag_options must not be tags of AWS or of the data perimeter, got ${join(", ", keys(var.tag_options))}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "template_bucket_name" {
  description = "Name of the bucket that keeps the templates, as in naming.bucket_names of the account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.template_bucket_name))
    error_message = "template_bucket_name must be 3 to 63 lower-case letters, digits and hyphens, got ${var.template_bucket_name}."
  }
}
