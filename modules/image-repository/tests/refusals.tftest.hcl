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
  kms_key_arn     = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  name            = "acme/model"
  organization_id = "o-a1b2c3d4e5"
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_an_alias_in_place_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_name_in_capitals" {
  command = plan

  variables {
    name = "Acme/Model"
  }

  expect_failures = [var.name]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_an_account_root_as_reader" {
  command = plan

  variables {
    readers = ["arn:aws:iam::222222222222:root"]
  }

  expect_failures = [var.readers]
}

run "refuses_to_drop_untagged_images_at_once" {
  command = plan

  variables {
    untagged_retention_days = 0
  }

  expect_failures = [var.untagged_retention_days]
}

run "refuses_a_wildcard_as_writer" {
  command = plan

  variables {
    writers = ["arn:aws:iam::111111111111:role/*"]
  }

  expect_failures = [var.writers]
}

run "refuses_a_writer_of_another_account" {
  command = plan

  variables {
    writers = ["arn:aws:iam::222222222222:role/acme-staging-deploy"]
  }

  expect_failures = [var.writers]
}
