# What the function may do: read the data of the models, and start their training.

locals {
  _data_arn = "arn:${var.account.partition}:s3:::${var.data.bucket_name}"
  _ec2      = "arn:${var.account.partition}:ec2:${local._arn_end}"
}

data "aws_iam_policy_document" "trust" {
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

data "aws_iam_policy_document" "permissions" {
  # Never "the newest": an object is read in the version that its run is told of.
  statement {
    sid       = "ReadExactVersions"
    actions   = ["s3:GetObjectVersion"]
    resources = sort([for settings in values(var.models) : "${local._data_arn}/${settings.data_prefix}*"])
  }

  statement {
    sid       = "FindNewestData"
    actions   = ["s3:ListBucketVersions"]
    resources = [local._data_arn]

    condition {
      test     = "StringEquals"
      variable = "s3:prefix"
      values   = sort([for settings in values(var.models) : settings.data_prefix])
    }
  }

  statement {
    sid       = "DecryptData"
    actions   = ["kms:Decrypt"]
    resources = ["arn:${var.account.partition}:kms:${local._arn_end}:key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [split(":", var.data.key_alias_arn)[5]]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.account.region}.amazonaws.com"]
    }
  }

  statement {
    sid     = "StartTraining"
    actions = ["sagemaker:StartPipelineExecution"]
    resources = sort([
      for settings in values(var.models) :
      "arn:${var.account.partition}:sagemaker:${local._arn_end}:pipeline/${settings.pipeline_name}"
    ])
  }

  statement {
    sid       = "KeepWhatFailed"
    actions   = ["sqs:SendMessage"]
    resources = [local._queue_arn]
  }

  statement {
    sid       = "UseKeyOfQueue"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["arn:${var.account.partition}:kms:${local._arn_end}:key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [split(":", var.messages.key_alias_arn)[5]]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sqs.${var.account.region}.amazonaws.com"]
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

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "Starts training on a push, on a schedule and by new data."
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "this" {
  name   = "permissions"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.permissions.json
}
