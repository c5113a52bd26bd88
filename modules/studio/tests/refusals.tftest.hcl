# Every rule about an input refuses what breaks it.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account            = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  execution_role_arn = "arn:aws:iam::111111111111:role/acme-lab-studio"
  kms_key_arn        = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  people             = { sofia = { persona = "data-scientist" } }
  security_group_id  = "sg-0a1b2c3d"
  subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
  vpc_id             = "vpc-0a1b2c3d"
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_an_execution_role_with_a_wildcard" {
  command = plan

  variables {
    execution_role_arn = "arn:aws:iam::111111111111:role/*"
  }

  expect_failures = [var.execution_role_arn]
}

run "refuses_an_execution_role_of_another_account" {
  command = plan

  variables {
    execution_role_arn = "arn:aws:iam::222222222222:role/acme-lab-studio"
  }

  expect_failures = [var.execution_role_arn]
}

run "refuses_an_unknown_fate_of_home_directories" {
  command = plan

  variables {
    home_retention = "Keep"
  }

  expect_failures = [var.home_retention]
}

run "refuses_applications_that_idle_for_days" {
  command = plan

  variables {
    idle_timeout_minutes = 10000
  }

  expect_failures = [var.idle_timeout_minutes]
}

run "refuses_an_alias_in_place_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_person_with_an_underscore" {
  command = plan

  variables {
    people = { sofia_k = { persona = "lead" } }
  }

  expect_failures = [var.people]
}

run "refuses_people_whose_profiles_would_be_one" {
  command = plan

  variables {
    people = { "sofia.k" = { persona = "lead" }, sofia-k = { persona = "lead" } }
  }

  expect_failures = [var.people]
}

run "refuses_a_profile_for_whoever_releases" {
  command = plan

  variables {
    profile_personas = ["release-manager"]
  }

  expect_failures = [var.profile_personas]
}

run "refuses_a_security_group_by_name" {
  command = plan

  variables {
    security_group_id = "default"
  }

  expect_failures = [var.security_group_id]
}

run "refuses_a_domain_in_a_single_subnet" {
  command = plan

  variables {
    subnet_ids = ["subnet-0a1b2c3d"]
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_a_network_by_name" {
  command = plan

  variables {
    vpc_id = "default"
  }

  expect_failures = [var.vpc_id]
}
