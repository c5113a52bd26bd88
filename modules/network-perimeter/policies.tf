# An endpoint's policy says who may pass and with which actions: identities of the organisation to
# resources of the organisation. AWS wants the principal * here; the conditions are the principal.
# A request that lacks one of the keys passes none of these statements.

data "aws_iam_policy_document" "endpoint" {
  for_each = setunion(var.interface_endpoints, ["s3"])

  statement {
    sid       = "AllowOrganizationToOrganization"
    actions   = local._services[each.key].actions
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
    actions   = local._services[each.key].actions
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

  # Image layers lie in a bucket of AWS; ECR signs the address, so no identity of ours reads it.
  dynamic "statement" {
    for_each = each.key == "s3" ? ["layers"] : []

    content {
      sid       = "AllowImageLayers"
      actions   = ["s3:GetObject"]
      resources = ["arn:${var.account.partition}:s3:::${local._s3_layers}/*"]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
    }
  }
}
