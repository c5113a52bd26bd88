# The role that models run with: it reads approved archives and the image, writes its log,
# its metrics and what is captured, and joins the private network.

data "aws_iam_policy_document" "serving_trust" {
  statement {
    sid     = "AllowEndpoints"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }

    # AWS asks not to name a single model or endpoint here.
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["${local._sagemaker_arn}:*"]
    }
  }
}

data "aws_iam_policy_document" "serving" {
  source_policy_documents = [data.aws_iam_policy_document.container.json]

  statement {
    sid       = "ReadApprovedModels"
    actions   = ["s3:GetObject"]
    resources = ["${local._bucket_arns.models}/approved/*"]
  }

  statement {
    sid       = "DecryptApprovedModels"
    actions   = ["kms:Decrypt"]
    resources = [local._own_keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._keys.models.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._s3]
    }
  }

  statement {
    sid       = "WriteCapture"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arns.capture}/${var.account.prefix}-*"]
  }

  statement {
    sid       = "EncryptCapture"
    actions   = ["kms:GenerateDataKey"]
    resources = [local._own_keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._keys.capture.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._s3]
    }
  }

  statement {
    sid       = "WriteEndpointLogs"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["arn:${local._partition}:logs:${local._arn_end}:log-group:${local._endpoint_logs}/${var.account.prefix}-*:*"]
  }

  statement {
    sid     = "WriteEndpointMetrics"
    actions = ["cloudwatch:PutMetricData"]
    # This action knows no resources.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["/aws/sagemaker/Endpoints", "AWS/SageMaker"]
    }
  }
}

resource "aws_iam_role" "serving" {
  name                 = var.role_names.serving
  description          = "Runs the models of this account."
  assume_role_policy   = data.aws_iam_policy_document.serving_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.workload
  tags                 = var.tags
}

resource "aws_iam_role_policy" "serving" {
  name   = "serving"
  role   = aws_iam_role.serving.name
  policy = data.aws_iam_policy_document.serving.json
}
