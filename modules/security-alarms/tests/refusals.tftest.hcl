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
  account             = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  emails              = { petra = "petra@example.com" }
  kms_key_arn         = "arn:aws:kms:eu-west-1:111111111111:key/audit"
  log_group_name      = "/acme-lab/trail"
  promotion_role_arns = ["arn:aws:iam::111111111111:role/acme-lab-release"]
  topic_name          = "acme-lab-security"
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

run "refuses_alarms_that_nobody_hears" {
  command = plan

  variables {
    emails = {}
  }

  expect_failures = [var.emails]
}

run "refuses_an_address_without_a_domain" {
  command = plan

  variables {
    emails = { petra = "petra" }
  }

  expect_failures = [var.emails]
}

run "refuses_an_alias_for_the_key" {
  command = plan

  variables {
    kms_key_arn = "alias/acme-lab-audit"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_log_group_name_with_a_star" {
  command = plan

  variables {
    log_group_name = "/aws/*"
  }

  expect_failures = [var.log_group_name]
}

run "refuses_a_pattern_of_roles_as_promotion" {
  command = plan

  variables {
    promotion_role_arns = ["arn:aws:iam::111111111111:role/acme-*"]
  }

  expect_failures = [var.promotion_role_arns]
}

run "refuses_a_publisher_of_another_account" {
  command = plan

  variables {
    publisher_role_arns = ["arn:aws:iam::222222222222:role/acme-lab-detective"]
  }

  expect_failures = [var.publisher_role_arns]
}

run "refuses_a_threshold_for_what_is_not_looked_for" {
  command = plan

  variables {
    thresholds = { rainfall = 1 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_threshold_that_is_never_reached" {
  command = plan

  variables {
    thresholds = { root-use = 1000 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_topic_name_with_a_slash" {
  command = plan

  variables {
    topic_name = "acme/security"
  }

  expect_failures = [var.topic_name]
}
