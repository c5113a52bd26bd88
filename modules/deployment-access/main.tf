# Who lays an account out: a role that plans and only reads, a role that applies, and a role that
# keeps the state of this set-up. None of them can change itself, another one, or its boundary.

locals {
  _partition = var.account.partition
  _id        = var.account.id
  _end       = "${var.account.region}:${var.account.id}"

  # What this account's things are called, and what the organisation's are called in it.
  _ours     = "${var.account.prefix}-*"
  _all_ours = "${var.organization.prefix}-*"

  _role_names = { for purpose in keys(local._roles) : purpose => "${var.account.prefix}-${purpose}" }
  _role_arns = {
    for purpose, name in local._role_names :
    purpose => "arn:${local._partition}:iam::${local._id}:role/${name}"
  }
  # Built from names, so that a reviewer knows them before they exist.
  _boundary_arns = {
    for purpose in keys(local._roles) :
    purpose => "arn:${local._partition}:iam::${local._id}:policy/${var.account.prefix}-boundary-${purpose}"
  }

  _roles = {
    apply = {
      description = "Applies and destroys what Terraform lays out in ${var.account.name}."
      policies    = [for name in keys(local._policies) : name if !contains(["state-plan", "state"], name)]
    }
    plan = {
      description = "Plans what Terraform would change in ${var.account.name}, and reads only."
      policies    = ["read-network", "read-platform", "read-services", "state-plan"]
    }
    state = {
      description = "Keeps the state of the set-up of ${var.account.name}, and nothing else."
      policies    = ["state"]
    }
  }
  _attachments = merge([
    for role, settings in local._roles : {
      for policy in settings.policies : "${role}/${policy}" => { policy = policy, role = role }
    }
  ]...)

  _policies = merge(
    local._state_policies,
    local._read_policies,
    local._read_service_policies,
    local._network_policies,
    local._store_policies,
    local._identity_policies,
    local._workload_policies,
    local._audit_policies,
  )
}

resource "aws_iam_role" "this" {
  for_each = local._roles

  name                 = local._role_names[each.key]
  description          = each.value.description
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600
  permissions_boundary = local._boundary_arns[each.key]
  tags                 = var.tags

  depends_on = [aws_iam_policy.boundary]
}

resource "aws_iam_policy" "boundary" {
  for_each = local._roles

  name        = "${var.account.prefix}-boundary-${each.key}"
  description = "The most that the role ${each.key} may ever do."
  policy      = data.aws_iam_policy_document.boundary[each.key].json
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(data.aws_iam_policy_document.boundary[each.key].minified_json) <= 6144
      error_message = "The boundary of ${each.key} must have at most 6144 characters, got ${length(data.aws_iam_policy_document.boundary[each.key].minified_json)}."
    }
  }
}

resource "aws_iam_policy" "access" {
  for_each = local._policies

  name        = "${var.account.prefix}-access-${each.key}"
  description = "What laying the account out needs: ${each.key}."
  policy      = data.aws_iam_policy_document.access[each.key].json
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(data.aws_iam_policy_document.access[each.key].minified_json) <= 6144
      error_message = "The policy ${each.key} must have at most 6144 characters, got ${length(data.aws_iam_policy_document.access[each.key].minified_json)}; move statements to another policy."
    }
  }
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local._attachments

  # Built from the name, which a plan knows, so that a review sees which policy a role gets.
  policy_arn = "arn:${local._partition}:iam::${local._id}:policy/${aws_iam_policy.access[each.value.policy].name}"
  role       = aws_iam_role.this[each.value.role].name
}

data "aws_iam_policy_document" "access" {
  for_each = local._policies

  dynamic "statement" {
    for_each = concat(each.value, try(local._catalog_statements[each.key], []), try(local._query_statements[each.key], []))

    content {
      sid       = statement.value.sid
      actions   = sort(statement.value.actions)
      resources = sort(statement.value.resources)

      dynamic "condition" {
        for_each = try(statement.value.conditions, [])

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = sort(condition.value.values)
        }
      }
    }
  }
}
