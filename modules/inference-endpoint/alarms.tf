locals {
  _dimensions = { EndpointName = var.endpoint_name, VariantName = local._variant }
  # Built from names, so that a rollout can refer to the alarms before they exist.
  alarm_names = ["${var.endpoint_name}-errors", "${var.endpoint_name}-latency"]
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
