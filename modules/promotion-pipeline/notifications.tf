# Who may release is told that a release waits.

locals {
  _topic_arn = "arn:${var.account.partition}:sns:${local._arn_end}:${var.approval.topic_name}"
}

resource "aws_sns_topic" "approvals" {
  name              = var.approval.topic_name
  kms_master_key_id = var.artifacts.key_arn
  tags              = var.tags
}

data "aws_iam_policy_document" "approvals" {
  statement {
    sid       = "AllowPromotionToPublish"
    actions   = ["sns:Publish"]
    resources = [local._topic_arn]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${var.account.id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = ["arn:${var.account.partition}:iam::${var.account.id}:role/${var.role_names.promotion}"]
    }
  }

  statement {
    sid       = "DenyInsecureTransport"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [local._topic_arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "approvals" {
  arn    = aws_sns_topic.approvals.arn
  policy = data.aws_iam_policy_document.approvals.json
}

resource "aws_sns_topic_subscription" "approvals" {
  for_each = var.approval.emails

  topic_arn = aws_sns_topic.approvals.arn
  protocol  = "email"
  endpoint  = each.value
}
