data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "AllowOwnProject"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["codebuild.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local._project_arn]
    }
  }
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "WriteOwnLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${var.account.partition}:logs:${local._arn_end}:log-group:${local._log_group}:*"]
  }
}

data "aws_iam_policy_document" "network" {
  statement {
    sid = "SeeNetwork"
    actions = [
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
    ]
    # These actions know no resources.
    resources = ["*"]
  }

  statement {
    sid     = "JoinPrivateNetwork"
    actions = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
    resources = [
      "${local._ec2_arn}:network-interface/*",
      "${local._ec2_arn}:security-group/*",
      "${local._ec2_arn}:subnet/*",
    ]
  }

  statement {
    sid       = "LendInterfaceToBuild"
    actions   = ["ec2:CreateNetworkInterfacePermission"]
    resources = ["${local._ec2_arn}:network-interface/*"]

    condition {
      test     = "StringEquals"
      variable = "ec2:AuthorizedService"
      values   = ["codebuild.amazonaws.com"]
    }
  }
}

locals {
  _store_arn = "arn:${var.account.partition}:s3:::${var.source_store.bucket_name}"
  _store_key = regex("^(?P<keys>arn:[a-z-]+:kms:(?P<region>[a-z0-9-]+):[0-9]{12}:)(?P<alias>alias/.+)$", var.source_store.key_alias_arn)
}

data "aws_iam_policy_document" "store" {
  dynamic "statement" {
    for_each = local._by_pipeline ? [] : [var.source_store.object_key]

    content {
      sid       = "ReadSource"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${local._store_arn}/${statement.value}"]
    }
  }

  dynamic "statement" {
    for_each = local._by_pipeline ? ["pipeline"] : []

    content {
      sid       = "ReadArtifacts"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${local._store_arn}/*"]
    }
  }

  dynamic "statement" {
    for_each = local._by_pipeline ? [coalesce(var.output_artifact, "none")] : []

    content {
      # Not what other builds hand on: code in a test could put another release in place of the one
      # that is deployed after it. CodePipeline keeps artefacts as pipeline/artefact/random, with ten
      # characters of the artefact's name.
      sid       = "HandOnArtifact"
      actions   = ["s3:PutObject"]
      resources = ["${local._store_arn}/*/${substr(statement.value, 0, 10)}/*"]
    }
  }

  statement {
    sid       = "SeeStore"
    actions   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
    resources = [local._store_arn]
  }

  statement {
    sid       = "UseStoreKey"
    actions   = local._by_pipeline ? ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"] : ["kms:Decrypt"]
    resources = ["${local._store_key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._store_key.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${local._store_key.region}.amazonaws.com"]
    }
  }
}

locals {
  _image = try(regex("^(?P<registry>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<repository>[^@]+)@", var.image), null)
}

data "aws_iam_policy_document" "image" {
  dynamic "statement" {
    for_each = local._image == null ? [] : [local._image]

    content {
      sid     = "PullBuildImage"
      actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      resources = [
        "arn:${var.account.partition}:ecr:${statement.value.region}:${statement.value.registry}:repository/${statement.value.repository}",
      ]
    }
  }

  dynamic "statement" {
    for_each = local._image == null ? [] : ["token"]

    content {
      sid     = "SignInToImageRegistry"
      actions = ["ecr:GetAuthorizationToken"]
      # This action knows no resources.
      resources = ["*"]
    }
  }
}

data "aws_iam_policy_document" "this" {
  source_policy_documents = [
    data.aws_iam_policy_document.logs.json,
    data.aws_iam_policy_document.network.json,
    data.aws_iam_policy_document.store.json,
    data.aws_iam_policy_document.image.json,
    var.policy_json,
  ]
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = var.project.description
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "this" {
  name   = "build"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.this.json
}
