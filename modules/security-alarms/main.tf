# Who must know at once that something happened that seldom is right: a filter over what the trail
# records, an alarm and an encrypted topic. What is looked for stands in events.tf.

locals {
  _arn_end   = "${var.account.region}:${var.account.id}"
  _namespace = "${var.account.prefix}/audit"
  topic_arn  = "arn:${var.account.partition}:sns:${local._arn_end}:${var.topic_name}"
}

resource "aws_cloudwatch_log_metric_filter" "event" {
  for_each = local.events

  name           = "${var.account.prefix}-${each.key}"
  log_group_name = var.log_group_name
  pattern        = each.value.pattern

  metric_transformation {
    name          = each.key
    namespace     = local._namespace
    value         = "1"
    default_value = "0"
  }

  lifecycle {
    precondition {
      condition     = length(each.value.pattern) <= 1024
      error_message = "The pattern of ${each.key} must have at most 1024 characters, got ${length(each.value.pattern)}."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "event" {
  for_each = local.events

  alarm_name          = "${var.account.prefix}-${each.key}"
  alarm_description   = each.value.description
  alarm_actions       = [aws_sns_topic.notices.arn]
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  metric_name         = each.key
  namespace           = local._namespace
  period              = 300
  statistic           = "Sum"
  threshold           = lookup(var.thresholds, each.key, 1)
  treat_missing_data  = "notBreaching"
  tags                = var.tags

  depends_on = [aws_cloudwatch_log_metric_filter.event]
}
