# The build that keeps pipelines and registry groups of experiment branches, and nothing else: what
# it runs is the branch's own code, so its role is all that holds it.

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
          "python -m pipelines.definitions.branches --account \"$ACCOUNT\"",
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
    sid       = "KeepPipelinesOfBranches"
    actions   = ["sagemaker:CreatePipeline", "sagemaker:DeletePipeline", "sagemaker:UpdatePipeline"]
    resources = ["${local._sagemaker_arn}:pipeline/${var.name_prefix}*"]
  }

  statement {
    sid = "KeepGroupsOfBranches"
    actions = [
      "sagemaker:CreateModelPackageGroup",
      "sagemaker:DeleteModelPackage",
      "sagemaker:DeleteModelPackageGroup",
      "sagemaker:DescribeModelPackageGroup",
      "sagemaker:ListModelPackages",
    ]
    resources = [
      "${local._sagemaker_arn}:model-package-group/${var.name_prefix}*",
      "${local._sagemaker_arn}:model-package/${var.name_prefix}*/*",
    ]
  }

  statement {
    sid       = "PassBranchRole"
    actions   = ["iam:PassRole"]
    resources = [var.pipeline_role_arn]

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
    description     = "Puts the pipelines of an experiment branch in place, or takes them away."
    timeout_minutes = 20
  }
}
