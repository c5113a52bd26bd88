output "arn" {
  description = "ARN of the role; known before it exists."
  value       = "arn:${var.account.partition}:iam::${var.account.id}:role/${var.name}"

  depends_on = [aws_iam_role.this, aws_iam_role_policy.this]
}

output "name" {
  description = "Name of the role."
  value       = var.name

  depends_on = [aws_iam_role.this, aws_iam_role_policy.this]
}

output "policy_json" {
  description = "What the role may do."
  value       = data.aws_iam_policy_document.permissions.json
}

output "trust_json" {
  description = "Who takes the role."
  value       = data.aws_iam_policy_document.trust.json
}
