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
  account         = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn    = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  kms_key_arn     = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  network         = { cidr = "10.16.0.0/16", zones = ["a", "b"] }
  organization_id = "o-a1b2c3d4e5"
}

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::999999999999:policy/acme-lab-boundary-workload"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_flow_logs_that_are_kept_less_than_a_year" {
  command = plan

  variables {
    flow_log_retention_days = 30
  }

  expect_failures = [var.flow_log_retention_days]
}

run "refuses_an_alias_in_place_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_an_address_block_that_is_too_small" {
  command = plan

  variables {
    network = { cidr = "10.16.0.0/28", zones = ["a", "b"] }
  }

  expect_failures = [var.network]
}

run "refuses_a_zone_that_is_not_a_letter" {
  command = plan

  variables {
    network = { cidr = "10.16.0.0/16", zones = ["a", "eu-west-1b"] }
  }

  expect_failures = [var.network]
}

run "refuses_a_network_in_a_single_zone" {
  command = plan

  variables {
    network = { cidr = "10.16.0.0/16", zones = ["a"] }
  }

  expect_failures = [var.network]
}

run "refuses_a_network_in_four_zones" {
  command = plan

  variables {
    network = { cidr = "10.16.0.0/16", zones = ["a", "b", "c", "d"] }
  }

  expect_failures = [var.network]
}

run "refuses_the_same_zone_twice" {
  command = plan

  variables {
    network = { cidr = "10.16.0.0/16", zones = ["a", "b", "b"] }
  }

  expect_failures = [var.network]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}
