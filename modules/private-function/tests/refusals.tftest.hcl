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
  account      = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  concurrency  = 5
  log          = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  network      = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  policy_json  = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"ListJobs\",\"Effect\":\"Allow\",\"Action\":\"sagemaker:ListTrainingJobs\",\"Resource\":\"*\"}]}"
  role         = { description = "Counts jobs.", name = "acme-lab-counter" }
  settings     = { also_reads = ["/acme/lab/limit"], description = "Which jobs are counted.", value = "{\"prefix\":\"acme\"}" }
  topic_arn    = "arn:aws:sns:eu-west-1:111111111111:acme-lab-security"
  failures = {
    alarm_topic_arn = "arn:aws:sns:eu-west-1:111111111111:acme-lab-security"
    key_alias_arn   = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit"
    key_arn         = "arn:aws:kms:eu-west-1:111111111111:key/audit"
    writers_json    = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AllowRules\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"events.amazonaws.com\"},\"Action\":\"sqs:SendMessage\",\"Resource\":\"arn:aws:sqs:eu-west-1:111111111111:acme-lab-counter-undelivered\",\"Condition\":{\"ArnEquals\":{\"aws:SourceArn\":\"arn:aws:events:eu-west-1:111111111111:rule/acme-lab-counter\"}}}]}"
    alarms = {
      failed = {
        description = "Jobs were not counted."
        dimensions  = { FunctionName = "acme-lab-counter" }
        metric      = "Errors"
        namespace   = "AWS/Lambda"
      }
    }
  }
  function = {
    archive         = "../detective-control/function.zip"
    description     = "Counts jobs."
    handler         = "pipelines.counter.handler.handle"
    name            = "acme-lab-counter"
    timeout_seconds = 60
  }
}

run "plans_the_example" {
  command = plan
}

run "refuses_an_account_id_that_is_no_account_id" {
  command = plan

  variables {
    account = merge(var.account, { id = "lab" })
  }

  expect_failures = [var.account]
}

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::999999999999:policy/acme-lab-boundary-service"
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
    failures = merge(var.failures, { key_alias_arn = "arn:aws:kms:eu-west-1:999999999999:alias/acme-lab-audit" })
  }

  expect_failures = [var.failures]
}

run "refuses_an_alias_for_the_key_of_the_queue" {
  command = plan

  variables {
    failures = merge(var.failures, { key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit" })
  }

  expect_failures = [var.failures]
}

run "refuses_a_statement_about_the_queue_without_sid" {
  command = plan

  variables {
    failures = merge(var.failures, { writers_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sqs:SendMessage\"}]}" })
  }

  expect_failures = [var.failures]
}

run "refuses_a_name_in_capitals" {
  command = plan

  variables {
    function = merge(var.function, { name = "Counter" })
  }

  expect_failures = [var.function]
}

run "refuses_an_alias_for_the_key_of_the_log" {
  command = plan

  variables {
    log = { key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-logs" }
  }

  expect_failures = [var.log]
}

run "refuses_a_log_of_less_than_a_year" {
  command = plan

  variables {
    log = merge(var.log, { retention_days = 30 })
  }

  expect_failures = [var.log]
}

run "refuses_a_network_of_one_subnet" {
  command = plan

  variables {
    network = merge(var.network, { subnet_ids = ["subnet-1"] })
  }

  expect_failures = [var.network]
}

run "refuses_a_network_without_a_group" {
  command = plan

  variables {
    network = merge(var.network, { security_group_ids = [] })
  }

  expect_failures = [var.network]
}

run "refuses_a_statement_without_sid" {
  command = plan

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"
  }

  expect_failures = [var.policy_json]
}

run "refuses_a_role_name_with_a_slash" {
  command = plan

  variables {
    role = merge(var.role, { name = "acme/counter" })
  }

  expect_failures = [var.role]
}

run "refuses_settings_that_are_no_object" {
  command = plan

  variables {
    settings = merge(var.settings, { value = "acme" })
  }

  expect_failures = [var.settings]
}

run "refuses_a_topic_of_another_account" {
  command = plan

  variables {
    topic_arn = "arn:aws:sns:eu-west-1:999999999999:acme-lab-security"
  }

  expect_failures = [var.topic_arn]
}

run "refuses_a_topic_without_the_key_that_it_is_under" {
  command = plan

  variables {
    failures = null
  }

  expect_failures = [var.topic_arn]
}
