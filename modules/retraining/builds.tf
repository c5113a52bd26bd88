# What the builds of a promotion may do beside what they do for models: one starts training, and all
# read what it made. None reads the data. Patterns, not lists: what a build may do ends at 10 240
# characters, and it does much else.

locals {
  _own_pipelines = "${local._sagemaker_arn}:pipeline/${var.account.prefix}-*"
}

data "aws_iam_policy_document" "start" {
  statement {
    sid       = "PutTrainingInPlace"
    actions   = ["sagemaker:CreatePipeline", "sagemaker:UpdatePipeline"]
    resources = [local._own_pipelines]
  }

  statement {
    sid       = "StartTraining"
    actions   = ["sagemaker:StartPipelineExecution"]
    resources = [local._own_pipelines]
  }

  statement {
    sid = "FollowTraining"
    actions = [
      "sagemaker:DescribePipelineDefinitionForExecution",
      "sagemaker:DescribePipelineExecution",
      "sagemaker:ListPipelineExecutionSteps",
      "sagemaker:ListPipelineParametersForExecution",
    ]
    resources = ["${local._own_pipelines}/execution/*"]
  }

  statement {
    sid       = "SeeWhatWasRegistered"
    actions   = ["sagemaker:DescribeModelPackage"]
    resources = ["${local._sagemaker_arn}:model-package/${var.account.prefix}-*/*"]
  }

  statement {
    sid       = "PassPipelineRole"
    actions   = ["iam:PassRole"]
    resources = [local._role_arns.pipeline]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.amazonaws.com"]
    }
  }

  # Which version of the data a run takes is seen in the list of them; the data are not read.
  statement {
    sid       = "FindData"
    actions   = ["s3:ListBucketVersions"]
    resources = [local._data_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["raw/*"]
    }
  }

  statement {
    sid       = "ReadArchives"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._data_arn}/*/training/*", "${local._data_arn}/*/tuning/*"]
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "ReadEvaluations"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._data_arn}/*/evaluation/*"]
  }

  # Whatever an object is called that somebody brings.
  statement {
    sid       = "DenyReadingData"
    effect    = "Deny"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._data_arn}/raw/*"]
  }

  statement {
    sid       = "DecryptWhatWasTrained"
    actions   = ["kms:Decrypt"]
    resources = [local._own_keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._key_alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._s3]
    }
  }

  statement {
    sid       = "ReadWhatWasTrainedForARelease"
    actions   = ["s3:GetObject"]
    resources = ["${local._evidence_arn}/releases/*/retraining.json"]
  }
}

data "aws_iam_policy_document" "release" {
  source_policy_documents = [
    data.aws_iam_policy_document.start.json,
    data.aws_iam_policy_document.read.json,
  ]
}
