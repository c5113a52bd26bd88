# The build that copies a release into this account by its digests and puts it behind an endpoint.

data "aws_iam_policy_document" "read_release" {
  statement {
    sid     = "ReadReleasedPackage"
    actions = ["sagemaker:DescribeModelPackage"]
    # A pattern, not a list, as for what is deployed here.
    resources = ["${local._origin_package}/${split("/", var.parameter_root)[1]}-*/*"]
  }

  statement {
    sid       = "ReadReleasedModel"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._origin_arn}/*"]
  }

  statement {
    sid       = "DecryptReleasedModel"
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

  statement {
    sid     = "PullReleasedImage"
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [
      "arn:${local._partition}:ecr:${local._origin_end}:repository/${var.data_science.models_store.image_repository_name}",
    ]
  }
}

data "aws_iam_policy_document" "store_release" {
  statement {
    sid       = "FillModelStore"
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = ["${local._bucket_arns.models}/approved/*"]
  }

  statement {
    sid     = "StoreImage"
    actions = local._image_push
    resources = [
      local._image_repository_arn,
    ]
  }

  statement {
    sid       = "KeepReleaseState"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${local._bucket_arns.releases}/*"]
  }

  statement {
    sid       = "FreeStateLock"
    actions   = ["s3:DeleteObject"]
    resources = ["${local._bucket_arns.releases}/*/terraform.tfstate.tflock"]
  }

  statement {
    sid       = "SeeOwnBuckets"
    actions   = ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"]
    resources = [local._bucket_arns.models, local._bucket_arns.releases]
  }

  statement {
    sid       = "UseStoreKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local._own_keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = distinct([local._keys.models.alias, local._keys.releases.alias])
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._s3]
    }
  }
}

data "aws_iam_policy_document" "serve_release" {
  statement {
    sid       = "CreateIsolatedModels"
    actions   = ["sagemaker:CreateModel"]
    resources = local._model_arns

    # Three keys in one block must all be present, or there is no permission.
    condition {
      test     = "Bool"
      variable = "sagemaker:NetworkIsolation"
      values   = ["true"]
    }

    condition {
      test     = "Null"
      variable = "sagemaker:VpcSecurityGroupIds"
      values   = ["false"]
    }

    condition {
      test     = "Null"
      variable = "sagemaker:VpcSubnets"
      values   = ["false"]
    }
  }

  statement {
    sid       = "CreateEncryptedConfigurations"
    actions   = ["sagemaker:CreateEndpointConfig"]
    resources = local._configuration_arns

    condition {
      test     = "ArnLike"
      variable = "sagemaker:VolumeKmsKey"
      values   = [local._own_keys]
    }
  }

  statement {
    sid = "ManageEndpoints"
    actions = [
      "sagemaker:CreateEndpoint",
      "sagemaker:DeleteEndpoint",
      "sagemaker:UpdateEndpoint",
    ]
    resources = concat(local._endpoint_arns, local._configuration_arns)
  }

  statement {
    sid = "ManageWhatReleasesAreMadeOf"
    actions = [
      "sagemaker:AddTags",
      "sagemaker:DeleteEndpointConfig",
      "sagemaker:DeleteModel",
      "sagemaker:DeleteTags",
      "sagemaker:DescribeEndpoint",
      "sagemaker:DescribeEndpointConfig",
      "sagemaker:DescribeModel",
      "sagemaker:ListTags",
    ]
    resources = concat(local._endpoint_arns, local._configuration_arns, local._model_arns)
  }

  statement {
    sid = "ManageEndpointAlarms"
    actions = [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DescribeAlarmHistory",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:ListTagsForResource",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
    ]
    resources = ["arn:${local._partition}:cloudwatch:${local._arn_end}:alarm:${var.account.prefix}-*"]
  }

  statement {
    sid       = "PassServingRole"
    actions   = ["iam:PassRole"]
    resources = [local._role_arns.serving]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.amazonaws.com"]
    }
  }

  statement {
    sid       = "LendVolumeKey"
    actions   = ["kms:CreateGrant"]
    resources = [local._own_keys]

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._keys.models.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sagemaker.${var.account.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "SeeVolumeKey"
    actions   = ["kms:DescribeKey"]
    resources = [local._own_keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._keys.models.alias]
    }
  }
}

locals {
  _image_push = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
  ]
}

data "aws_iam_policy_document" "release" {
  source_policy_documents = [
    data.aws_iam_policy_document.read_release.json,
    data.aws_iam_policy_document.read_decisions.json,
    data.aws_iam_policy_document.read_kept.json,
    data.aws_iam_policy_document.store_release.json,
    data.aws_iam_policy_document.serve_release.json,
    data.aws_iam_policy_document.any_build.json,
  ]
}

module "deploy" {
  source = "../build-project"

  account            = var.account
  boundary_arn       = var.boundary_arns.delivery
  buildspec          = local._buildspecs.deploy
  encryption_key_arn = var.data_science.artifacts.key_alias_arn
  environment        = merge(local._build_environment, { BUILD = "deploy" })
  image              = var.image
  log                = var.log
  network            = var.network
  output_artifact    = "Deployed_${local._entry}"
  policy_json        = data.aws_iam_policy_document.release.json
  role_name          = var.role_names.release
  source_store       = var.data_science.artifacts
  tags               = var.tags

  project = {
    name        = var.project_names.deploy
    description = "Copies a release into this account by its digests and puts it behind its endpoint."
  }
}
