output "function_arn" {
  description = "ARN of the function; known before it exists."
  value       = local._function_arn

  depends_on = [aws_lambda_function.this]
}

output "function_name" {
  description = "Name of the function, once it exists."
  value       = aws_lambda_function.this.function_name
}

output "policy_json" {
  description = "What the function may do."
  value       = data.aws_iam_policy_document.permissions.json
}

output "queue_arn" {
  description = "ARN of the queue of what was given up, known before it exists; null without failures."
  value       = var.failures == null ? null : local._queue_arn

  depends_on = [aws_sqs_queue.undelivered]
}

output "queue_policy_json" {
  description = "Who may write to the queue of what was given up; null without failures."
  value       = var.failures == null ? null : data.aws_iam_policy_document.undelivered.json
}
