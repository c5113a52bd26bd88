# Which names follow from the organisation.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account = "lab"
  organization = {
    schema_version = 1
    organization = {
      id                    = "o-a1b2c3d4e5"
      management_account_id = "999999999999"
      prefix                = "acme"
      region                = "eu-west-1"
      sign_in_role          = "AcmeSignIn"
    }
    accounts = {
      lab        = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] } }
      rehearsal  = { id = "222222222222", kind = "staging", network = { cidr = "10.17.0.0/16", zones = ["a", "b"] } }
      production = { id = "333333333333", kind = "production", region = "us-east-1", network = { cidr = "10.18.0.0/16", zones = ["a", "b"] } }
    }
    people = {
      omar  = { email = "omar@example.com", persona = "auditor" }
      sofia = { email = "sofia@example.com", persona = "data-scientist" }
      tara  = { email = "tara@example.com", persona = "data-scientist" }
    }
    models = { churn = { description = "Tells who leaves.", owner = "sofia" } }
  }
}

run "derives_names_from_prefix_account_and_purpose" {
  command = plan

  assert {
    condition     = output.account.prefix == "acme-lab" && output.account.region == "eu-west-1" && output.accounts.production.region == "us-east-1"
    error_message = "An account must have its prefix, and its own region where it names one."
  }

  assert {
    condition     = output.role_arns.rehearsal.deploy == "arn:aws:iam::222222222222:role/acme-rehearsal-deploy" && output.bucket_names.lab.data == "acme-lab-data-111111111111"
    error_message = "Roles and buckets must be named by account and purpose."
  }

  assert {
    condition     = output.key_alias_arns.production.models == "arn:aws:kms:us-east-1:333333333333:alias/acme-production-models" && output.key_aliases.lab.studio == "alias/acme-lab-studio"
    error_message = "Aliases must be named in the account's own region."
  }

  assert {
    condition     = output.repository_names.lab.model == "acme/model" && output.project_names.lab.model-build == "acme-lab-model-build" && output.endpoint_names.production.churn == "acme-production-churn"
    error_message = "Repositories, projects and endpoints must be named."
  }

  assert {
    condition     = output.promotion_pipelines.churn == "acme-churn-promotion" && output.sagemaker_pipelines.churn == "acme-churn" && output.model_package_groups.churn == "acme-churn"
    error_message = "What belongs to a model must be named by it."
  }

  assert {
    condition     = output.sign_in_role_arn == "arn:aws:iam::111111111111:role/AcmeSignIn" && output.parameter_root == "/acme"
    error_message = "People must arrive by the sign-in role of the account."
  }
}

run "tells_accounts_apart_by_kind" {
  command = plan

  assert {
    condition     = output.data_science_account == "lab" && output.target_accounts == tolist(["production", "rehearsal"]) && output.staging_accounts == tolist(["rehearsal"]) && output.production_accounts == tolist(["production"])
    error_message = "Accounts must be sorted by kind."
  }

  assert {
    condition     = !contains(keys(output.role_names.lab), "deploy") && !contains(keys(output.role_names.production), "promotion")
    error_message = "A role must exist in its kind of account only."
  }

  assert {
    condition     = output.people_by_persona.data-scientist == tolist(["sofia", "tara"]) && length(output.people_by_persona.release-manager) == 0
    error_message = "People must be sorted by persona."
  }

  assert {
    condition     = output.approval_timeout_minutes == 10080
    error_message = "A release must wait a week unless said otherwise."
  }
}
