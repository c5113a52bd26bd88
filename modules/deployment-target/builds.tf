# What every build of a promotion may do, and the two that look at what was deployed.

locals {
  # As the promotion names this account in its artefacts.
  _entry             = replace(var.account.name, "-", "_")
  _build_environment = { ACCOUNT = var.account.name, PREFIX = split("/", var.parameter_root)[1] }
}

data "aws_iam_policy_document" "any_build" {
  statement {
    sid       = "ReadContract"
    actions   = ["ssm:GetParameters"]
    resources = local._parameter_arns
  }

  statement {
    sid       = "LeaveEvidence"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arns.evidence}/releases/*"]
  }

  statement {
    sid       = "UseEvidenceKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local._own_keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._keys.evidence.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._s3]
    }
  }
}

# What was released here is judged by what is kept of it before this account goes back to it.
data "aws_iam_policy_document" "read_kept" {
  dynamic "statement" {
    for_each = var.rolls_back ? [local._bucket_arns.evidence] : []

    content {
      sid       = "ReadKeptReleases"
      actions   = ["s3:GetObject"]
      resources = ["${statement.value}/releases/*"]
    }
  }

  dynamic "statement" {
    for_each = var.rolls_back ? [local._bucket_arns.evidence] : []

    content {
      sid       = "ListKeptReleases"
      actions   = ["s3:ListBucket"]
      resources = [statement.value]

      condition {
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["releases/*"]
      }
    }
  }
}

data "aws_iam_policy_document" "look" {
  statement {
    sid       = "AskAsConsumer"
    actions   = ["sts:AssumeRole"]
    resources = [local._role_arns.consumer]
  }

  statement {
    sid       = "SeeWhatIsLive"
    actions   = ["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel"]
    resources = concat(local._endpoint_arns, local._configuration_arns, local._model_arns)
  }

  statement {
    sid       = "ReadHeldOutRows"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._origin_arn}/*/evaluation/*"]
  }

  statement {
    sid       = "DecryptHeldOutRows"
    actions   = ["kms:Decrypt"]
    resources = ["${local._origin_key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._origin_key.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._origin_s3]
    }
  }
}

data "aws_iam_policy_document" "sign_test" {
  dynamic "statement" {
    for_each = local._signing_keys

    content {
      sid       = "SignTests"
      actions   = ["kms:Sign"]
      resources = ["${statement.value.keys}key/*"]

      condition {
        test     = "ForAnyValue:StringEquals"
        variable = "kms:ResourceAliases"
        values   = [statement.value.alias]
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
  }

  dynamic "statement" {
    for_each = local._signing_keys

    content {
      sid       = "SeeSigningKey"
      actions   = ["kms:GetPublicKey"]
      resources = ["${statement.value.keys}key/*"]

      condition {
        test     = "ForAnyValue:StringEquals"
        variable = "kms:ResourceAliases"
        values   = [statement.value.alias]
      }
    }
  }
}

data "aws_iam_policy_document" "test" {
  source_policy_documents = [
    data.aws_iam_policy_document.look.json,
    data.aws_iam_policy_document.any_build.json,
    data.aws_iam_policy_document.sign_test.json,
  ]
}

module "test" {
  source = "../build-project"

  account            = var.account
  boundary_arn       = var.boundary_arns.delivery
  buildspec          = local._buildspecs.test
  encryption_key_arn = var.data_science.artifacts.key_alias_arn
  environment        = local._build_environment
  image              = var.image
  log                = var.log
  network            = var.network
  output_artifact    = "Tested_${local._entry}"
  policy_json        = data.aws_iam_policy_document.test.json
  role_name          = var.role_names.test
  source_store       = var.data_science.artifacts
  tags               = var.tags

  project = {
    name        = var.project_names.test
    description = "Asks a deployed model as a consumer would, and compares its answers with the model's own."
  }
}

data "aws_iam_policy_document" "verify_store" {
  statement {
    sid       = "ReadModelStore"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._bucket_arns.models}/approved/*"]
  }

  statement {
    sid       = "DecryptModelStore"
    actions   = ["kms:Decrypt"]
    resources = [local._own_keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._keys.models.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._s3]
    }
  }

  statement {
    sid       = "SeeStoredImages"
    actions   = ["ecr:BatchGetImage", "ecr:DescribeImages"]
    resources = [local._image_repository_arn]
  }
}

data "aws_iam_policy_document" "verify" {
  source_policy_documents = [
    data.aws_iam_policy_document.look.json,
    data.aws_iam_policy_document.verify_store.json,
    data.aws_iam_policy_document.read_decisions.json,
    data.aws_iam_policy_document.read_kept.json,
    data.aws_iam_policy_document.any_build.json,
  ]
}

module "verify" {
  source = "../build-project"

  account            = var.account
  boundary_arn       = var.boundary_arns.delivery
  buildspec          = local._buildspecs.verify
  encryption_key_arn = var.data_science.artifacts.key_alias_arn
  environment        = merge(local._build_environment, { BUILD = "verify" })
  image              = var.image
  log                = var.log
  network            = var.network
  output_artifact    = "Verified_${local._entry}"
  policy_json        = data.aws_iam_policy_document.verify.json
  role_name          = var.role_names.verify
  source_store       = var.data_science.artifacts
  tags               = var.tags

  project = {
    name        = var.project_names.verify
    description = "Compares what is live with the release that was approved."
  }
}
