# Principals are the roots of accounts, narrowed by aws:PrincipalArn to single roles: AWS refuses
# a key policy that names a role which does not exist yet, and a root alone would admit the account.

locals {
  _root = "arn:${var.account.partition}:iam::${var.account.id}:root"

  _actions = {
    decrypt = ["kms:Decrypt", "kms:DescribeKey"]
    use = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ]
  }

  _users = {
    for name, user in var.users : name => {
      sid       = join("", [for word in split("-", name) : title(word)])
      actions   = local._actions[user.access]
      grants    = user.grants
      role_arns = sort(user.role_arns)
      roots = sort(distinct([
        for role in user.role_arns :
        "arn:${var.account.partition}:iam::${split(":", role)[4]}:root"
      ]))
      via_services = sort([
        for service in user.via_services : "${service}.${var.account.region}.amazonaws.com"
      ])
    }
  }

  _services = {
    for name, service in var.services : name => merge(service, {
      sid = join("", [for word in split("-", name) : title(word)])
      # A request to describe a key carries no encryption context: under one it is never allowed.
      actions = [
        for action in local._actions[service.access] : action
        if action != "kms:DescribeKey" || length(service.encryption_context) == 0
      ]
    })
  }
}

data "aws_iam_policy_document" "key" {
  statement {
    sid = "AllowAdministration"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RetireGrant",
      "kms:RevokeGrant",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local._root]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = sort(var.administrators)
    }
  }

  # A repository or a Studio domain with a customer key is made by somebody who lets the service
  # use the key; the maker cannot use it by that.
  statement {
    sid       = "AllowGrantsByAdministration"
    actions   = ["kms:CreateGrant"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local._root]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = sort(var.administrators)
    }

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }

  dynamic "statement" {
    for_each = length(var.inspectors) > 0 ? [sort(var.inspectors)] : []

    content {
      sid = "AllowInspection"
      actions = [
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListGrants",
        "kms:ListKeyPolicies",
        "kms:ListResourceTags",
      ]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = [local._root]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = local._users

    content {
      sid       = "AllowUseBy${statement.value.sid}"
      actions   = statement.value.actions
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = statement.value.roots
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = statement.value.role_arns
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organization_id]
      }

      dynamic "condition" {
        for_each = length(statement.value.via_services) > 0 ? [statement.value.via_services] : []

        content {
          test     = "StringEquals"
          variable = "kms:ViaService"
          values   = condition.value
        }
      }
    }
  }

  dynamic "statement" {
    for_each = { for name, user in local._users : name => user if user.grants }

    content {
      sid       = "AllowGrantsBy${statement.value.sid}"
      actions   = ["kms:CreateGrant"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = statement.value.roots
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = statement.value.role_arns
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organization_id]
      }

      # A grant to anybody but an AWS service would outlive every policy.
      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = ["true"]
      }
    }
  }

  dynamic "statement" {
    for_each = local._services

    content {
      sid       = "AllowService${statement.value.sid}"
      actions   = statement.value.actions
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = [statement.value.principal]
      }

      dynamic "condition" {
        for_each = statement.value.encryption_context

        content {
          test     = "ArnLike"
          variable = "kms:EncryptionContext:${condition.key}"
          values   = sort(condition.value)
        }
      }

      # CloudWatch Logs sends an encryption context and no source account; the others the reverse.
      dynamic "condition" {
        for_each = length(statement.value.encryption_context) == 0 ? [var.account.id] : []

        content {
          test     = "StringEquals"
          variable = "aws:SourceAccount"
          values   = [condition.value]
        }
      }

      dynamic "condition" {
        for_each = length(statement.value.source_arns) > 0 ? [sort(statement.value.source_arns)] : []

        content {
          test     = "ArnLike"
          variable = "aws:SourceArn"
          values   = condition.value
        }
      }
    }
  }
}
