# The build: reads the version, starts one job with it, follows it. It reads no data and no model.

locals {
  _buildspec = yamlencode({
    version = "0.2"
    phases = {
      build = {
        commands = [
          "export PYTHONPATH=\"$CODEBUILD_SRC_DIR\"",
          "python -m pipelines.batch",
        ]
      }
    }
    artifacts = { files = ["batch.json"] }
  })

  # A pipeline's own jobs and these begin alike: the role of processing jobs is lent to no other.
  _job_arn    = "${local._sagemaker_arn}:processing-job/pipelines-*-forecast-*"
  _key        = regex("^(?P<keys>arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:)(?P<alias>alias/.+)$", var.data_key.alias_arn)
  _models_arn = "arn:${var.account.partition}:s3:::${var.models_store.bucket_name}"
  _models_key = regex("^(?P<keys>arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:)(?P<alias>alias/.+)$", var.models_store.key_alias_arn)
}

data "aws_iam_policy_document" "build" {
  statement {
    sid       = "ReadPackages"
    actions   = ["sagemaker:DescribeModelPackage"]
    resources = [for pipeline in values(var.pipelines) : "${local._sagemaker_arn}:model-package/${pipeline.group_name}/*"]
  }

  statement {
    sid     = "FindApproved"
    actions = ["sagemaker:ListModelPackages"]
    resources = flatten([
      for pipeline in values(var.pipelines) : [
        "${local._sagemaker_arn}:model-package-group/${pipeline.group_name}",
        "${local._sagemaker_arn}:model-package/${pipeline.group_name}/*",
      ]
    ])
  }

  # Whether an archive is the one that was registered; HeadObject asks for no more.
  statement {
    sid       = "SeeArchives"
    actions   = ["s3:GetObject"]
    resources = [for model in keys(var.pipelines) : "${local._models_arn}/${model}/*"]
  }

  statement {
    sid       = "DecryptArchives"
    actions   = ["kms:Decrypt"]
    resources = ["${local._models_key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._models_key.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.account.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "StartIsolatedForecasts"
    actions   = ["sagemaker:CreateProcessingJob"]
    resources = [local._job_arn]

    dynamic "condition" {
      for_each = var.job.conditions

      content {
        test     = condition.value.test
        variable = condition.value.variable
        values   = condition.value.values
      }
    }
  }

  statement {
    sid       = "FollowForecasts"
    actions   = ["sagemaker:DescribeProcessingJob"]
    resources = [local._job_arn]
  }

  statement {
    sid       = "PassJobRole"
    actions   = ["iam:PassRole"]
    resources = [var.job.role_arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.amazonaws.com"]
    }
  }

  # SageMaker makes the job's volume and results under this key with grants of the caller.
  statement {
    sid       = "GrantDataKey"
    actions   = ["kms:CreateGrant"]
    resources = ["${local._key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._key.alias]
    }

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }

  statement {
    sid       = "SeeDataKey"
    actions   = ["kms:DescribeKey"]
    resources = ["${local._key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._key.alias]
    }
  }
}

module "build" {
  source = "../build-project"

  account            = var.account
  boundary_arn       = var.boundary_arns.workload
  buildspec          = local._buildspec
  encryption_key_arn = var.artifacts.key_arn
  image              = var.build.image
  log                = var.log
  network            = var.network
  output_artifact    = "Batch"
  policy_json        = data.aws_iam_policy_document.build.json
  role_name          = var.role_names.forecast
  source_store       = { bucket_name = var.artifacts.bucket_name, key_alias_arn = var.artifacts.key_alias_arn }
  tags               = var.tags

  environment = {
    DATA_KEY_ARN       = var.data_key.arn
    SECURITY_GROUP_IDS = join(",", var.network.security_group_ids)
    SUBNET_IDS         = join(",", var.network.subnet_ids)
  }

  project = {
    name            = var.build.project_name
    description     = "Lets an approved version forecast in an isolated job."
    timeout_minutes = 120
  }
}
