# What this function may do of its own: read the data of the models, and start their training.

locals {
  _data_arn = "arn:${var.account.partition}:s3:::${var.data.bucket_name}"
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
}
