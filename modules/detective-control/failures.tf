# What happens when the function fails: Lambda tries twice more, keeps the event, and people hear.

locals {
  _alarms = {
    failed = {
      description = "The detective function failed: something may run that must not."
      dimensions  = { FunctionName = var.name }
      metric      = "Errors"
      namespace   = "AWS/Lambda"
    }
    throttled = {
      description = "The detective function was held back: something may run that must not."
      dimensions  = { FunctionName = var.name }
      metric      = "Throttles"
      namespace   = "AWS/Lambda"
    }
    undelivered = {
      description = "An event was given up after all tries; it waits in the queue."
      dimensions  = { QueueName = "${var.name}-undelivered" }
      metric      = "ApproximateNumberOfMessagesVisible"
      namespace   = "AWS/SQS"
    }
    unreached-by-calls = {
      description = "EventBridge could not call the detective function."
      dimensions  = { RuleName = "${var.name}-calls" }
      metric      = "FailedInvocations"
      namespace   = "AWS/Events"
    }
    unreached-by-notebooks = {
      description = "EventBridge could not call the detective function."
      dimensions  = { RuleName = "${var.name}-notebooks" }
      metric      = "FailedInvocations"
      namespace   = "AWS/Events"
    }
  }
}

resource "aws_sqs_queue" "undelivered" {
  name                              = "${var.name}-undelivered"
  kms_data_key_reuse_period_seconds = 300
  kms_master_key_id                 = var.kms_key_arn
  message_retention_seconds         = 1209600
  policy                            = data.aws_iam_policy_document.undelivered.json
  tags                              = var.tags
}

data "aws_iam_policy_document" "undelivered" {
  statement {
    sid       = "AllowFunction"
    actions   = ["sqs:SendMessage"]
    resources = [local._queue_arn]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.account.partition}:iam::${var.account.id}:root"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = ["arn:${var.account.partition}:iam::${var.account.id}:role/${var.role_name}"]
    }
  }

  statement {
    sid       = "DenyPlainHttp"
    effect    = "Deny"
    actions   = ["sqs:ReceiveMessage", "sqs:SendMessage"]
    resources = [local._queue_arn]

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

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local._alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  alarm_actions       = [var.topic_arn]
  comparison_operator = "GreaterThanOrEqualToThreshold"
  dimensions          = each.value.dimensions
  evaluation_periods  = 1
  metric_name         = each.value.metric
  namespace           = each.value.namespace
  period              = 300
  statistic           = "Maximum"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}
