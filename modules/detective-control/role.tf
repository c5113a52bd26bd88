# What this function may do of its own: look at what was made, stop or delete it.

locals {
  _sagemaker = "arn:${var.account.partition}:sagemaker:${local._arn_end}"
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
}
