output "domain_arn" {
  description = "ARN of the domain."
  value       = aws_sagemaker_domain.this.arn
}

output "domain_id" {
  description = "Identifier of the domain."
  value       = aws_sagemaker_domain.this.id
}

output "lifecycle_config_names" {
  description = "Names of the lifecycle configurations, which carry the digest of their content, by kind of application."
  value       = { for kind, config in aws_sagemaker_studio_lifecycle_config.this : kind => config.studio_lifecycle_config_name }
}

output "policy_json" {
  description = "What each person may do from Studio, by the person's name."
  value       = { for name, role in module.role : name => role.policy_json }
}

output "role_arns" {
  description = "ARNs of the execution roles, by the person's name."
  value       = { for name, role in module.role : name => role.arn }
}

output "user_profile_arns" {
  description = "ARNs of the user profiles, by the person's name."
  value       = { for name, profile in aws_sagemaker_user_profile.this : name => profile.arn }
}
