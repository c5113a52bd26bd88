output "log_group_name" {
  description = "Name of the log group of the builds."
  value       = aws_cloudwatch_log_group.this.name
}

output "project_arn" {
  description = "ARN of the build project, once its role may do what it needs."
  value       = aws_codebuild_project.this.arn
}

output "project_name" {
  description = "Name of the build project."
  value       = aws_codebuild_project.this.name
}

output "role_arn" {
  description = "ARN of the role that the builds act with."
  value       = aws_iam_role.this.arn

  depends_on = [aws_iam_role_policy.this]
}

output "role_name" {
  description = "Name of the role that the builds act with."
  value       = aws_iam_role.this.name
}
