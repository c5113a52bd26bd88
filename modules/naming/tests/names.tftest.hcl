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
      units = {
        data-science = "ou-a1b2-c3d4e5f6"
        staging      = "ou-a1b2-d4e5f6a7"
        production   = "ou-a1b2-e5f6a7b8"
      }
    }
    forge = {
      issuer        = "token.actions.githubusercontent.com"
      plan_subject  = "repo:acme/platform:pull_request"
      apply_subject = "repo:acme/platform:environment:{account}"
    }
    accounts = {
      lab        = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] } }
      rehearsal  = { id = "222222222222", kind = "staging", network = { cidr = "10.17.0.0/16", zones = ["a", "b"] } }
      production = { id = "333333333333", kind = "production", region = "us-east-1", network = { cidr = "10.18.0.0/16", zones = ["a", "b"] } }
    }
    people = {
      omar  = { email = "omar@example.com", persona = "auditor" }
      rita  = { email = "rita@example.com", persona = "release-manager" }
      sofia = { email = "sofia@example.com", persona = "data-scientist" }
      tara  = { email = "tara@example.com", persona = "data-scientist" }
    }
    models = { churn = { description = "Tells who leaves.", owner = "sofia" } }
  }
}

run "an_account_of_identity_center_has_a_role_of_its_own" {
  command = plan

  variables {
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { entry_networks = ["10.99.0.0/16"], sign_in_tag = "person" })
      accounts = merge(var.organization.accounts, {
        lab = merge(var.organization.accounts.lab, { sign_in_role = "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Acme_0123456789abcdef" })
      })
    })
  }

  assert {
    condition     = output.sign_in_role_arn == "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Acme_0123456789abcdef"
    error_message = "The role of the account must be taken, with its path."
  }

  assert {
    condition     = output.sign_in_tag == "person" && output.entry_networks == ["10.16.0.0/16", "10.99.0.0/16"]
    error_message = "Tag and networks must be told."
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
    condition     = output.repository_names.lab.model == "acme-lab/model" && output.project_names.lab.model-build == "acme-lab-model-build" && output.endpoint_names.production.churn == "acme-production-churn"
    error_message = "Repositories, projects and endpoints must be named."
  }

  assert {
    condition     = output.promotion_pipelines.churn == "acme-churn-promotion" && output.sagemaker_pipelines.churn == "acme-churn" && output.model_package_groups.churn == "acme-churn"
    error_message = "What belongs to a model must be named by it."
  }

  assert {
    condition     = output.forecast_pipelines == {}
    error_message = "What answers at endpoints must have no pipeline that forecasts."
  }

  assert {
    condition     = output.sign_in_role_arn == "arn:aws:iam::111111111111:role/AcmeSignIn" && output.sign_in_tag == null && output.entry_networks == ["10.16.0.0/16"] && output.parameter_root == "/acme/lab"
    error_message = "People must arrive by the sign-in role of the account."
  }
}

run "hands_artefacts_over_in_the_region_of_each_target" {
  command = plan

  assert {
    condition     = join(" ", output.replica_regions) == "us-east-1" && join(" ", keys(output.artifact_stores)) == "eu-west-1 us-east-1"
    error_message = "Each region of a target must have an artefact store."
  }

  assert {
    condition     = output.artifact_stores["eu-west-1"].bucket_name == "acme-lab-artifacts-111111111111" && output.artifact_stores["us-east-1"].bucket_name == "acme-lab-us-east-1-111111111111" && output.artifact_stores["us-east-1"].key_alias_arn == "arn:aws:kms:us-east-1:111111111111:alias/acme-lab-artifacts-us-east-1"
    error_message = "An artefact store of another region must be named by it."
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
    condition     = output.people_by_persona.data-scientist == tolist(["sofia", "tara"]) && output.people_by_persona.release-manager == tolist(["rita"]) && length(output.people_by_persona.lead) == 0
    error_message = "People must be sorted by persona."
  }

  assert {
    condition     = output.approval_timeout_minutes == 10080
    error_message = "A release must wait a week unless said otherwise."
  }

  assert {
    condition     = output.approvals.staging == 0 && output.approvals.production == 1 && output.approval_valid_minutes == 1440
    error_message = "Production must want one approval, which counts for a day, unless said otherwise."
  }
}

