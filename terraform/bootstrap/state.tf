# Where Terraform keeps what it knows of the account. The roles that plan and apply use key and
# bucket and cannot change either; the sign-in role changes them and cannot read what is in them.

locals {
  _state = {
    bucket_name     = module.naming.state_bucket_names[var.account]
    key_alias_arn   = module.naming.state_key_alias_arns[var.account]
    log_bucket_name = "${local.account.prefix}-tfstate-logs-${local.account.id}"
    path            = "accounts/${var.account}/terraform.tfstate"
    setup_path      = "bootstrap/${var.account}/terraform.tfstate"
  }
}

module "state_key" {
  source = "../../modules/customer-key"

  account         = local.account
  administrators  = [module.naming.sign_in_role_arn]
  description     = "Protects the Terraform state of ${local.account.prefix}."
  organization_id = module.naming.organization_id
  purpose         = "tfstate"

  users = {
    terraform = {
      role_arns    = [local.roles.apply, local.roles.plan, local._state_role]
      via_services = ["s3"]
    }
  }
}

module "state_bucket" {
  source = "../../modules/secure-bucket"

  account         = local.account
  housekeepers    = [module.naming.sign_in_role_arn]
  kms_key_arn     = module.state_key.key_arn
  log_bucket      = module.state_log_bucket.name
  name            = local._state.bucket_name
  organization_id = module.naming.organization_id

  outside_endpoints = {
    terraform = {
      reason    = "Terraform runs in the forge or at an administrator's desk, outside every network of the platform."
      role_arns = [local.roles.apply, local.roles.plan, local._state_role]
    }
  }
}

module "state_log_bucket" {
  source = "../../modules/secure-bucket"

  account         = local.account
  housekeepers    = [local.roles.apply, local.roles.plan, module.naming.sign_in_role_arn]
  name            = local._state.log_bucket_name
  organization_id = module.naming.organization_id
  retention       = { current_days = 365 }
  service_writers = { access-logs = { principal = "logging.s3.amazonaws.com" } }
}
