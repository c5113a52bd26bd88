locals {
  _dimensions = { EndpointName = var.endpoint_name, VariantName = local._variant }
  # Built from names, so that a rollout can refer to the alarms before they exist.
  alarm_names = concat(
    ["${var.endpoint_name}-errors", "${var.endpoint_name}-latency"],
    [for name in keys(local._quality) : "${var.endpoint_name}-${name}"],
  )
  _quiet_alarm_name  = "${var.endpoint_name}-quiet"
  shadow_alarm_names = [for name in keys(local._shadow_alarms) : "${var.endpoint_name}-shadow-${name}"]

  _quality = var.alarms.quality == null ? {} : { quality = var.alarms.quality }
  _shadow_alarms = var.shadow == null ? {} : {
    errors = {
      metric    = "Invocation5XXErrors"
      sum       = true
      threshold = var.alarms.errors_per_minute
    }
    latency = {
      metric    = "ModelLatency"
      sum       = false
      threshold = var.alarms.latency_milliseconds * 1000
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.endpoint_name}-errors"
  alarm_description   = "Answers of ${var.endpoint_name} that are failures of the server."
  namespace           = "AWS/SageMaker"
  metric_name         = "Invocation5XXErrors"
  dimensions          = local._dimensions
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarms.errors_per_minute
  period              = 60
  evaluation_periods  = var.alarms.minutes
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.topic_arns
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name        = "${var.endpoint_name}-latency"
  alarm_description = "Time that the model of ${var.endpoint_name} takes for the slowest hundredth of its answers."
  namespace         = "AWS/SageMaker"
  metric_name       = "ModelLatency"
  dimensions        = local._dimensions
  # The metric is told in microseconds.
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarms.latency_milliseconds * 1000
  period              = 60
  evaluation_periods  = var.alarms.minutes
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.topic_arns
  tags                = var.tags
}

# Watches an update that nothing is to take back: a sum is never less than nothing.
resource "aws_cloudwatch_metric_alarm" "quiet" {
  alarm_name          = local._quiet_alarm_name
  alarm_description   = "Never rings. It stands for the other alarms of ${var.endpoint_name} on the way back to an earlier release."
  namespace           = "AWS/SageMaker"
  metric_name         = "Invocations"
  dimensions          = local._dimensions
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}

# What a monitor says of the answers themselves. It speaks seldom, and silence says nothing.
resource "aws_cloudwatch_metric_alarm" "quality" {
  for_each = local._quality

  alarm_name          = "${var.endpoint_name}-${each.key}"
  alarm_description   = "How right the answers of ${var.endpoint_name} are, by its monitor."
  namespace           = "aws/sagemaker/Endpoints/model-metrics"
  metric_name         = each.value.metric
  dimensions          = { Endpoint = var.endpoint_name, MonitoringSchedule = each.value.schedule }
  statistic           = "Average"
  comparison_operator = each.value.at_least == null ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = coalesce(each.value.at_least, each.value.at_most)
  period              = 60
  evaluation_periods  = var.alarms.minutes
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.topic_arns
  tags                = var.tags
}

# Nobody hears a shadow's answers, and so nothing else tells that it is ill.
resource "aws_cloudwatch_metric_alarm" "shadow" {
  for_each = local._shadow_alarms

  alarm_name          = "${var.endpoint_name}-shadow-${each.key}"
  alarm_description   = "The model that is tried beside ${var.endpoint_name}: ${each.key}."
  namespace           = "AWS/SageMaker"
  metric_name         = each.value.metric
  dimensions          = { EndpointName = var.endpoint_name, VariantName = local._shadow }
  statistic           = each.value.sum ? "Sum" : null
  extended_statistic  = each.value.sum ? null : "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = var.alarms.minutes
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}
