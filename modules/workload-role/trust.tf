# Roles are trusted through the root of their account, narrowed by aws:PrincipalArn: AWS refuses a
# trust policy that names a role which does not exist yet, and a root alone would admit the account.

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = var.trust.services

    content {
      sid = join("", concat(["AllowService"], [
        for word in split("-", statement.key) : title(word)
      ]))
      actions = (
        statement.value.sets_source_identity
        ? ["sts:AssumeRole", "sts:SetSourceIdentity"]
        : ["sts:AssumeRole"]
      )

      principals {
        type        = "Service"
        identifiers = [statement.value.principal]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.account.id]
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

  dynamic "statement" {
    for_each = var.trust.roles

    content {
      sid = join("", concat(["AllowRole"], [
        for word in split("-", statement.key) : title(word)
      ]))
      # Setting a name knows nothing of the session's, so with a tag it is a statement of its own.
      actions = (
        statement.value.source_identities == null || statement.value.identity_tag != null
        ? ["sts:AssumeRole"]
        : ["sts:AssumeRole", "sts:SetSourceIdentity"]
      )

      principals {
        type = "AWS"
        identifiers = sort(distinct([
          for role in statement.value.role_arns :
          "arn:${var.account.partition}:iam::${split(":", role)[4]}:root"
        ]))
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = sort(statement.value.role_arns)
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organization_id]
      }

      # A session without a source identity does not match and is refused.
      dynamic "condition" {
        for_each = statement.value.source_identities == null ? [] : [
          sort(statement.value.source_identities)
        ]

        content {
          test     = "StringEquals"
          variable = "sts:SourceIdentity"
          values   = condition.value
        }
      }

      dynamic "condition" {
        for_each = statement.value.external_id == null ? [] : [statement.value.external_id]

        content {
          test     = "StringEquals"
          variable = "sts:ExternalId"
          values   = [condition.value]
        }
      }

      # Whoever arrives brings the name that the identity provider gave them, and no other; the
      # name of the session is what services show of a person, such as who approved. Without the
      # tag the variable has no value and matches nothing.
      dynamic "condition" {
        for_each = statement.value.identity_tag == null ? {} : {
          "sts:RoleSessionName" = "StringEquals"
          "sts:SourceIdentity"  = "StringEqualsIgnoreCase"
        }

        content {
          test     = condition.value
          variable = condition.key
          values   = ["$${aws:PrincipalTag/${statement.value.identity_tag}}"]
        }
      }
    }
  }

  dynamic "statement" {
    for_each = { for name, role in var.trust.roles : name => role if role.identity_tag != null }

    content {
      sid = join("", concat(["AllowName"], [
        for word in split("-", statement.key) : title(word)
      ]))
      actions = ["sts:SetSourceIdentity"]

      principals {
        type = "AWS"
        identifiers = sort(distinct([
          for role in statement.value.role_arns :
          "arn:${var.account.partition}:iam::${split(":", role)[4]}:root"
        ]))
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = sort(statement.value.role_arns)
      }

      condition {
        test     = "StringEquals"
        variable = "sts:SourceIdentity"
        values   = ["$${aws:PrincipalTag/${statement.value.identity_tag}}"]
      }
    }
  }
}
