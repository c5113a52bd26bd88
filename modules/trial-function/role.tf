# What the function may do: look at versions, and keep what bears the name of a trial.

locals {
  _sagemaker = "arn:${local._partition}:sagemaker:${local._arn_end}"
  _ec2       = "arn:${local._partition}:ec2:${local._arn_end}"
  _named     = "${var.organization_prefix}-x-*"
  _models    = "${local._sagemaker}:model/${local._named}"
  _configs   = "${local._sagemaker}:endpoint-config/${local._named}"
  _endpoints = "${local._sagemaker}:endpoint/${local._named}"
  _own_key   = "arn:${local._partition}:kms:${local._arn_end}:key/*"
  _key_alias = { test = "ForAnyValue:StringEquals", variable = "kms:ResourceAliases", values = [split(":", var.serving.key_alias_arn)[5]] }
  _network_calls = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ec2:UnassignPrivateIpAddresses",
  ]

  _statements = [
    {
      sid       = "ReadVersions"
      actions   = ["sagemaker:DescribeModelPackage"]
      resources = ["${local._sagemaker}:model-package/${var.organization_prefix}-*/*"]
    },
    {
      sid       = "MakeModels"
      actions   = ["sagemaker:CreateModel"]
      resources = [local._models]
      conditions = [
        { test = "Bool", variable = "sagemaker:NetworkIsolation", values = ["true"] },
        { test = "Null", variable = "sagemaker:VpcSecurityGroupIds", values = ["false"] },
        { test = "Null", variable = "sagemaker:VpcSubnets", values = ["false"] },
      ]
    },
    {
      sid       = "MakeConfigurations"
      actions   = ["sagemaker:CreateEndpointConfig"]
      resources = [local._configs]
      conditions = [
        { test = "ArnLike", variable = "sagemaker:ModelArn", values = [local._models] },
        { test = "ArnLike", variable = "sagemaker:VolumeKmsKey", values = [local._own_key] },
        { test = "ForAllValues:StringEquals", variable = "sagemaker:InstanceTypes", values = sort(var.instance_types) },
        { test = "Null", variable = "sagemaker:InstanceTypes", values = ["false"] },
      ]
    },
    {
      sid       = "MakeAndUpdateEndpoints"
      actions   = ["sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint"]
      resources = [local._configs, local._endpoints]
    },
    {
      sid = "SeeAndRemoveTrials"
      actions = [
        "sagemaker:DeleteEndpoint",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DeleteModel",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
      ]
      resources = [local._configs, local._endpoints, local._models]
    },
    {
      sid        = "PassServingRole"
      actions    = ["iam:PassRole"]
      resources  = [var.serving.role_arn]
      conditions = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] }]
    },
    {
      sid       = "ReadSettings"
      actions   = ["ssm:GetParameters"]
      resources = ["arn:${local._partition}:ssm:${local._arn_end}:parameter${local._settings_name}"]
    },
    {
      sid       = "WriteLog"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["arn:${local._partition}:logs:${local._arn_end}:log-group:${local._log_group}:log-stream:*"]
    },
    { sid = "WriteTraces", actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources = ["*"] },
    # The key of an endpoint's volumes is lent by whoever makes the endpoint.
    {
      sid        = "SeeKeyOfVolumes"
      actions    = ["kms:DescribeKey"]
      resources  = [local._own_key]
      conditions = [local._key_alias]
    },
    {
      sid       = "LendKeyOfVolumes"
      actions   = ["kms:CreateGrant"]
      resources = [local._own_key]
      conditions = [
        local._key_alias,
        { test = "Bool", variable = "kms:GrantIsForAWSResource", values = ["true"] },
      ]
    },
    # Lambda puts the function into the network with this role.
    {
      sid       = "SeeNetwork"
      actions   = [for action in local._network_calls : action if startswith(action, "ec2:Describe")]
      resources = ["*"]
    },
    {
      sid     = "JoinNetwork"
      actions = [for action in local._network_calls : action if !startswith(action, "ec2:Describe")]
      resources = [
        "${local._ec2}:network-interface/*",
        "${local._ec2}:security-group/*",
        "${local._ec2}:subnet/*",
      ]
    },
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
  dynamic "statement" {
    for_each = local._statements

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = try(statement.value.conditions, [])

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }

  # The code itself never touches the network: calls that it makes carry the function's ARN.
  statement {
    sid       = "DenyNetworkToTheCode"
    effect    = "Deny"
    actions   = local._network_calls
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
  description          = "Deploys approved versions to be tried out, in the account that builds, and removes them."
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
