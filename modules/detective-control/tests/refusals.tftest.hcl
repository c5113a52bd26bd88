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
  account                = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn           = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  key_alias_arn          = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit"
  kms_key_arn            = "arn:aws:kms:eu-west-1:111111111111:key/audit"
  log                    = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  name                   = "acme-lab-detective"
  network                = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  role_name              = "acme-lab-detective"
  subnet_parameter_names = ["/acme/lab/network/subnet-ids"]
  topic_arn              = "arn:aws:sns:eu-west-1:111111111111:acme-lab-security"
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

run "refuses_a_name_in_capitals" {
  command = plan

  variables {
    name = "Detective"
  }

  expect_failures = [var.name]
}

run "refuses_to_know_no_subnets" {
  command = plan

  variables {
    subnet_parameter_names = []
  }

  expect_failures = [var.subnet_parameter_names]
}

run "refuses_a_parameter_name_without_a_path" {
  command = plan

  variables {
    subnet_parameter_names = ["subnet-ids"]
  }

  expect_failures = [var.subnet_parameter_names]
}
