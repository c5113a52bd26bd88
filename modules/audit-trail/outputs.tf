output "delivery_policy_json" {
  description = "What the role of the delivery may do."
  value       = data.aws_iam_policy_document.delivery.json
}

output "log_group_name" {
  description = "Name of the log group that receives every event."
  value       = aws_cloudwatch_log_group.trail.name

  depends_on = [aws_cloudtrail.this]
}

output "trail_arn" {
  description = "ARN of the trail; known before it exists."
  value       = "arn:${var.account.partition}:cloudtrail:${local._arn_end}:trail/${var.name}"

  depends_on = [aws_cloudtrail.this]
}
