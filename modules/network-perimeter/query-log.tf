# Every question to DNS, answered or blocked, is written down, encrypted, in this account.

locals {
  query_log_group_name = "/${var.account.prefix}/network/dns"

  _place = "${var.account.region}:${var.account.id}"
  _query_log_group_arn = (
    "arn:${var.account.partition}:logs:${local._place}:log-group:${local.query_log_group_name}"
  )
}

resource "aws_cloudwatch_log_group" "query" {
  name              = local.query_log_group_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.query_log_retention_days
  tags              = var.tags
}

data "aws_iam_policy_document" "query_log" {
  statement {
    sid       = "AllowQueryLogDelivery"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local._query_log_group_arn}:log-stream:*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.account.partition}:logs:${local._place}:*"]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "query" {
  policy_name     = "${var.account.prefix}-dns"
  policy_document = data.aws_iam_policy_document.query_log.json
}

resource "aws_route53_resolver_query_log_config" "this" {
  name            = "${var.account.prefix}-dns"
  destination_arn = aws_cloudwatch_log_group.query.arn
  tags            = var.tags

  depends_on = [aws_cloudwatch_log_resource_policy.query]
}

resource "aws_route53_resolver_query_log_config_association" "this" {
  resolver_query_log_config_id = aws_route53_resolver_query_log_config.this.id
  resource_id                  = var.vpc_id
}
