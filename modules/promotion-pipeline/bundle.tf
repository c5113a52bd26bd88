# The build that turns one approved version into the exact statement of what is released.

locals {
  _models_arn    = "arn:${var.account.partition}:s3:::${var.models_store.bucket_name}"
  _sagemaker_arn = "arn:${var.account.partition}:sagemaker:${local._arn_end}"

  _bundle_buildspec = yamlencode({
    version = "0.2"
    phases = {
      build = {
        commands = [
          "export PYTHONPATH=\"$CODEBUILD_SRC_DIR\"",
          "python -m pipelines.promotion bundle",
        ]
      }
    }
    artifacts = { files = ["release.json", "release.dsse.json", "evaluation.json"] }
  })
}

data "aws_iam_policy_document" "bundle" {
  statement {
    sid       = "ReadPackages"
    actions   = ["sagemaker:DescribeModelPackage"]
    resources = ["${local._sagemaker_arn}:model-package/${var.organization_prefix}-*/*"]
  }

  # Who had a hand in a release: who started the run that registered it, and this promotion.
  statement {
    sid       = "ReadTrainingRuns"
    actions   = ["sagemaker:DescribePipelineExecution"]
    resources = ["${local._sagemaker_arn}:pipeline/${var.organization_prefix}-*/execution/*"]
  }

  statement {
    sid       = "SeeOwnPromotions"
    actions   = ["codepipeline:GetPipelineExecution"]
    resources = values(local._pipeline_arns)
  }

  statement {
    sid       = "ReadModels"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._models_arn}/*"]
  }

  statement {
    sid       = "DecryptModels"
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
    sid       = "SeeModelImage"
    actions   = ["ecr:BatchGetImage", "ecr:DescribeImages"]
    resources = ["arn:${var.account.partition}:ecr:${local._arn_end}:repository/${var.models_store.image_repository_name}"]
  }

  statement {
    sid       = "SignReleases"
    actions   = ["kms:Sign"]
    resources = ["${local._signing_key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._signing_key.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:MessageType"
      values   = ["DIGEST", "RAW"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:SigningAlgorithm"
      values   = ["ECDSA_SHA_256"]
    }
  }

  statement {
    sid       = "SeeSigningKey"
    actions   = ["kms:GetPublicKey"]
    resources = ["${local._signing_key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._signing_key.alias]
    }
  }
}

module "bundle" {
  source = "../build-project"

  account            = var.account
  boundary_arn       = var.boundary_arns.delivery
  buildspec          = local._bundle_buildspec
  encryption_key_arn = var.artifacts.key_arn
  environment        = { RELEASE_SIGNING_KEY_ARN = var.bundle.signing_key.arn }
  image              = var.bundle.image
  log                = var.log
  network            = var.network
  output_artifact    = "Release"
  policy_json        = data.aws_iam_policy_document.bundle.json
  role_name          = var.role_names.bundle
  source_store       = { bucket_name = var.artifacts.bucket_name, key_alias_arn = var.artifacts.key_alias_arn }
  tags               = var.tags

  project = {
    name            = var.bundle.project_name
    description     = "States what exactly an approved model package consists of."
    timeout_minutes = 20
  }
}
