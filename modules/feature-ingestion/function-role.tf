# What this function may do of its own: keep a version of what arrived, start its ingestion, and ask
# why one failed.

data "aws_iam_policy_document" "function" {
  statement {
    sid       = "ReadArrivals"
    actions   = ["s3:GetObjectVersion"]
    resources = [for root in values(local._roots) : "${local._bucket_arn}/${root}/incoming/*"]
  }

  statement {
    sid       = "KeepArrivals"
    actions   = ["s3:PutObject"]
    resources = [for root in values(local._roots) : "${local._bucket_arn}/${root}/accepted/*"]
  }

  # A pattern ends in anything, a folder that is called as that of records among it.
  statement {
    sid       = "DenyRecords"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arn}/features/*/store/*"]
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
}
