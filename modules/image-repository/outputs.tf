output "arn" {
  description = "ARN of the repository; known before it exists."
  value       = local.arn

  depends_on = [aws_ecr_repository.this, aws_ecr_repository_policy.this]
}

output "name" {
  description = "Name of the repository."
  value       = var.name

  depends_on = [aws_ecr_repository.this, aws_ecr_repository_policy.this]
}

output "policy_json" {
  description = "The repository's policy; null without readers and writers, when only roles of this account reach it by their own policy."
  value       = one(values(data.aws_iam_policy_document.repository)[*].json)
}

output "url" {
  description = "Address to pull from and push to, without tag or digest."
  value       = aws_ecr_repository.this.repository_url

  depends_on = [aws_ecr_repository_policy.this]
}
