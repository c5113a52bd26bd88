output "alarm_names" {
  description = "Names of the alarms that watch the endpoint."
  value       = local.alarm_names

  depends_on = [
    aws_cloudwatch_metric_alarm.errors,
    aws_cloudwatch_metric_alarm.latency,
    aws_cloudwatch_metric_alarm.quality,
  ]
}

output "endpoint_arn" {
  description = "ARN of the endpoint."
  value       = aws_sagemaker_endpoint.this.arn
}

output "endpoint_configuration_name" {
  description = "Name of the configuration that the endpoint must be running."
  # By its own name, not by the instance: an import is told outputs before there is one.
  value = local.configuration_name

  depends_on = [aws_sagemaker_endpoint_configuration.this]
}

output "endpoint_name" {
  description = "Name of the endpoint, once it is in service."
  value       = aws_sagemaker_endpoint.this.name
}

output "model_name" {
  description = "Name of the model that the endpoint serves."
  value       = local.model_name

  depends_on = [aws_sagemaker_model.this]
}

output "shadow_alarm_names" {
  description = "Names of the alarms that watch a model that is tried beside the endpoint's own; none without one."
  value       = local.shadow_alarm_names

  depends_on = [aws_cloudwatch_metric_alarm.shadow]
}
