# Policies of the organisation, and where they are attached.

locals {
  # Policies of these types restrict; what they may hold, and how many of them a target may have
  # beside the one that AWS attaches by itself.
  _restricting = ["RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"]
  _longest = {
    AISERVICES_OPT_OUT_POLICY = 2500
    RESOURCE_CONTROL_POLICY   = 5120
    SERVICE_CONTROL_POLICY    = 5120
    TAG_POLICY                = 10000
  }
  _most = {
    AISERVICES_OPT_OUT_POLICY = 5
    RESOURCE_CONTROL_POLICY   = 4
    SERVICE_CONTROL_POLICY    = 4
    TAG_POLICY                = 10
  }

  _attachments = merge([
    for name, policy in var.policies : {
      for target in policy.targets : "${name}/${target}" => { policy = name, target = target }
    }
  ]...)

  # How many policies of each type every target has.
  _counts = {
    for pair in setproduct(keys(var.targets), keys(local._longest)) : join(" of type ", pair) => {
      count = length([
        for policy in values(var.policies) : policy
        if policy.type == pair[1] && contains(policy.targets, pair[0])
      ])
      most = local._most[pair[1]]
    }
  }
}

resource "aws_organizations_policy" "this" {
  for_each = var.policies

  name        = "${var.prefix}-${each.key}"
  description = each.value.description
  type        = each.value.type
  content     = each.value.content
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(each.value.content) <= local._longest[each.value.type]
      error_message = "policies.${each.key}.content must have at most ${local._longest[each.value.type]} characters, got ${length(each.value.content)}; move a file to another group."
    }

    precondition {
      condition     = alltrue([for found in values(local._counts) : found.count <= found.most])
      error_message = "targets must have at most 4 service control and 4 resource control policies, 5 that opt out of AI services and 10 of tags, got ${join(", ", [for name, found in local._counts : "${found.count} at ${name}" if found.count > found.most])}."
    }
  }
}

resource "aws_organizations_policy_attachment" "this" {
  for_each = local._attachments

  policy_id = aws_organizations_policy.this[each.value.policy].id
  target_id = var.targets[each.value.target]
}
