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

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::222222222222:policy/acme-lab-boundary-service"
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

run "refuses_an_alias_of_another_account" {
  command = plan

  variables {
    key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-lab-audit"
  }

  expect_failures = [var.key_alias_arn]
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

run "refuses_a_name_in_capitals" {
  command = plan

  variables {
    name = "Detective"
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

run "refuses_a_role_name_with_a_slash" {
  command = plan

  variables {
    role_name = "audit/detective"
  }

  expect_failures = [var.role_name]
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

run "refuses_a_topic_of_another_account" {
  command = plan

  variables {
    topic_arn = "arn:aws:sns:eu-west-1:222222222222:acme-lab-security"
  }

  expect_failures = [var.topic_arn]
}
