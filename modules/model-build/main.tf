# The build that turns a compiled definition of the source package into a SageMaker pipeline.

locals {
  _arn_end       = "${var.account.region}:${var.account.id}"
  _sagemaker_arn = "arn:${var.account.partition}:sagemaker:${local._arn_end}"
  _ssm_arn       = "arn:${var.account.partition}:ssm:${local._arn_end}"

  _buildspec = yamlencode({
    version = "0.2"
    phases = {
      build = {
        commands = [
          "export PYTHONPATH=\"$CODEBUILD_SRC_DIR\"",
          # A push builds the pipelines of all models, a person one of them.
          "python -m pipelines.definitions.upsert --account \"$ACCOUNT\" $${MODEL:+--model \"$MODEL\"}",
        ]
      }
    }
  })
}

data "aws_iam_policy_document" "this" {
  statement {
    sid     = "ReadContract"
    actions = ["ssm:GetParameters"]
    resources = [
      "${local._ssm_arn}:parameter${var.parameter_root}",
      "${local._ssm_arn}:parameter${var.parameter_root}/*",
    ]
  }

  statement {
    sid       = "UpsertPipelines"
    actions   = ["sagemaker:CreatePipeline", "sagemaker:DescribePipeline", "sagemaker:UpdatePipeline"]
    resources = [for name in concat(values(var.pipelines), values(var.trials.pipelines)) : "${local._sagemaker_arn}:pipeline/${name}"]
  }

  statement {
    sid       = "PassPipelineRole"
    actions   = ["iam:PassRole"]
    resources = [var.pipeline_role_arn, var.trials.role_arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.amazonaws.com"]
    }
  }
}

module "build" {
  source = "../build-project"

  account            = var.account
  boundary_arn       = var.boundary_arn
  buildspec          = local._buildspec
  encryption_key_arn = var.encryption_key_arn
  environment        = { ACCOUNT = var.account.name, PREFIX = split("/", var.parameter_root)[1] }
  image              = var.image
  log                = var.log
  network            = var.network
  policy_json        = data.aws_iam_policy_document.this.json
  role_name          = var.role_name
  source_store       = var.source_store
  tags               = var.tags

  project = {
    name            = var.project_name
    description     = "Puts the compiled definition of a model in place as a SageMaker pipeline."
    timeout_minutes = 20
  }
}
