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
  account           = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn      = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  bucket_name       = "acme-lab-trail-111111111111"
  data_bucket_names = ["acme-lab-data-111111111111"]
  kms_key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/audit"
  log               = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  name              = "acme-lab"
  role_name         = "acme-lab-trail"
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

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::222222222222:policy/acme-lab-boundary-service"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_a_bucket_name_in_capitals" {
  command = plan

  variables {
    bucket_name = "Trail"
  }

  expect_failures = [var.bucket_name]
}

run "refuses_to_record_no_data" {
  command = plan

  variables {
    data_bucket_names = []
  }

  expect_failures = [var.data_bucket_names]
}

run "refuses_to_record_its_own_deliveries" {
  command = plan

  variables {
    data_bucket_names = ["acme-lab-data-111111111111", "acme-lab-trail-111111111111"]
  }

  expect_failures = [var.data_bucket_names]
}

run "refuses_an_alias_for_the_key" {
  command = plan

  variables {
    kms_key_arn = "alias/acme-lab-audit"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_an_alias_for_the_key_of_the_log" {
  command = plan

  variables {
    log = { key_arn = "alias/acme-lab-logs" }
  }

  expect_failures = [var.log]
}

run "refuses_a_log_of_less_than_a_year" {
  command = plan

  variables {
    log = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs", retention_days = 90 }
  }

  expect_failures = [var.log]
}

run "refuses_a_name_that_starts_with_a_digit" {
  command = plan

  variables {
    name = "1-trail"
  }

  expect_failures = [var.name]
}

run "refuses_a_role_name_with_a_slash" {
  command = plan

  variables {
    role_name = "audit/trail"
  }

  expect_failures = [var.role_name]
}
