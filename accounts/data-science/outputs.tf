output "account_id" {
  description = "Id of the account."
  value       = local.account.id
}

output "bucket_names" {
  description = "Names of the buckets by purpose."
  value       = merge({ for purpose, bucket in module.bucket : purpose => bucket.name }, { logs = module.log_bucket.name })
}

output "image_repository_urls" {
  description = "Addresses of the image repositories by purpose."
  value       = { for purpose, repository in module.image_repository : purpose => repository.url }
}

output "key_arns" {
  description = "ARNs of the keys by purpose."
  value       = { for purpose, key in module.key : purpose => key.key_arn }
}

output "model_build_project_name" {
  description = "Name of the build that puts SageMaker pipelines in place."
  value       = module.model_build.project_name
}

output "model_package_group_names" {
  description = "Names of the model package groups by model."
  value       = module.model_registry.group_names
}

output "persona_role_arns" {
  description = "ARNs of the roles that people take, by persona."
  value       = module.personas.role_arns
}

output "promotion_pipeline_names" {
  description = "Names of the promotion pipelines by model."
  value       = module.promotion_pipeline.pipeline_names
}

output "studio_domain_id" {
  description = "Identifier of the Studio domain."
  value       = module.studio.domain_id
}

output "vpc_id" {
  description = "The private network."
  value       = local.network.vpc_id
}
