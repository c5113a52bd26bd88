data "aws_iam_policy_document" "promotion_trust" {
  statement {
    sid     = "AllowOwnPipelines"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["codepipeline.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      # A pattern, not a list: a trust policy ends at 2 048 characters, the number of models does not.
      values = ["arn:${var.account.partition}:codepipeline:${local._arn_end}:${var.organization_prefix}-*"]
    }
  }
}

locals {
  _artifact_arns = [
    for store in values(local._stores) : "arn:${var.account.partition}:s3:::${store.bucket_name}"
  ]
  _source_arn  = "arn:${var.account.partition}:s3:::${var.source_store.bucket_name}"
  _key_pattern = "^(?P<keys>arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:)(?P<alias>alias/.+)$"
  _artifact_keys = [
    for store in values(local._stores) : regex(local._key_pattern, store.key_alias_arn)
  ]
  _source_key = regex(local._key_pattern, var.source_store.key_alias_arn)
  _models_key = regex(local._key_pattern, var.models_store.key_alias_arn)

  _signing_key = regex(local._key_pattern, var.bundle.signing_key.alias_arn)
}

data "aws_iam_policy_document" "promotion" {
  statement {
    sid       = "ExchangeArtifacts"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = [for arn in local._artifact_arns : "${arn}/*"]
  }

  statement {
    sid       = "ReadSource"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._source_arn}/${var.source_store.object_key}"]
  }

  statement {
    sid       = "SeeBuckets"
    actions   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
    resources = distinct(concat(local._artifact_arns, [local._source_arn]))
  }

  statement {
    sid       = "UseArtifactKey"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    resources = distinct([for key in concat(local._artifact_keys, [local._source_key]) : "${key.keys}key/*"])

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = distinct(concat(local._artifact_keys, [local._source_key])[*].alias)
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values = concat(
        [for region in keys(local._stores) : "s3.${region}.amazonaws.com"],
        ["sns.${var.account.region}.amazonaws.com"],
      )
    }
  }

  statement {
    sid       = "StartBundle"
    actions   = ["codebuild:StartBuild"]
    resources = ["arn:${var.account.partition}:codebuild:${local._arn_end}:project/${var.bundle.project_name}"]

    # CodePipeline says where a build reads and writes; what the build runs stands in its project.
    dynamic "condition" {
      for_each = toset(["codebuild:environment.image", "codebuild:environment.privilegedMode", "codebuild:serviceRole", "codebuild:source.buildspec"])

      content {
        test     = "Null"
        variable = condition.value
        values   = ["true"]
      }
    }
  }

  statement {
    sid       = "FollowBundle"
    actions   = ["codebuild:BatchGetBuilds", "codebuild:StopBuild"]
    resources = ["arn:${var.account.partition}:codebuild:${local._arn_end}:project/${var.bundle.project_name}"]
  }

  statement {
    sid       = "TakeDeployRoles"
    actions   = ["sts:AssumeRole"]
    resources = sort([for target in values(var.targets) : target.deploy_role_arn])
  }

  statement {
    sid       = "AskForApproval"
    actions   = ["sns:Publish"]
    resources = [local._topic_arn]
  }
}

resource "aws_iam_role" "promotion" {
  name                 = var.role_names.promotion
  description          = "Carries a release from account to account, each time with that account's own role."
  assume_role_policy   = data.aws_iam_policy_document.promotion_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.delivery
  tags                 = var.tags
}

resource "aws_iam_role_policy" "promotion" {
  name   = "promotion"
  role   = aws_iam_role.promotion.name
  policy = data.aws_iam_policy_document.promotion.json
}
