# What this function may do of its own: look at versions, and keep what bears the name of a trial.

locals {
  _sagemaker = "arn:${local._partition}:sagemaker:${local._arn_end}"
  _named     = "${var.organization_prefix}-x-*"
  _models    = "${local._sagemaker}:model/${local._named}"
  _configs   = "${local._sagemaker}:endpoint-config/${local._named}"
  _endpoints = "${local._sagemaker}:endpoint/${local._named}"
  _own_key   = "arn:${local._partition}:kms:${local._arn_end}:key/*"
  _key_alias = { test = "ForAnyValue:StringEquals", variable = "kms:ResourceAliases", values = [split(":", var.serving.key_alias_arn)[5]] }

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
  ]
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
}
