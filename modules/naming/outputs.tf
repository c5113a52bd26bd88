output "account" {
  description = "The account that this root lays out: name, id, kind, region, partition, prefix, network, business_unit and evidence (days and lock)."
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

output "approval_valid_minutes" {
  description = "How long a signed approval counts."
  value       = var.organization.promotion.approval_valid_minutes

  precondition {
    condition = (
      floor(var.organization.promotion.approval_valid_minutes) == var.organization.promotion.approval_valid_minutes
      && var.organization.promotion.approval_valid_minutes >= 5
      && var.organization.promotion.approval_valid_minutes <= 10080
    )
    error_message = "organization.yaml: promotion.approval_valid_minutes must be a whole number from 5 to 10080, got ${var.organization.promotion.approval_valid_minutes}."
  }
}

output "approvals" {
  description = "How many release managers must have signed before a release reaches accounts of a kind, by kind of target."
  value       = var.organization.promotion.approvals

  precondition {
    condition = alltrue([
      for number in values(var.organization.promotion.approvals) :
      floor(number) == number && number >= 0 && number <= 5
    ])
    error_message = "organization.yaml: promotion.approvals.* must be a whole number from 0 to 5, got ${jsonencode(var.organization.promotion.approvals)}."
  }

  precondition {
    condition     = var.organization.promotion.approvals.production >= 1
    error_message = "organization.yaml: promotion.approvals.production must be at least 1, got ${var.organization.promotion.approvals.production}."
  }

  precondition {
    condition = alltrue([
      for unit in distinct(values(var.organization.accounts)[*].business_unit) : length([
        for person in values(var.organization.people) : person if person.persona == "release-manager" && (
          person.business_unit == null || person.business_unit == unit
        )
      ]) >= max(values(var.organization.promotion.approvals)...)
    ])
    error_message = "organization.yaml: promotion.approvals.* must be no more than the release managers of each business unit, got ${jsonencode(var.organization.promotion.approvals)} for ${length([for person in values(var.organization.people) : person if person.persona == "release-manager"])} in all."
  }
}

output "artifact_stores" {
  description = "Bucket and key alias through which promotions of the business unit hand artefacts over, by region."
  value       = local.artifact_stores
}

output "boundary_arns" {
  description = "ARNs of the permissions boundaries by account and class."
  value       = local.boundary_arns
}

output "boundary_names" {
  description = "Names of the permissions boundaries by account and class."
  value       = local.boundary_names
}

output "branch_prefix" {
  description = "What the names of pipelines and registry groups of experiment branches begin with."
  value       = local.branch_prefix
}

output "bucket_names" {
  description = "Bucket names by account and purpose."
  value       = local.bucket_names
}

output "business_unit" {
  description = "Business unit of the account; data_science_account, targets, models and people are those of it."
  value       = local.unit
}

output "data_science_account" {
  description = "Key of the account in which the models of the business unit are built."
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
  description = "Endpoint names by target account and model of the account's business unit that answers row by row."
  value       = local.endpoint_names
}

output "entry_networks" {
  description = "Private address ranges from which people reach this account: its own network and those that are connected to it."
  value       = concat([local.accounts[var.account].network.cidr], local._organization.entry_networks)
}

output "forecast_pipelines" {
  description = "Names of the pipelines that forecast, by model of the business unit that answers in batches."
  value       = local.forecast_pipelines
}

output "forge" {
  description = "Where changes come from: issuer of tokens, and the subjects that may plan and apply this account."
  value       = local.forge
}

output "keeps_account_settings" {
  description = "Whether this root lays out what exists once per AWS account; where accounts share one id, only one root does."
  value       = local._keeper == var.account
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
  description = "Names of the model package groups by model of the business unit."
  value       = local.model_package_groups
}

output "models" {
  description = "The models of the business unit by name, each with description, owner, answers, promotes, business_unit and triggers (null where training starts on demand only)."
  value       = local.models
}

output "organization_id" {
  description = "Identifier of the AWS organisation."
  value       = local._organization.id
}

output "package_domain_name" {
  description = "Name of the package domain in the business unit's data-science account."
  value       = "${local.accounts[local.data_science].prefix}-packages"
}

output "parameter_root" {
  description = "Path under which this account publishes its facts as SSM parameters."
  value       = "/${local._prefix}/${var.account}"
}

output "people" {
  description = "The people who work in the business unit by name, each with persona, email and business_unit."
  value       = local.people
}

output "people_by_persona" {
  description = "Names of the people of the business unit who hold each persona."
  value = {
    for persona in local.personas : persona => sort([
      for name, person in local.people : name if person.persona == persona
    ])
  }
}

output "production_accounts" {
  description = "Keys of the accounts of kind production in the business unit, in order."
  value       = local.production
}

output "project_names" {
  description = "Build project names by account and purpose."
  value       = local.project_names
}

output "promotion_pipelines" {
  description = "Names of the promotion pipelines by model of the business unit that answers at endpoints."
  value       = local.promotion_pipelines
}

output "replica_regions" {
  description = "Regions of targets of the business unit that are not the data-science account's own, in order."
  value       = local.replica_regions
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

output "rollback_pipelines" {
  description = "Names of the pipelines that take production back, by model."
  value       = local.rollback_pipelines
}

output "sagemaker_pipelines" {
  description = "Names of the SageMaker pipelines by model of the business unit."
  value       = local.sagemaker_pipelines
}

output "sign_in_role_arn" {
  description = "ARN of the role through which people arrive in this account."
  value       = "arn:${local._partition}:iam::${local.accounts[var.account].id}:role/${local._sign_in_role}"
}

output "sign_in_tag" {
  description = "Key of the principal tag by which the identity provider tells who arrived; null where it does not."
  value       = local._organization.sign_in_tag
}

output "single_account" {
  description = "Whether all accounts are one AWS account, as in a trial."
  value       = local._organization.single_account
}

output "staging_accounts" {
  description = "Keys of the accounts of kind staging in the business unit, in order."
  value       = local.staging
}

output "state_bucket_names" {
  description = "Names of the buckets that keep Terraform state, by account."
  value       = local.state_bucket_names
}

output "state_key_alias_arns" {
  description = "ARNs of the aliases of the keys of Terraform state, by account."
  value       = local.state_key_alias_arns
}

output "state_key_aliases" {
  description = "Aliases (with the alias/ prefix) of the keys of Terraform state, by account."
  value       = local.state_key_aliases
}

output "studio_role_arns" {
  description = "ARNs of the Studio execution roles by data-science account and person."
  value       = local.studio_role_arns
}

output "studio_role_names" {
  description = "Names of the Studio execution roles by data-science account and person."
  value       = local.studio_role_names
}

output "target_accounts" {
  description = "Keys of the accounts that receive releases in the business unit, in order."
  value       = local.targets
}

output "trial_names" {
  description = "Names of the trials by model of the business unit: of the endpoint, and of the pipeline that deploys it."
  value       = local.trial_names
}

output "trusted_keys_parameter_names" {
  description = "Names of the SSM parameters that hold the keys whose signatures a target believes, by target account."
  value = {
    for name, account in local.accounts : name => "/${local._prefix}/${name}/release/trusted-keys"
    if account.kind != "data-science"
  }
}

output "units" {
  description = "Organisational units by kind of account; guardrails attach there."
  value       = local._organization.units
}
