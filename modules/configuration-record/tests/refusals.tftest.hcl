# What the module refuses, one input a rule; the variables are the README's example.

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
