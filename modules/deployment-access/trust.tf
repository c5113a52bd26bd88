# Who takes the roles: one exact job of the forge, and platform admins who arrive through the
# sign-in role under their own name. The role that keeps state is for platform admins only.

locals {
  _forge_subjects = {
    apply = [var.forge.apply_subject]
    plan  = [var.forge.plan_subject]
    state = []
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local._roles

  dynamic "statement" {
    for_each = local._forge_subjects[each.key]

    content {
      sid     = "AllowForge"
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = ["arn:${local._partition}:iam::${local._id}:oidc-provider/${var.forge.issuer}"]
      }

      condition {
        test     = "StringEquals"
        variable = "${var.forge.issuer}:aud"
        values   = ["sts.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "${var.forge.issuer}:sub"
        values   = [statement.value]
      }
    }
  }

  statement {
    sid     = "AllowPlatformAdmins"
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local._partition}:iam::${local._id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.sign_in.role_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization.id]
    }

    # Whoever brings no name, or another's, is refused.
    condition {
      test     = "StringEquals"
      variable = "sts:SourceIdentity"
      values   = sort(var.sign_in.source_identities)
    }
  }
}
