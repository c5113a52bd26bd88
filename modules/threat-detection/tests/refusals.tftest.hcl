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
  account      = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  function_arn = "arn:aws:lambda:eu-west-1:111111111111:function:acme-lab-detective"
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

run "refuses_a_function_of_another_account" {
  command = plan

  variables {
    function_arn = "arn:aws:lambda:eu-west-1:222222222222:function:acme-lab-detective"
  }

  expect_failures = [var.function_arn]
}

run "refuses_to_wait_a_year_for_unused_access" {
  command = plan

  variables {
    unused_access_days = 365
  }

  expect_failures = [var.unused_access_days]
}
