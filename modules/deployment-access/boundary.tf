# The most that each of the roles may ever do, whatever is attached to it: kinds of actions that lay
# out and read settings. What is missing here is missing for good: objects of data and model
# buckets, use of any key but the state's, secrets, users, policies, providers of identities.

locals {
  _boundary_allows = {
    apply = concat(
      local._boundary_reads, local._boundary_changes, local._boundary_identity,
      local._boundary_state.account,
    )
    plan = concat(
      local._boundary_reads, local._boundary_reads_of_plan, local._boundary_state.account,
    )
    state = local._boundary_state.setup
  }

  _boundary_state = {
    for name, path in { account = var.state.path, setup = var.state.setup_path } : name => concat(
      # Who works on the account lists buckets anyway.
      [for statement in [local._state_find] : statement if name == "setup"],
      [
        local._state_key_use,
        {
          sid       = "KeepState"
          actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          resources = ["${local._state_bucket}/${path}", "${local._state_bucket}/${path}.tflock"]
        },
      ],
    )
  }

  _boundary_identity = [
    {
      # Which boundaries exactly stands in the role's own policy; here is no room for each.
      sid       = "ChangeBoundedRoles"
      actions   = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRole*"]
      resources = [local._role_pattern]
      conditions = [{
        test     = "ArnLike"
        variable = "iam:PermissionsBoundary"
        values   = ["arn:${local._partition}:iam::${local._id}:policy/${var.account.prefix}-boundary-*"]
      }]
    },
    {
      sid     = "ChangeRoles"
      actions = ["iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:Update*Role*"]
      resources = [
        local._role_pattern,
        "arn:${local._partition}:iam::${local._id}:role/aws-service-role/*",
      ]
    },
    {
      # The role's own policy spells the role of config out; here is no room for it.
      sid     = "PassRoles"
      actions = ["iam:PassRole"]
      resources = [
        local._role_pattern,
        "arn:${local._partition}:iam::${local._id}:role/aws-service-role/config.*",
      ]
      conditions = [{
        test     = "StringEquals"
        variable = "iam:PassedToService"
        values   = concat(["config.amazonaws.com"], keys(var.passed_roles))
      }]
    },
  ]

  _boundary_denials = {
    DenyChangingAccess = {
      actions = [
        # Attach and Detach; Create, Delete and Update.
        "iam:??tach*", "iam:????te*", "iam:Pass*", "iam:Put*", "iam:Tag*", "iam:Untag*",
      ]
      resources = values(local._role_arns)
    }
    DenyChangingStateStore = {
      # The first is Create, Delete and Update.
      actions = ["kms:*teAlias", "s3:Create*", "s3:Delete*", "s3:Put*"]
      resources = [
        local._state_bucket,
        "arn:${local._partition}:s3:::${var.state.log_bucket_name}",
        var.state.key_alias_arn,
      ]
    }
  }
}

data "aws_iam_policy_document" "boundary" {
  for_each = local._roles

  dynamic "statement" {
    for_each = concat(local._boundary_allows[each.key], try(local._catalog_boundary[each.key], []))

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

  dynamic "statement" {
    for_each = local._boundary_denials

    content {
      sid       = statement.key
      effect    = "Deny"
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}
