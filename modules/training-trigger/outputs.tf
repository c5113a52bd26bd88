output "function_arn" {
  description = "ARN of the function; known before it exists."
  value       = local._function_arn

  depends_on = [aws_lambda_function.this]
}

output "policy_json" {
  description = "What the function may do."
  value       = data.aws_iam_policy_document.permissions.json
}

output "queue_policy_json" {
  description = "Who may write to the queue of what failed."
  value       = data.aws_iam_policy_document.undelivered.json
}

output "rule_arns" {
  description = "ARNs of the rules that start training; known before they exist."
  value = [
    for name in values(local._rule_names) : "arn:${var.account.partition}:events:${local._arn_end}:rule/${name}"
  ]
}
