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
  account         = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arns   = { service = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service", workload = "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload" }
  bucket_name     = "acme-lab-data-111111111111"
  data_key        = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data", arn = "arn:aws:kms:eu-west-1:111111111111:key/data" }
  emails          = { sofia = "sofia@example.com" }
  image_uri       = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme/model@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  log             = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  name            = "acme-lab-features"
  network         = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  organization_id = "o-a1b2c3d4e5"

  groups = {
    visits = {
      columns     = { began = "time", note = "text", people = "integer", spent = "number", visit = "text" }
      description = "Visits to the museum."
      event_time  = "began"
      owner       = "sofia"
      record_id   = "visit"
    }
  }

  notice = {
    alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit"
    key_arn   = "arn:aws:kms:eu-west-1:111111111111:key/audit"
    topic_arn = "arn:aws:sns:eu-west-1:111111111111:acme-lab-security"
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

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arns = { service = "arn:aws:iam::222222222222:policy/acme-lab-boundary-service", workload = "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload" }
  }

  expect_failures = [var.boundary_arns]
}

run "refuses_what_is_no_bucket" {
  command = plan

  variables {
    bucket_name = "arn:aws:s3:::acme"
  }

  expect_failures = [var.bucket_name]
}

run "refuses_an_alias_for_the_key_of_data" {
  command = plan

  variables {
    data_key = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data", arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data" }
  }

  expect_failures = [var.data_key]
}

run "refuses_an_alias_of_data_in_another_account" {
  command = plan

  variables {
    data_key = { alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-lab-data", arn = "arn:aws:kms:eu-west-1:111111111111:key/data" }
  }

  expect_failures = [var.data_key]
}

run "refuses_an_owner_who_hears_nothing" {
  command = plan

  variables {
    emails = { tara = "tara@example.com" }
  }

  expect_failures = [var.emails]
}

run "refuses_what_is_no_address" {
  command = plan

  variables {
    emails = { sofia = "sofia" }
  }

  expect_failures = [var.emails]
}

run "refuses_no_group_at_all" {
  command = plan

  variables {
    groups = {}
  }

  expect_failures = [var.groups]
}

run "refuses_a_column_in_capitals" {
  command = plan

  variables {
    groups = { visits = { columns = { visit = "text", Note = "text" }, description = "Visits to the museum.", owner = "sofia", record_id = "visit" } }
  }

  expect_failures = [var.groups]
}

run "refuses_a_type_that_no_store_has" {
  command = plan

  variables {
    groups = { visits = { columns = { visit = "text", note = "words" }, description = "Visits to the museum.", owner = "sofia", record_id = "visit" } }
  }

  expect_failures = [var.groups]
}

run "refuses_a_column_that_the_store_gives" {
  command = plan

  variables {
    groups = { visits = { columns = { visit = "text", write_time = "time" }, description = "Visits to the museum.", owner = "sofia", record_id = "visit" } }
  }

  expect_failures = [var.groups]
}

run "refuses_a_record_named_by_a_fraction" {
  command = plan

  variables {
    groups = { visits = { columns = { visit = "number" }, description = "Visits to the museum.", owner = "sofia", record_id = "visit" } }
  }

  expect_failures = [var.groups]
}

run "refuses_a_record_named_by_no_column" {
  command = plan

  variables {
    groups = { visits = { columns = { visit = "text" }, description = "Visits to the museum.", owner = "sofia", record_id = "visitor" } }
  }

  expect_failures = [var.groups]
}

run "refuses_a_time_that_is_a_text" {
  command = plan

  variables {
    groups = { visits = { columns = { visit = "text", began = "text" }, description = "Visits to the museum.", owner = "sofia", event_time = "began", record_id = "visit" } }
  }

  expect_failures = [var.groups]
}

run "refuses_an_image_by_a_tag" {
  command = plan

  variables {
    image_uri = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme/model:latest"
  }

  expect_failures = [var.image_uri]
}

run "refuses_a_name_that_would_not_fit" {
  command = plan

  variables {
    name = "Features"
  }

  expect_failures = [var.name]
}

run "refuses_what_is_no_organisation" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_limit_that_athena_does_not_take" {
  command = plan

  variables {
    scan_limit_bytes = 1
  }

  expect_failures = [var.scan_limit_bytes]
}

run "refuses_more_columns_than_a_job_can_be_told" {
  command = plan

  variables {
    groups = {
      visits = {
        columns     = merge({ visit = "text" }, { for number in range(400) : "a_column_whose_name_is_so_long_that_it_takes_space_${number}" => "text" })
        description = "Visits to the museum."
        owner       = "sofia"
        record_id   = "visit"
      }
    }
  }

  expect_failures = [var.groups]
}

run "refuses_a_network_without_subnets" {
  command = plan
  variables {
    network = { security_group_ids = ["sg-1"], subnet_ids = [] }
  }
  expect_failures = [var.network]
}

run "refuses_a_network_without_groups" {
  command = plan
  variables {
    network = { security_group_ids = [], subnet_ids = ["subnet-1"] }
  }
  expect_failures = [var.network]
}