run "names_a_key_for_everybody_who_signs" {
  command = plan

  assert {
    condition     = output.key_aliases.lab.release-signing == "alias/acme-lab-release-signing" && output.key_aliases.lab.approval-rita == "alias/acme-lab-approval-rita"
    error_message = "The account that builds must have a key for releases, and one for each release manager."
  }

  assert {
    condition     = output.key_aliases.rehearsal.test-signing == "alias/acme-rehearsal-test-signing" && !contains(keys(output.key_aliases.production), "test-signing") && !contains(keys(output.key_aliases.production), "approval-rita")
    error_message = "Tests must be signed where they are made, in staging, and decisions nowhere but in the account that builds."
  }

  assert {
    condition     = output.trusted_keys_parameter_names == { production = "/acme/production/release/trusted-keys", rehearsal = "/acme/rehearsal/release/trusted-keys" }
    error_message = "Each target must have a place for the keys that it trusts."
  }
}

run "names_what_bounds_and_reaches_an_account" {
  command = plan

  assert {
    condition     = output.boundary_names.lab.persona == "acme-lab-boundary-persona" && output.boundary_arns.production.delivery == "arn:aws:iam::333333333333:policy/acme-production-boundary-delivery" && length(output.boundary_arns.rehearsal) == 4
    error_message = "Boundaries must be named by account and class."
  }

  assert {
    condition     = join(" ", keys(output.studio_role_arns)) == "lab" && join(" ", values(output.studio_role_arns.lab)) == "arn:aws:iam::111111111111:role/acme-lab-studio-sofia arn:aws:iam::111111111111:role/acme-lab-studio-tara"
    error_message = "Whoever works in Studio must have a role of their own, and nobody else."
  }

  assert {
    condition     = output.state_bucket_names.production == "acme-production-tfstate-333333333333" && output.state_key_aliases.lab == "alias/acme-lab-tfstate" && output.state_key_alias_arns.production == "arn:aws:kms:us-east-1:333333333333:alias/acme-production-tfstate"
    error_message = "State must have its place in every account."
  }

  assert {
    condition     = output.forge.apply_subject == "repo:acme/platform:environment:lab" && output.forge.plan_subject == "repo:acme/platform:pull_request" && output.units.staging == "ou-a1b2-d4e5f6a7"
    error_message = "The forge must be told apart by the account that it applies."
  }

  assert {
    condition     = output.package_domain_name == "acme-lab-packages" && output.keeps_account_settings && output.business_unit == "main"
    error_message = "An account of its own must keep its own settings."
  }
}

run "tells_business_units_apart" {
  command = plan

  variables {
    account = "risk-live"
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        risk-lab  = { id = "444444444444", kind = "data-science", business_unit = "risk", network = { cidr = "10.20.0.0/16", zones = ["a", "b"] } }
        risk-test = { id = "555555555555", kind = "staging", business_unit = "risk", network = { cidr = "10.21.0.0/16", zones = ["a", "b"] } }
        risk-live = { id = "666666666666", kind = "production", business_unit = "risk", network = { cidr = "10.22.0.0/24", vpc_id = "vpc-0123", subnet_ids = ["subnet-0123"], route_table_ids = ["rtb-0123"] } }
      })
      people = merge(var.organization.people, {
        rosa = { email = "rosa@example.com", persona = "lead", business_unit = "risk" }
        max  = { email = "max@example.com", persona = "lead", business_unit = "main" }
      })
      models = merge(var.organization.models, {
        default = { description = "Tells who defaults.", owner = "rosa", business_unit = "risk" }
      })
    })
  }

  assert {
    condition     = output.data_science_account == "risk-lab" && output.target_accounts == tolist(["risk-live", "risk-test"]) && output.staging_accounts == tolist(["risk-test"]) && output.production_accounts == tolist(["risk-live"])
    error_message = "Accounts must be those of the business unit."
  }

  assert {
    condition     = join(" ", keys(output.models)) == "default" && join(" ", keys(output.model_package_groups)) == "default" && join(" ", values(output.endpoint_names.risk-live)) == "acme-risk-live-default" && join(" ", values(output.endpoint_names.production)) == "acme-production-churn"
    error_message = "Models must be those of the business unit."
  }

  assert {
    condition     = join(" ", keys(output.people)) == "omar rita rosa sofia tara" && output.people_by_persona.lead == tolist(["rosa"]) && join(" ", keys(output.studio_role_names.lab)) == "max sofia tara"
    error_message = "People must be those of the business unit and those who work in all."
  }

  assert {
    condition     = output.package_domain_name == "acme-risk-lab-packages" && output.account.network.vpc_id == "vpc-0123"
    error_message = "Each business unit must have packages of its own."
  }
}

