output "pipeline_arns" {
  description = "ARNs of the pipelines that forecast, by model."
  value       = { for model, pipeline in aws_codepipeline.this : model => pipeline.arn }

  depends_on = [aws_cloudwatch_event_target.forecast, module.build]
}

output "pipeline_names" {
  description = "Names of the pipelines that forecast, by model."
  value       = { for model, pipeline in aws_codepipeline.this : model => pipeline.name }

  depends_on = [aws_cloudwatch_event_target.forecast, module.build]
}
