# Every rule about an input refuses what breaks it.

# A refusal needs no policy: the mocked provider renders none, and starts in a fraction of the time.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json          = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
      minified_json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  account       = { id = "111111111111", name = "lab", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arns = ["arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"]
  organization  = { id = "o-a1b2c3d4e5", prefix = "acme" }

  forge = {
    apply_subject = "repo:acme/platform:environment:lab"
    issuer        = "token.actions.githubusercontent.com"
    plan_subject  = "repo:acme/platform:pull_request"
  }
  parameter_root = "/acme/lab"
  passed_roles = {
    "codebuild.amazonaws.com" = ["arn:aws:iam::111111111111:role/acme-lab-model-build"]
    "sagemaker.amazonaws.com" = ["arn:aws:iam::111111111111:role/acme-lab-studio-*"]
  }
  sign_in = {
    role_arn          = "arn:aws:iam::111111111111:role/OrganizationAccountAccessRole"
    source_identities = ["petra"]
  }
  state = {
    bucket_name     = "acme-lab-tfstate-111111111111"
    key_alias_arn   = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-tfstate"
    log_bucket_name = "acme-lab-tfstate-logs-111111111111"
    path            = "accounts/lab/terraform.tfstate"
    setup_path      = "bootstrap/lab/terraform.tfstate"
  }
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_to_let_roles_be_created_without_a_boundary" {
  command = plan

  variables {
    boundary_arns = []
  }

  expect_failures = [var.boundary_arns]
}

run "refuses_every_policy_as_a_boundary" {
  command = plan

  variables {
    boundary_arns = ["arn:aws:iam::111111111111:policy/*"]
  }

  expect_failures = [var.boundary_arns]
}

run "refuses_an_issuer_with_a_scheme" {
  command = plan

  variables {
    forge = merge(var.forge, { issuer = "https://token.actions.githubusercontent.com" })
  }

  expect_failures = [var.forge]
}

run "refuses_every_branch_as_a_subject" {
  command = plan

  variables {
    forge = merge(var.forge, { apply_subject = "repo:acme/platform:*" })
  }

  expect_failures = [var.forge]
}

run "refuses_that_who_proposes_applies" {
  command = plan

  variables {
    forge = merge(var.forge, { plan_subject = "repo:acme/platform:environment:lab" })
  }

  expect_failures = [var.forge]
}

run "refuses_every_region_at_once" {
  command = plan

  variables {
    further_regions = ["*"]
  }

  expect_failures = [var.further_regions]
}

run "refuses_a_given_network_of_another_account" {
  command = plan

  variables {
    network_arns = ["arn:aws:ec2:eu-west-1:222222222222:vpc/vpc-0123"]
  }

  expect_failures = [var.network_arns]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization = { id = "acme", prefix = "acme" }
  }

  expect_failures = [var.organization]
}

run "refuses_a_prefix_that_is_not_the_accounts" {
  command = plan

  variables {
    organization = { id = "o-a1b2c3d4e5", prefix = "other" }
  }

  expect_failures = [var.organization]
}

run "refuses_all_parameters_at_once" {
  command = plan

  variables {
    parameter_root = "/"
  }

  expect_failures = [var.parameter_root]
}

run "refuses_to_pass_roles_to_no_service" {
  command = plan

  variables {
    passed_roles = { "*" = ["arn:aws:iam::111111111111:role/acme-lab-model-build"] }
  }

  expect_failures = [var.passed_roles]
}

run "refuses_to_pass_every_role" {
  command = plan

  variables {
    passed_roles = { "codebuild.amazonaws.com" = ["arn:aws:iam::111111111111:role/*"] }
  }

  expect_failures = [var.passed_roles]
}

run "refuses_a_whole_account_as_the_way_in" {
  command = plan

  variables {
    sign_in = merge(var.sign_in, { role_arn = "arn:aws:iam::111111111111:root" })
  }

  expect_failures = [var.sign_in]
}

run "refuses_a_set_up_without_a_platform_admin" {
  command = plan

  variables {
    sign_in = merge(var.sign_in, { source_identities = [] })
  }

  expect_failures = [var.sign_in]
}

run "refuses_any_name_as_a_platform_admin" {
  command = plan

  variables {
    sign_in = merge(var.sign_in, { source_identities = ["*"] })
  }

  expect_failures = [var.sign_in]
}

run "refuses_a_key_by_its_id" {
  command = plan

  variables {
    state = merge(var.state, { key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:key/1" })
  }

  expect_failures = [var.state]
}

run "refuses_every_object_as_state" {
  command = plan

  variables {
    state = merge(var.state, { path = "*" })
  }

  expect_failures = [var.state]
}

run "refuses_templates_in_a_bucket_of_somebody_else" {
  command = plan

  variables {
    template_bucket_name = "elsewhere-catalog"
  }

  expect_failures = [var.template_bucket_name]
}

run "refuses_one_object_for_both_states" {
  command = plan

  variables {
    state = merge(var.state, { setup_path = "accounts/lab/terraform.tfstate" })
  }

  expect_failures = [var.state]
}

run "refuses_to_believe_a_pattern_of_accounts" {
  command = plan

  variables {
    signing_account_ids = ["*"]
  }

  expect_failures = [var.signing_account_ids]
}

run "refuses_forecasts_of_another_account" {
  command = plan

  variables {
    forecasts = { name = "other-lab-forecasts" }
  }

  expect_failures = [var.forecasts]
}

run "refuses_features_of_another_account" {
  command = plan

  variables {
    features = "other-lab-features"
  }

  expect_failures = [var.features]
}
