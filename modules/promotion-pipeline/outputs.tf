output "bundle_project_name" {
  description = "Name of the build project that bundles a release."
  value       = module.bundle.project_name
}

output "pipeline_arns" {
  description = "ARNs of the promotion pipelines by model."
  value       = { for model, pipeline in aws_codepipeline.this : model => pipeline.arn }

  depends_on = [aws_cloudwatch_event_target.promotion, module.bundle]
}

output "pipeline_names" {
  description = "Names of the promotion pipelines by model."
  value       = { for model, pipeline in aws_codepipeline.this : model => pipeline.name }

  depends_on = [aws_cloudwatch_event_target.promotion, module.bundle]
}

output "role_arn" {
  description = "ARN of the role that carries a release from account to account."
  value       = aws_iam_role.promotion.arn

  depends_on = [aws_iam_role_policy.promotion]
}

output "rollback_pipeline_names" {
  description = "Names of the pipelines that take production back, by model."
  value       = { for model, pipeline in aws_codepipeline.rollback : model => pipeline.name }

  depends_on = [aws_cloudwatch_event_target.rollback]
}

output "topic_arn" {
  description = "ARN of the topic that tells release managers of a waiting release."
  value       = aws_sns_topic.approvals.arn

  depends_on = [aws_sns_topic_policy.approvals]
}
