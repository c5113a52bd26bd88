# What the module refuses, one input a rule; the variables are the README's example.

# A refusal needs no policy: the mocked provider renders none, and starts in a fraction of the time.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json          = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
      minified_json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }
}

variables {
  account             = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn        = "arn:aws:iam::111111111111:policy/acme-lab-boundary-delivery"
  instance_types      = ["ml.m5.large"]
  log                 = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  name                = "acme-lab-trial"
  network             = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  organization_prefix = "acme"
  role_name           = "acme-lab-trial-function"
  serving = {
    bucket_name    = "acme-lab-models"
    capture        = { bucket_name = "acme-lab-data", key_arn = "arn:aws:kms:eu-west-1:111111111111:key/data" }
    key_alias_arn  = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
    key_arn        = "arn:aws:kms:eu-west-1:111111111111:key/models"
    repository_url = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme-lab/model"
    role_arn       = "arn:aws:iam::111111111111:role/acme-lab-serving"
  }
}

run "refuses_an_account_that_is_no_number" {
  command = plan

  variables {
    account = { id = "lab", prefix = "acme-lab", region = "eu-west-1" }
  }

  expect_failures = [var.account]
}

run "refuses_a_pattern_of_instances" {
  command = plan

  variables {
    instance_types = ["ml.m5.*"]
  }

  expect_failures = [var.instance_types]
}

run "refuses_no_type_of_instance" {
  command = plan

  variables {
    instance_types = []
  }

  expect_failures = [var.instance_types]
}

run "refuses_a_prefix_with_a_wildcard" {
  command = plan

  variables {
    organization_prefix = "*"
  }

  expect_failures = [var.organization_prefix]
}

run "refuses_a_serving_role_of_another_account" {
  command = plan

  variables {
    serving = {
      bucket_name    = "acme-lab-models"
      capture        = { bucket_name = "acme-lab-data", key_arn = "arn:aws:kms:eu-west-1:111111111111:key/data" }
      key_alias_arn  = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
      key_arn        = "arn:aws:kms:eu-west-1:111111111111:key/models"
      repository_url = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme-lab/model"
      role_arn       = "arn:aws:iam::222222222222:role/acme-lab-serving"
    }
  }

  expect_failures = [var.serving]
}

run "refuses_an_alias_for_captured_requests" {
  command = plan

  variables {
    serving = {
      bucket_name    = "acme-lab-models"
      capture        = { bucket_name = "acme-lab-data", key_arn = "alias/data" }
      key_alias_arn  = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
      key_arn        = "arn:aws:kms:eu-west-1:111111111111:key/models"
      repository_url = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme-lab/model"
      role_arn       = "arn:aws:iam::111111111111:role/acme-lab-serving"
    }
  }

  expect_failures = [var.serving]
}
