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
  account         = { id = "111111111111", name = "lab", prefix = "acme-lab", region = "eu-west-1" }
  organization_id = "o-a1b2c3d4e5"
  models = {
    churn = { description = "Tells who leaves.", group_name = "acme-churn", owner = "sofia" }
  }
  readers = ["arn:aws:iam::222222222222:role/acme-staging-release"]
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_a_group_name_with_a_slash" {
  command = plan

  variables {
    models = { churn = merge(var.models.churn, { group_name = "acme/churn" }) }
  }

  expect_failures = [var.models]
}

run "refuses_two_models_in_one_group" {
  command = plan

  variables {
    models = merge(var.models, { fraud = var.models.churn })
  }

  expect_failures = [var.models]
}

run "refuses_an_organisation_that_is_none" {
  command = plan

  variables {
    organization_id = "r-1234"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_reader_that_is_a_whole_account" {
  command = plan

  variables {
    readers = ["arn:aws:iam::222222222222:root"]
  }

  expect_failures = [var.readers]
}

run "refuses_a_reader_with_a_wildcard" {
  command = plan

  variables {
    readers = ["arn:aws:iam::222222222222:role/acme-*"]
  }

  expect_failures = [var.readers]
}

run "refuses_a_reader_of_its_own_account" {
  command = plan

  variables {
    readers = ["arn:aws:iam::111111111111:role/acme-lab-lead"]
  }

  expect_failures = [var.readers]
}
