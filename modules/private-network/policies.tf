# Endpoint policies say who may pass, not what they may do: identities of the organisation to
# resources of the organisation. AWS wants the principal * here; the conditions are the principal.
# A request that lacks one of the keys passes none of these statements.

locals {
  # Image layers lie in a bucket of AWS; ECR signs the address, so no identity of ours reads it.
  _image_layers = "arn:${var.account.partition}:s3:::prod-${var.account.region}-starport-layer-bucket/*"

  _s3_actions = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:GetBucketVersioning",
    "s3:GetObject",
    "s3:GetObjectAttributes",
    "s3:GetObjectRetention",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAttributes",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectRetention",
    "s3:PutObjectTagging",
  ]
}

data "aws_iam_policy_document" "interface_endpoint" {
  statement {
    sid       = "AllowOrganizationToOrganization"
    actions   = ["*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceOrgID"
      values   = [var.organization_id]
    }
  }

  statement {
    sid       = "AllowServicesForOrganization"
    actions   = ["*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:PrincipalIsAWSService"
      values   = ["true"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceOrgID"
      values   = [var.organization_id]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceOrgID"
      values   = [var.organization_id]
    }
  }
}

data "aws_iam_policy_document" "s3_endpoint" {
  statement {
    sid       = "AllowOrganizationToOrganization"
    actions   = local._s3_actions
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceOrgID"
      values   = [var.organization_id]
    }
  }

  statement {
    sid       = "AllowImageLayers"
    actions   = ["s3:GetObject"]
    resources = [local._image_layers]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}