run "keeps_account_settings_once_where_accounts_share_an_id" {
  command = plan

  variables {
    account = "rehearsal"
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { single_account = true })
      accounts = {
        lab        = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] } }
        rehearsal  = { id = "111111111111", kind = "staging", network = { cidr = "10.17.0.0/16", zones = ["a", "b"] } }
        production = { id = "111111111111", kind = "production", network = { cidr = "10.18.0.0/16", zones = ["a", "b"] } }
      }
    })
  }

  assert {
    condition     = !output.keeps_account_settings
    error_message = "Only the data-science account may lay out what exists once."
  }

  assert {
    condition     = length(distinct(flatten([for roles in values(output.role_arns) : values(roles)]))) == length(flatten([for roles in values(output.role_arns) : values(roles)]))
    error_message = "No two roles of one AWS account may share a name."
  }
}

run "locks_evidence_against_everybody_in_production_only_unless_told_otherwise" {
  command = plan

  assert {
    condition     = { for name, account in output.accounts : name => account.evidence.lock } == { for name, account in output.accounts : name => account.kind == "production" ? "COMPLIANCE" : "GOVERNANCE" }
    error_message = "Only production must lock evidence against everybody."
  }

  assert {
    condition     = alltrue([for account in output.accounts : account.evidence.days == 365])
    error_message = "Evidence must be kept for a year."
  }
}

run "a_model_that_answers_in_batches_forecasts_and_is_not_promoted" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = merge(values(var.organization.models)[0], { answers = "batch" }) }
    })
  }

  assert {
    condition     = output.forecast_pipelines == { churn = "acme-churn-forecast" } && output.promotion_pipelines == {} && output.rollback_pipelines == {}
    error_message = "A model that answers in batches must have a pipeline that forecasts and none that promotes."
  }
}

run "feature_groups_are_those_of_the_business_unit" {
  command = plan

  variables {
    organization = merge(var.organization, {
      features = {
        image  = "sha256:${join("", [for _ in range(64) : "a"])}"
        groups = { visits = { columns = { id = "text" }, description = "Visits.", owner = "sofia", record_id = "id" } }
      }
    })
  }

  assert {
    condition     = keys(output.feature_groups) == ["visits"] && output.feature_groups.visits.event_time == null
    error_message = "A group of the business unit must be there, with the time of arrival where it tells none."
  }

  assert {
    condition     = output.role_names.lab.features-processing == "acme-lab-features-processing"
    error_message = "The job's role must be named as the boundary of workloads lets it be passed."
  }
}

run "tells_who_looks_at_forecasts_and_with_which_role" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "sofia", answers = "batch" } }
      accounts = merge(var.organization.accounts, {
        lab = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] }, dashboard = { readers = ["user/default/ann@example.com", "group/default/business"], identity_region = "us-east-1" } }
      })
    })
  }

  assert {
    condition     = output.dashboard.reader_arns == ["arn:aws:quicksight:us-east-1:111111111111:group/default/business", "arn:aws:quicksight:us-east-1:111111111111:user/default/ann@example.com"]
    error_message = "Readers must be found in the region in which QuickSight keeps them."
  }

  assert {
    condition     = output.dashboard.role_arn == "arn:aws:iam::111111111111:role/service-role/aws-quicksight-s3-consumers-role-v0"
    error_message = "The role must be the one that QuickSight takes for Athena unless another one is told."
  }

  assert {
    condition     = output.forecasts_name == "acme-lab-forecasts"
    error_message = "The work group must be named by the account that forecasts."
  }
}

run "has_no_dashboard_unless_it_is_told" {
  command = plan

  assert {
    condition     = output.dashboard == null
    error_message = "Without readers there must be no dashboard."
  }
}
