# What the module refuses, one input a rule; the variables are the README's example.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account     = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  bucket_name = "acme-lab-configuration-111111111111"
  kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/audit"
  name        = "acme-lab"
}

run "plans_the_example" {
  command = plan
}

run "refuses_an_account_id_that_is_no_account_id" {
  command = plan

  variables {
    account = { id = "1111", prefix = "acme-lab", region = "eu-west-1" }
  }

  expect_failures = [var.account]
}

run "refuses_a_bucket_name_in_capitals" {
  command = plan

  variables {
    bucket_name = "Trail"
  }

  expect_failures = [var.bucket_name]
}

run "refuses_an_alias_for_the_key" {
  command = plan

  variables {
    kms_key_arn = "alias/acme-lab-audit"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_name_with_a_slash" {
  command = plan

  variables {
    name = "acme/lab"
  }

  expect_failures = [var.name]
}

run "refuses_to_forget_within_a_year" {
  command = plan

  variables {
    retention_days = 30
  }

  expect_failures = [var.retention_days]
}
