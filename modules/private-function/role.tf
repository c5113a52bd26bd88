# What every such function may do beside what its caller gives it: read its settings, tell people,
# keep what failed, write log and traces, and nothing in the network.

locals {
  _ec2 = "arn:${var.account.partition}:ec2:${local._arn_end}"

  _seeing = [
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
  ]
  _joining = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
  ]
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
  source_policy_documents = [var.policy_json]

  dynamic "statement" {
    for_each = var.settings[*].also_reads

    content {
      sid     = "ReadSettings"
      actions = ["ssm:GetParameters"]
      resources = sort([
        for name in concat([local._settings_name], statement.value) :
        "arn:${var.account.partition}:ssm:${local._arn_end}:parameter${name}"
      ])
    }
  }

  dynamic "statement" {
    for_each = var.topic_arn[*]

    content {
      sid       = "TellPeople"
      actions   = ["sns:Publish"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = var.failures[*].key_alias_arn

    content {
      sid       = "KeepWhatFailed"
      actions   = ["sqs:SendMessage"]
      resources = [local._queue_arn]
    }
  }

  dynamic "statement" {
    for_each = var.failures[*].key_alias_arn

    content {
      sid       = var.topic_arn == null ? "UseKeyOfQueue" : "UseKeyOfTopicAndQueue"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = ["arn:${var.account.partition}:kms:${local._arn_end}:key/*"]

      condition {
        test     = "ForAnyValue:StringEquals"
        variable = "kms:ResourceAliases"
        values   = [split(":", statement.value)[5]]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values = [
          for service in var.topic_arn == null ? ["sqs"] : ["sns", "sqs"] :
          "${service}.${var.account.region}.amazonaws.com"
        ]
      }
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
    sid       = "SeeNetwork"
    actions   = local._seeing
    resources = ["*"]
  }

  statement {
    sid     = "JoinNetwork"
    actions = local._joining
    resources = [
      "${local._ec2}:network-interface/*",
      "${local._ec2}:security-group/*",
      "${local._ec2}:subnet/*",
    ]
  }

  # The code itself never touches the network: calls that it makes carry the function's ARN.
  statement {
    sid       = "DenyNetworkToTheCode"
    effect    = "Deny"
    actions   = concat(local._seeing, local._joining)
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = [local._function_arn]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = var.role.name
  description          = var.role.description
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
