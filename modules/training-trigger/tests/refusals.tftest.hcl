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
  account            = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn       = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  build_project_name = "acme-lab-model-build"
  data               = { bucket_name = "acme-lab-data-111111111111", key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data" }
  emails             = { sofia = "sofia@example.com" }
  log                = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  messages           = { key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit", key_arn = "arn:aws:kms:eu-west-1:111111111111:key/audit" }
  name               = "acme-lab-training-trigger"
  network            = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  role_name          = "acme-lab-training-trigger"
  rule_prefix        = "acme"
  models = {
    churn = {
      data_prefix   = "raw/churn/"
      pipeline_name = "acme-churn"
      triggers      = { object = { prefix = "arrivals/" }, push = true, schedule = "cron(0 3 ? * MON *)" }
    }
    loans = {
      data_prefix   = "raw/loans/"
      pipeline_name = "acme-loans"
      triggers      = { schedule = "rate(7 days)" }
    }
  }
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

run "refuses_a_key_of_data_of_another_account" {
  command = plan

  variables {
    data = { bucket_name = "acme-lab-data-111111111111", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-lab-data" }
  }

  expect_failures = [var.data]
}

run "refuses_to_fail_with_nobody_to_hear_of_it" {
  command = plan

  variables {
    emails = {}
  }

  expect_failures = [var.emails]
}

run "refuses_an_address_that_is_none" {
  command = plan

  variables {
    emails = { sofia = "sofia" }
  }

  expect_failures = [var.emails]
}

run "refuses_no_models" {
  command = plan

  variables {
    models = {}
  }

  expect_failures = [var.models]
}

run "refuses_data_without_a_folder_of_their_own" {
  command = plan

  variables {
    models = { churn = { data_prefix = "raw/churn", pipeline_name = "acme-churn", triggers = { push = true } } }
  }

  expect_failures = [var.models]
}

run "refuses_a_pipeline_with_a_wildcard" {
  command = plan

  variables {
    models = { churn = { data_prefix = "raw/churn/", pipeline_name = "acme-*", triggers = { push = true } } }
  }

  expect_failures = [var.models]
}

run "refuses_a_model_that_nothing_starts" {
  command = plan

  variables {
    models = { churn = { data_prefix = "raw/churn/", pipeline_name = "acme-churn", triggers = {} } }
  }

  expect_failures = [var.models]
}

run "refuses_objects_by_a_pattern" {
  command = plan

  variables {
    models = { churn = { data_prefix = "raw/churn/", pipeline_name = "acme-churn", triggers = { object = { prefix = "*/" } } } }
  }

  expect_failures = [var.models]
}

run "refuses_to_train_every_minute" {
  command = plan

  variables {
    models = { churn = { data_prefix = "raw/churn/", pipeline_name = "acme-churn", triggers = { schedule = "cron(* * * * ? *)" } } }
  }

  expect_failures = [var.models]
}

run "refuses_rules_with_names_that_are_too_long" {
  command = plan

  variables {
    rule_prefix = "acme-lab-training-trigger-acme-lab-training-trigger"
  }

  expect_failures = [var.rule_prefix]
}
