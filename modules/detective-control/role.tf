# What the function may do: look at what was made, stop or delete it, and speak on one topic.

locals {
  _sagemaker = "arn:${var.account.partition}:sagemaker:${local._arn_end}"
  _ec2       = "arn:${var.account.partition}:ec2:${local._arn_end}"
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
  statement {
    sid = "LookAtWhatWasMade"
    actions = [
      "sagemaker:DescribeAutoMLJobV2",
      "sagemaker:DescribeDomain",
      "sagemaker:DescribeEndpoint",
      "sagemaker:DescribeEndpointConfig",
      "sagemaker:DescribeHyperParameterTuningJob",
      "sagemaker:DescribeModel",
      "sagemaker:DescribeNotebookInstance",
      "sagemaker:DescribeProcessingJob",
      "sagemaker:DescribeTrainingJob",
      "sagemaker:DescribeTransformJob",
    ]
    resources = ["${local._sagemaker}:*"]
  }

  statement {
    sid = "StopAndDelete"
    actions = [
      "sagemaker:DeleteEndpointConfig",
      "sagemaker:DeleteModel",
      "sagemaker:DeleteNotebookInstance",
      "sagemaker:StopAutoMLJob",
      "sagemaker:StopHyperParameterTuningJob",
      "sagemaker:StopNotebookInstance",
      "sagemaker:StopProcessingJob",
      "sagemaker:StopTrainingJob",
      "sagemaker:StopTransformJob",
    ]
    resources = [
      for kind in [
        "automl-job", "endpoint-config", "hyper-parameter-tuning-job", "model", "notebook-instance", "processing-job",
        "training-job", "transform-job",
      ] : "${local._sagemaker}:${kind}/*"
    ]
  }

  # AWS lets these name no resource.
  statement {
    sid       = "FindEndpoints"
    actions   = ["sagemaker:ListEndpoints"]
    resources = ["*"]
  }

  statement {
    sid     = "ReadSettings"
    actions = ["ssm:GetParameters"]
    resources = sort([
      for name in concat([local._settings_name], var.subnet_parameter_names) :
      "arn:${var.account.partition}:ssm:${local._arn_end}:parameter${name}"
    ])
  }

  statement {
    sid       = "TellPeople"
    actions   = ["sns:Publish"]
    resources = [var.topic_arn]
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
      values   = [split(":", var.key_alias_arn)[5]]
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

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "Stops and removes what slipped past the guardrails."
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
