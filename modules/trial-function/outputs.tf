output "function_arn" {
  description = "ARN of the function; known before it exists."
  value       = local._function_arn

  depends_on = [aws_lambda_function.this]
}

output "policy_json" {
  description = "What the function may do."
  value       = data.aws_iam_policy_document.permissions.json
}
