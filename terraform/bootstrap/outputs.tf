output "account_id" {
  description = "Id of the account."
  value       = local.account.id
}

output "backend" {
  description = "Where the state of the account's own root is kept, as arguments of an s3 backend."
  value = {
    bucket       = module.state_bucket.name
    encrypt      = true
    key          = local._state.path
    kms_key_id   = local._state.key_alias_arn
    region       = local.account.region
    use_lockfile = true
  }
}

output "backend_hcl" {
  description = "The backend block with which this root moves its own state into the bucket, through the role that keeps it."
  value       = <<-EOT
    terraform {
      backend "s3" {
        allowed_account_ids = ["${local.account.id}"]
        bucket              = "${module.state_bucket.name}"
        encrypt             = true
        key                 = "${local._state.setup_path}"
        kms_key_id          = "${local._state.key_alias_arn}"
        region              = "${local.account.region}"
        use_lockfile        = true
        assume_role = {
          role_arn        = "${module.deployment_access.role_arns.state}"
          source_identity = "${module.naming.people_by_persona["platform-admin"][0]}"
        }
      }
    }
  EOT
}

output "boundary_arns" {
  description = "ARNs of the boundaries of the account's roles, by class."
  value       = module.permissions_boundaries.arns
}

output "forge_provider_arn" {
  description = "ARN of the provider of the forge's identities."
  value       = "arn:${local._partition}:iam::${local.account.id}:oidc-provider/${module.naming.forge.issuer}"

  depends_on = [aws_iam_openid_connect_provider.forge]
}

output "role_arns" {
  description = "ARNs of the roles that apply, plan and keep the state of this set-up."
  value       = module.deployment_access.role_arns
}

output "state_bucket_name" {
  description = "Name of the bucket that keeps state."
  value       = module.state_bucket.name
}

output "state_key_alias_arn" {
  description = "ARN of the alias of the key that encrypts state."
  value       = module.state_key.alias_arn
}
