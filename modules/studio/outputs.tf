output "domain_arn" {
  description = "ARN of the domain."
  value       = aws_sagemaker_domain.this.arn
}

output "domain_id" {
  description = "Identifier of the domain."
  value       = aws_sagemaker_domain.this.id
}

output "user_profile_arns" {
  description = "ARNs of the user profiles, by the person's name."
  value       = { for name, profile in aws_sagemaker_user_profile.this : name => profile.arn }
}
