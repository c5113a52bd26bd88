# Readers and publishers are named, and everybody else is denied: a role of this account would
# otherwise need nothing but a permission of its own.

locals {
  _everybody = sort(distinct(concat(var.publishers, var.readers)))
  _principals = {
    for name, roles in { everybody = local._everybody, publishers = var.publishers } :
    name => sort(distinct([
      for role in roles : "arn:${var.account.partition}:iam::${split(":", role)[4]}:root"
    ]))
  }

  # What pip and the sign-in of the aws command ask for.
  _read_actions = ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"]
  _publish_actions = [
    "codeartifact:PublishPackageVersion",
    "codeartifact:PutPackageMetadata",
    "codeartifact:UpdatePackageVersionsStatus",
  ]
}

data "aws_iam_policy_document" "domain" {
  statement {
    sid       = "AllowTokens"
    actions   = ["codeartifact:GetAuthorizationToken"]
    resources = [local.domain_arn]

    principals {
      type        = "AWS"
      identifiers = local._principals.everybody
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = local._everybody
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }
  }

  statement {
    sid       = "DenyTokensToOthers"
    effect    = "Deny"
    actions   = ["codeartifact:GetAuthorizationToken"]
    resources = [local.domain_arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    # True without the key as well.
    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local._everybody
    }
  }
}

data "aws_iam_policy_document" "repository" {
  statement {
    sid       = "AllowRead"
    actions   = local._read_actions
    resources = [local.repository_arn]

    principals {
      type        = "AWS"
      identifiers = local._principals.everybody
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = local._everybody
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }
  }

  statement {
    sid       = "AllowPublish"
    actions   = local._publish_actions
    resources = [local.package_arns]

    principals {
      type        = "AWS"
      identifiers = local._principals.publishers
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = sort(var.publishers)
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }
  }

  statement {
    sid       = "DenyReadToOthers"
    effect    = "Deny"
    actions   = ["codeartifact:ReadFromRepository"]
    resources = [local.repository_arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local._everybody
    }
  }

  statement {
    sid    = "DenyPublishToOthers"
    effect = "Deny"
    actions = concat(local._publish_actions, [
      "codeartifact:CopyPackageVersions",
      "codeartifact:PutPackageOriginConfiguration",
    ])
    resources = [local.repository_arn, local.package_arns]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = sort(var.publishers)
    }
  }

  # A version that could be removed could be published again with other content.
  statement {
    sid    = "DenyRemoval"
    effect = "Deny"
    actions = [
      "codeartifact:DeletePackage",
      "codeartifact:DeletePackageVersions",
      "codeartifact:DisposePackageVersions",
    ]
    resources = [local.package_arns]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}
