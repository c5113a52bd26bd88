output "alarm_names" {
  description = "Names of the alarms by event."
  value       = { for name, alarm in aws_cloudwatch_metric_alarm.event : name => alarm.alarm_name }
}

output "topic_arn" {
  description = "ARN of the topic; known before it exists."
  value       = local.topic_arn

  depends_on = [aws_sns_topic_policy.notices]
}

output "topic_policy_json" {
  description = "Who may speak on the topic."
  value       = data.aws_iam_policy_document.notices.json
}
