# Who hears that an object was not ingested: the owner of its group, and nobody else.

locals {
  _topic_arn = "arn:${var.account.partition}:sns:${local._arn_end}:${var.name}"
  _owners    = toset(values(var.groups)[*].owner)
}

resource "aws_sns_topic" "owners" {
  name              = var.name
  kms_master_key_id = var.notice.key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "owners" {
  arn    = aws_sns_topic.owners.arn
  policy = data.aws_iam_policy_document.owners.json
}

# The function names the owner with each notice; SNS sends it to that subscription alone.
# https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
resource "aws_sns_topic_subscription" "owner" {
  for_each = local._owners

  topic_arn     = aws_sns_topic.owners.arn
  protocol      = "email"
  endpoint      = var.emails[each.key]
  filter_policy = jsonencode({ owner = [each.key] })
}

data "aws_iam_policy_document" "owners" {
  statement {
    sid       = "AllowFunction"
    actions   = ["sns:Publish"]
    resources = [local._topic_arn]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${var.account.id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = ["arn:${var.account.partition}:iam::${var.account.id}:role/${var.name}"]
    }
  }

  statement {
    sid       = "DenyPlainHttp"
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
