# What happens when nobody waits for the function and it fails: Lambda tries twice more, the queue
# keeps the event, and people hear.

locals {
  _queue_name = "${local._name}-undelivered"
  _queue_arn  = "arn:${var.account.partition}:sqs:${local._arn_end}:${local._queue_name}"
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count = var.failures == null ? 0 : 1

  function_name                = aws_lambda_function.this.function_name
  maximum_event_age_in_seconds = var.failures.max_age_seconds
  maximum_retry_attempts       = 2
}

resource "aws_sqs_queue" "undelivered" {
  count = var.failures == null ? 0 : 1

  name                              = local._queue_name
  kms_data_key_reuse_period_seconds = 300
  kms_master_key_id                 = var.failures.key_arn
  message_retention_seconds         = 1209600
  policy                            = data.aws_iam_policy_document.undelivered.json
  tags                              = var.tags
}

data "aws_iam_policy_document" "undelivered" {
  source_policy_documents = compact(var.failures[*].writers_json)

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
      values   = ["arn:${var.account.partition}:iam::${var.account.id}:role/${var.role.name}"]
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
  for_each = var.failures == null ? {} : var.failures.alarms

  alarm_name          = "${local._name}-${each.key}"
  alarm_description   = each.value.description
  alarm_actions       = [var.failures.alarm_topic_arn]
  comparison_operator = "GreaterThanOrEqualToThreshold"
  dimensions          = each.value.dimensions
  evaluation_periods  = 1
  metric_name         = each.value.metric
  namespace           = each.value.namespace
  period              = 300
  statistic           = "Maximum"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}
