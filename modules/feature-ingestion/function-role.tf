# What the function may do: keep a version of what arrived, start its ingestion, ask why one failed,
# and speak on one topic.

locals {
  _ec2 = "arn:${var.account.partition}:ec2:${local._arn_end}"
}

data "aws_iam_policy_document" "function_trust" {
  statement {
    sid     = "AllowLambda"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }
  }
}

data "aws_iam_policy_document" "function" {
  statement {
    sid       = "ReadArrivals"
    actions   = ["s3:GetObjectVersion"]
    resources = ["${local._bucket_arn}/features/*/incoming/*"]
  }

  statement {
    sid       = "KeepArrivals"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arn}/features/*/accepted/*"]
  }

  statement {
    sid       = "UseKeyOfObjects"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["arn:${var.account.partition}:kms:${local._arn_end}:key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [split(":", var.data_key.alias_arn)[5]]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.account.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "StartIngestions"
    actions   = ["sagemaker:StartPipelineExecution"]
    resources = [for name in values(local._pipelines) : "${local._sagemaker}:pipeline/${name}"]
  }

  statement {
    sid       = "AskWhyOneFailed"
    actions   = ["sagemaker:DescribePipelineExecution", "sagemaker:ListPipelineExecutionSteps"]
    resources = [for name in values(local._pipelines) : "${local._sagemaker}:pipeline/${name}/execution/*"]
  }

  statement {
    sid       = "ReadSettings"
    actions   = ["ssm:GetParameters"]
    resources = ["arn:${var.account.partition}:ssm:${local._arn_end}:parameter${local._settings_name}"]
  }

  statement {
    sid       = "TellOwners"
    actions   = ["sns:Publish"]
    resources = [local._topic_arn]
  }

  statement {
    sid       = "KeepWhatFailed"
    actions   = ["sqs:SendMessage"]
    resources = [local._queue_arn]
  }

  statement {
    sid       = "UseKeyOfTopicAndQueue"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["arn:${var.account.partition}:kms:${local._arn_end}:key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [split(":", var.notice.alias_arn)[5]]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = sort([for service in ["sns", "sqs"] : "${service}.${var.account.region}.amazonaws.com"])
    }
  }

  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local._log_group_arn}:log-stream:*"]
  }

  statement {
    sid       = "WriteTraces"
    actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"]
  }

  # Lambda puts the function into the network with this role.
  statement {
    sid = "SeeNetwork"
    actions = [
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
    ]
    resources = ["*"]
  }

  statement {
    sid = "JoinNetwork"
    actions = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = [
      "${local._ec2}:network-interface/*",
      "${local._ec2}:security-group/*",
      "${local._ec2}:subnet/*",
    ]
  }

  # The code itself never touches the network: calls that it makes carry the function's ARN.
  statement {
    sid    = "DenyNetworkToTheCode"
    effect = "Deny"
    actions = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = [local._function_arn]
    }
  }
}

resource "aws_iam_role" "function" {
  name                 = var.name
  description          = "Starts an ingestion for each object that arrives for a feature group."
  assume_role_policy   = data.aws_iam_policy_document.function_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.service
  tags                 = var.tags
}

resource "aws_iam_role_policy" "function" {
  name   = "permissions"
  role   = aws_iam_role.function.name
  policy = data.aws_iam_policy_document.function.json
}
