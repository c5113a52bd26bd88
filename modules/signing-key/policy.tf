# Principals are the roots of accounts, narrowed by aws:PrincipalArn to single roles: AWS refuses
# a key policy that names a role which does not exist yet, and a root alone would admit the account.
# Nothing here lends the key to anybody: a signature is made by the one who answers for it.

locals {
  _root = "arn:${var.account.partition}:iam::${var.account.id}:root"

  # Whoever signs says which key it was, and so reads its public half too.
  _readers = sort(distinct(concat([var.signer.role_arn], var.public_key_readers)))
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
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
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

  dynamic "statement" {
    for_each = length(var.inspectors) > 0 ? [sort(var.inspectors)] : []

    content {
      sid = "AllowInspection"
      actions = [
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:GetPublicKey",
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

  statement {
    sid       = "AllowSigning"
    actions   = ["kms:Sign"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local._root]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.signer.role_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:MessageType"
      values   = ["DIGEST", "RAW"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:SigningAlgorithm"
      values   = ["ECDSA_SHA_256"]
    }

    # A session without a source identity does not match and is refused.
    dynamic "condition" {
      for_each = var.signer.person == null ? [] : [var.signer.person]

      content {
        test     = "StringEquals"
        variable = "aws:SourceIdentity"
        values   = [condition.value]
      }
    }
  }

  statement {
    sid       = "AllowReadingPublicKey"
    actions   = ["kms:DescribeKey", "kms:GetPublicKey"]
    resources = ["*"]

    principals {
      type = "AWS"
      identifiers = sort(distinct([
        for role in local._readers : "arn:${var.account.partition}:iam::${split(":", role)[4]}:root"
      ]))
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = local._readers
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }
  }
}
