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

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::222222222222:policy/acme-lab-boundary-delivery"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_to_be_switched_off" {
  command = plan

  variables {
    concurrency = 0
  }

  expect_failures = [var.concurrency]
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

run "refuses_an_alias_for_the_log" {
  command = plan

  variables {
    log = { key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/logs" }
  }

  expect_failures = [var.log]
}

run "refuses_a_log_that_is_not_kept_for_a_year" {
  command = plan

  variables {
    log = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs", retention_days = 30 }
  }

  expect_failures = [var.log]
}

run "refuses_a_name_that_lambda_would_not_take" {
  command = plan

  variables {
    name = "Trial!"
  }

  expect_failures = [var.name]
}

run "refuses_a_network_of_one_subnet" {
  command = plan

  variables {
    network = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1"] }
  }

  expect_failures = [var.network]
}

run "refuses_a_network_without_a_group" {
  command = plan

  variables {
    network = { security_group_ids = [], subnet_ids = ["subnet-1", "subnet-2"] }
  }

  expect_failures = [var.network]
}

run "refuses_a_prefix_with_a_wildcard" {
  command = plan

  variables {
    organization_prefix = "*"
  }

  expect_failures = [var.organization_prefix]
}

run "refuses_a_role_name_with_a_slash" {
  command = plan

  variables {
    role_name = "a/b"
  }

  expect_failures = [var.role_name]
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
