# The promotion arrives through this role, and through nothing else.

data "aws_iam_policy_document" "deploy_trust" {
  statement {
    sid     = "AllowPromotion"
    actions = ["sts:AssumeRole"]

    # The role may not exist yet, so its account is trusted and narrowed to exactly that role.
    principals {
      type        = "AWS"
      identifiers = ["arn:${local._partition}:iam::${var.data_science.account_id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [var.data_science.promotion_role_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }
  }
}

data "aws_iam_policy_document" "deploy" {
  statement {
    sid       = "RunOwnBuilds"
    actions   = ["codebuild:StartBuild"]
    resources = values(local._project_arns)

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
    sid       = "FollowOwnBuilds"
    actions   = ["codebuild:BatchGetBuilds", "codebuild:StopBuild"]
    resources = values(local._project_arns)
  }

  statement {
    sid       = "ExchangeArtifacts"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = ["${local._artifact_arn}/*"]
  }

  statement {
    sid       = "SeeArtifactBucket"
    actions   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
    resources = [local._artifact_arn]
  }

  statement {
    sid       = "UseArtifactKey"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    resources = ["${local._artifact_key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._artifact_key.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._artifact_s3]
    }
  }
}

resource "aws_iam_role" "deploy" {
  name                 = var.role_names.deploy
  description          = "Starts the builds of this account for a promotion."
  assume_role_policy   = data.aws_iam_policy_document.deploy_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.delivery
  tags                 = var.tags
}

resource "aws_iam_role_policy" "deploy" {
  name   = "deploy"
  role   = aws_iam_role.deploy.name
  policy = data.aws_iam_policy_document.deploy.json
}
