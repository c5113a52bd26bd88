# One group of versions per model. Whoever carries a release reads from here; nobody from
# another account writes here, and approval stays with a person of this account.

locals {
  _reader_accounts = sort(distinct([for reader in var.readers : split(":", reader)[4]]))
  _sagemaker_arn   = "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.account.id}"
}

resource "aws_sagemaker_model_package_group" "this" {
  for_each = var.models

  model_package_group_name        = each.value.group_name
  model_package_group_description = each.value.description
  tags                            = merge(var.tags, { owner = each.value.owner })
}

data "aws_iam_policy_document" "group" {
  for_each = length(var.readers) > 0 ? var.models : {}

  statement {
    sid = "AllowReleasesToReadPackages"
    actions = [
      "sagemaker:DescribeModelPackage",
      "sagemaker:DescribeModelPackageGroup",
      "sagemaker:ListModelPackages",
    ]
    resources = [
      "${local._sagemaker_arn}:model-package-group/${each.value.group_name}",
      "${local._sagemaker_arn}:model-package/${each.value.group_name}/*",
    ]

    principals {
      type        = "AWS"
      identifiers = [for id in local._reader_accounts : "arn:${var.account.partition}:iam::${id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = sort(var.readers)
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }
  }
}

resource "aws_sagemaker_model_package_group_policy" "this" {
  for_each = data.aws_iam_policy_document.group

  model_package_group_name = aws_sagemaker_model_package_group.this[each.key].model_package_group_name
  resource_policy          = each.value.json
}
