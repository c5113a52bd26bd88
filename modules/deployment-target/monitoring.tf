# The role of the jobs that compare what was asked and answered with what a model was trained on:
# they read what was captured, write reports beside it, and take the role for such jobs only.

data "aws_iam_policy_document" "monitoring_trust" {
  statement {
    sid     = "AllowMonitoringJobs"
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

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values = [
        for kind in ["monitoring-schedule", "processing-job"] : "${local._sagemaker_arn}:${kind}/*"
      ]
    }
  }
}

data "aws_iam_policy_document" "monitoring" {
  source_policy_documents = [data.aws_iam_policy_document.container.json]

  statement {
    sid     = "ReadCapture"
    actions = ["s3:GetObject"]
    resources = [
      for prefix in ["baselines/*", "${var.account.prefix}-*"] : "${local._bucket_arns.capture}/${prefix}"
    ]
  }

  statement {
    sid       = "ListCapture"
    actions   = ["s3:ListBucket"]
    resources = [local._bucket_arns.capture]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["baselines/*", "reports/*", "${var.account.prefix}-*"]
    }
  }

  statement {
    sid       = "WriteReports"
    actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
    resources = ["${local._bucket_arns.capture}/reports/*"]
  }

  statement {
    sid       = "UseCaptureKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
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
    sid       = "LendCaptureKey"
    actions   = ["kms:CreateGrant"]
    resources = [local._own_keys]

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._keys.capture.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sagemaker.${var.account.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "WriteMonitoringLogs"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["arn:${local._partition}:logs:${local._arn_end}:log-group:/aws/sagemaker/ProcessingJobs:*"]
  }

  statement {
    sid     = "WriteMonitoringMetrics"
    actions = ["cloudwatch:PutMetricData"]
    # This action knows no resources.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["/aws/sagemaker/ProcessingJobs", "aws/sagemaker/Endpoints/data-metrics"]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  name                 = var.role_names.monitoring
  description          = "Runs the jobs that watch the models of this account."
  assume_role_policy   = data.aws_iam_policy_document.monitoring_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.workload
  tags                 = var.tags
}

resource "aws_iam_role_policy" "monitoring" {
  name   = "monitoring"
  role   = aws_iam_role.monitoring.name
  policy = data.aws_iam_policy_document.monitoring.json
}
