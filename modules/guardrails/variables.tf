variable "policies" {
  description = "Policies by name: type as AWS names it, what they are for in one sentence, their content as JSON without white space, and the keys of targets to which they are attached."
  type = map(object({
    content     = string
    description = string
    targets     = set(string)
    type        = string
  }))
  nullable = false

  validation {
    condition = alltrue([
      for name in keys(var.policies) : can(regex("^[a-z][a-z0-9-]{0,99}$", name))
    ])
    error_message = "policies must have names of lower-case letters, digits and hyphens, got ${join(", ", keys(var.policies))}."
  }

  validation {
    condition = alltrue([
      for policy in values(var.policies) : contains([
        "AISERVICES_OPT_OUT_POLICY", "RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY", "TAG_POLICY",
      ], policy.type)
    ])
    error_message = "policies.*.type must be AISERVICES_OPT_OUT_POLICY, RESOURCE_CONTROL_POLICY, SERVICE_CONTROL_POLICY or TAG_POLICY, got ${join(", ", values(var.policies)[*].type)}."
  }

  validation {
    condition = alltrue([
      for policy in values(var.policies) :
      length(policy.description) >= 10 && length(policy.description) <= 512
    ])
    error_message = "policies.*.description must have 10 to 512 characters, got ${join(", ", [for name, policy in var.policies : "${length(policy.description)} at ${name}"])}."
  }

  # AWS counts every character, white space too.
  validation {
    condition = alltrue([
      for policy in values(var.policies) :
      try(jsonencode(jsondecode(policy.content)) == policy.content, false)
    ])
    error_message = "policies.*.content must be JSON without white space, as jsonencode writes it, got otherwise at ${join(", ", [for name, policy in var.policies : name if !try(jsonencode(jsondecode(policy.content)) == policy.content, false)])}."
  }

  # jsonencode writes the brackets of a token that is left as \u003c and \u003e.
  validation {
    condition = alltrue([
      for policy in values(var.policies) : !can(regex("[<>]|\\\\u003[ce]", policy.content))
    ])
    error_message = "policies.*.content must have every token replaced, got one left at ${join(", ", [for name, policy in var.policies : name if can(regex("[<>]|\\\\u003[ce]", policy.content))])}."
  }

  # An Allow here would be a second way to what FullAWSAccess allows; it restricts nothing.
  validation {
    condition = alltrue(flatten([
      for policy in values(var.policies) : [
        for statement in try(jsondecode(policy.content).Statement, []) :
        try(statement.Effect == "Deny" && length(statement.Sid) > 0, false)
      ]
    ]))
    error_message = "policies.*.content must consist of Deny statements, each with a Sid, got ${join(", ", flatten([for name, policy in var.policies : [for statement in try(jsondecode(policy.content).Statement, []) : "${try(statement.Effect, "no effect")} ${try(statement.Sid, "without a Sid")} at ${name}" if !try(statement.Effect == "Deny" && length(statement.Sid) > 0, false)]]))}."
  }

  validation {
    condition = alltrue([
      for policy in values(var.policies) :
      length(distinct(try(jsondecode(policy.content).Statement[*].Sid, [])))
      == length(try(jsondecode(policy.content).Statement, []))
    ])
    error_message = "policies.*.content must give each statement a Sid of its own, got the same twice at ${join(", ", [for name, policy in var.policies : name if length(distinct(try(jsondecode(policy.content).Statement[*].Sid, []))) != length(try(jsondecode(policy.content).Statement, []))])}."
  }

  validation {
    condition = alltrue([
      for policy in values(var.policies) : length(setsubtract(policy.targets, keys(var.targets))) == 0
    ])
    error_message = "policies.*.targets must be keys of targets (${join(", ", keys(var.targets))}), got ${join(", ", distinct(flatten([for policy in values(var.policies) : tolist(setsubtract(policy.targets, keys(var.targets)))])))}."
  }
}

variable "prefix" {
  description = "First part of the policies' names: the organisation's prefix."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.prefix))
    error_message = "prefix must be 2 to 12 lower-case letters or digits that start with a letter, got ${var.prefix}."
  }
}

variable "tags" {
  description = "Tags beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "targets" {
  description = "Where policies may be attached: identifiers of organisational units, by a name of your choice."
  type        = map(string)
  nullable    = false

  validation {
    condition = alltrue([
      for id in values(var.targets) : can(regex("^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$", id))
    ])
    error_message = "targets.* must look like ou-a1b2-c3d4e5f6; the root and single accounts are no targets, got ${join(", ", values(var.targets))}."
  }

  validation {
    condition     = length(distinct(values(var.targets))) == length(var.targets)
    error_message = "targets.* must all differ, because AWS attaches a policy once, got ${join(", ", values(var.targets))}."
  }
}
