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
      values = ["arn:${var.account.partition}:codepipeline:${local._arn_end}:${var.organization_prefix}-*-forecast"]
    }
  }
}

locals {
  _artifacts_arn = "arn:${var.account.partition}:s3:::${var.artifacts.bucket_name}"
  _source_arn    = "arn:${var.account.partition}:s3:::${var.source_store.bucket_name}"
  _exchange_keys = [
    for alias_arn in [var.artifacts.key_alias_arn, var.source_store.key_alias_arn] :
    regex("^(?P<keys>arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:)(?P<alias>alias/.+)$", alias_arn)
  ]
}

data "aws_iam_policy_document" "promotion" {
  statement {
    sid       = "ExchangeArtifacts"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = ["${local._artifacts_arn}/*"]
  }

  statement {
    sid       = "ReadSource"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._source_arn}/${var.source_store.object_key}"]
  }

  statement {
    sid       = "SeeBuckets"
    actions   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
    resources = [local._artifacts_arn, local._source_arn]
  }

  statement {
    sid       = "UseArtifactKey"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    resources = distinct([for key in local._exchange_keys : "${key.keys}key/*"])

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = distinct(local._exchange_keys[*].alias)
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.account.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "StartForecast"
    actions   = ["codebuild:StartBuild"]
    resources = ["arn:${var.account.partition}:codebuild:${local._arn_end}:project/${var.build.project_name}"]

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
    sid       = "FollowForecast"
    actions   = ["codebuild:BatchGetBuilds", "codebuild:StopBuild"]
    resources = ["arn:${var.account.partition}:codebuild:${local._arn_end}:project/${var.build.project_name}"]
  }
}

resource "aws_iam_role" "promotion" {
  name                 = var.role_names.promotion
  description          = "Carries an approved version to the build that forecasts with it."
  assume_role_policy   = data.aws_iam_policy_document.promotion_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.delivery
  tags                 = var.tags
}

resource "aws_iam_role_policy" "promotion" {
  name   = "forecast-promotion"
  role   = aws_iam_role.promotion.name
  policy = data.aws_iam_policy_document.promotion.json
}
