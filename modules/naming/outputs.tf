output "account" {
  description = "The account that this root lays out: name, id, kind, region, partition, prefix and network."
  value       = local.accounts[var.account]
}

output "accounts" {
  description = "The same facts for every account of the organisation, by its key."
  value       = local.accounts
}

output "approval_timeout_minutes" {
  description = "How long a promotion waits at its manual gate before it is refused."
  value       = var.organization.promotion.approval_timeout_minutes
}

output "bucket_names" {
  description = "Bucket names by account and purpose."
  value       = local.bucket_names
}

output "data_science_account" {
  description = "Key of the account in which models are built."
  value       = local.data_science
}

output "default_tags" {
  description = "Tags that the provider puts on everything in this account."
  value = {
    "project"    = local._prefix
    "account"    = var.account
    "stage"      = local.accounts[var.account].kind
    "managed-by" = "terraform"
  }
}

output "endpoint_names" {
  description = "Endpoint names by target account and model."
  value       = local.endpoint_names
}

output "key_alias_arns" {
  description = "ARNs of key aliases by account and purpose."
  value       = local.key_alias_arns
}

output "key_aliases" {
  description = "Key aliases (with the alias/ prefix) by account and purpose."
  value       = local.key_aliases
}

output "model_package_groups" {
  description = "Names of the model package groups by model."
  value       = local.model_package_groups
}

output "models" {
  description = "The models of the organisation by name, each with description and owner."
  value       = var.organization.models
}

output "organization_id" {
  description = "Identifier of the AWS organisation."
  value       = local._organization.id
}

output "parameter_root" {
  description = "Path under which an account publishes its facts as SSM parameters."
  value       = "/${local._prefix}"
}

output "people" {
  description = "The people of the organisation by name, each with persona and email."
  value       = var.organization.people
}

output "people_by_persona" {
  description = "Names of the people who hold each persona."
  value = {
    for persona in local.personas : persona => sort([
      for name, person in var.organization.people : name if person.persona == persona
    ])
  }
}

output "production_accounts" {
  description = "Keys of the accounts of kind production, in order."
  value       = local.production
}

output "project_names" {
  description = "Build project names by account and purpose."
  value       = local.project_names
}

output "promotion_pipelines" {
  description = "Names of the promotion pipelines by model."
  value       = local.promotion_pipelines
}

output "repository_names" {
  description = "Image repository names by account and purpose."
  value       = local.repository_names
}

output "role_arns" {
  description = "Role ARNs by account and purpose."
  value       = local.role_arns
}

output "role_names" {
  description = "Role names by account and purpose."
  value       = local.role_names
}

output "sagemaker_pipelines" {
  description = "Names of the SageMaker pipelines by model."
  value       = local.sagemaker_pipelines
}

output "sign_in_role_arn" {
  description = "ARN of the role through which people arrive in this account."
  value       = "arn:${local._partition}:iam::${local.accounts[var.account].id}:role/${local._organization.sign_in_role}"
}

output "staging_accounts" {
  description = "Keys of the accounts of kind staging, in order."
  value       = local.staging
}

output "target_accounts" {
  description = "Keys of the accounts that receive releases, in order."
  value       = local.targets
}
