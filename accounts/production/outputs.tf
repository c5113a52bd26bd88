output "account_id" {
  description = "Id of the account."
  value       = local.account.id
}

output "bucket_names" {
  description = "Names of the buckets by purpose."
  value       = merge({ for purpose, bucket in module.bucket : purpose => bucket.name }, { logs = module.log_bucket.name })
}

output "consumer_role_arn" {
  description = "ARN of the role that asks the models."
  value       = module.deployment_target.consumer_role_arn
}

output "deploy_role_arn" {
  description = "ARN of the role through which a promotion arrives."
  value       = module.deployment_target.deploy_role_arn
}

output "endpoint_names" {
  description = "Names that the endpoints will have, by model."
  value       = local.endpoints
}

output "image_repository_urls" {
  description = "Addresses of the image repositories by purpose."
  value       = { for purpose, repository in module.image_repository : purpose => repository.url }
}

output "key_arns" {
  description = "ARNs of the keys by purpose."
  value       = { for purpose, key in module.key : purpose => key.key_arn }
}

output "vpc_id" {
  description = "The private network."
  value       = local.network.vpc_id
}
