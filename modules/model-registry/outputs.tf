output "group_arns" {
  description = "ARNs of the model package groups by model."
  value       = { for model, group in aws_sagemaker_model_package_group.this : model => group.arn }

  depends_on = [aws_sagemaker_model_package_group_policy.this]
}

output "group_names" {
  description = "Names of the model package groups by model."
  value       = { for model, group in aws_sagemaker_model_package_group.this : model => group.model_package_group_name }

  depends_on = [aws_sagemaker_model_package_group_policy.this]
}
