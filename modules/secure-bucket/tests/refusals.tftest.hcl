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
  name            = "acme-lab-data-111111111111"
  organization_id = "o-a1b2c3d4e5"
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_endpoints_of_an_account_without_12_digits" {
  command = plan

  variables {
    endpoint_accounts = ["22"]
  }

  expect_failures = [var.endpoint_accounts]
}

run "refuses_an_alias_in_place_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_bucket_without_a_key" {
  command = plan

  variables {
    kms_key_arn = null
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_key_where_s3_delivers_access_logs" {
  command = plan

  variables {
    service_writers = { access-logs = { principal = "logging.s3.amazonaws.com" } }
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_bucket_that_logs_into_itself" {
  command = plan

  variables {
    log_bucket = "acme-lab-data-111111111111"
  }

  expect_failures = [var.log_bucket]
}

run "refuses_a_name_with_a_dot" {
  command = plan

  variables {
    name = "acme.data"
  }

  expect_failures = [var.name]
}

run "refuses_an_unknown_mode_of_object_lock" {
  command = plan

  variables {
    object_lock = { days = 30, mode = "MAYBE" }
  }

  expect_failures = [var.object_lock]
}

run "refuses_an_object_lock_for_half_a_day" {
  command = plan

  variables {
    object_lock = { days = 0.5 }
  }

  expect_failures = [var.object_lock]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_housekeepers_that_are_no_single_role" {
  command = plan

  variables {
    housekeepers = ["arn:aws:iam::111111111111:role/acme-*"]
  }

  expect_failures = [var.housekeepers]
}

run "refuses_an_exception_from_the_endpoints_without_a_reason" {
  command = plan

  variables {
    outside_endpoints = {
      builds = { reason = "needed", role_arns = ["arn:aws:iam::111111111111:role/acme-lab-promotion"] }
    }
  }

  expect_failures = [var.outside_endpoints]
}

run "refuses_an_exception_from_the_endpoints_for_nobody" {
  command = plan

  variables {
    outside_endpoints = {
      builds = { reason = "AWS runs the builds in a network of its own.", role_arns = [] }
    }
  }

  expect_failures = [var.outside_endpoints]
}

run "refuses_an_exception_from_the_endpoints_for_a_whole_account" {
  command = plan

  variables {
    outside_endpoints = {
      builds = { reason = "AWS runs the builds in a network of its own.", role_arns = ["arn:aws:iam::111111111111:root"] }
    }
  }

  expect_failures = [var.outside_endpoints]
}

run "refuses_a_wildcard_as_reader" {
  command = plan

  variables {
    readers = ["arn:aws:iam::111111111111:role/*"]
  }

  expect_failures = [var.readers]
}

run "refuses_a_reader_under_a_prefix_with_a_wildcard" {
  command = plan

  variables {
    readers_by_prefix = { "raw*/" = ["arn:aws:iam::111111111111:role/acme-lab-training"] }
  }

  expect_failures = [var.readers_by_prefix]
}

run "refuses_an_account_root_as_reader_under_a_prefix" {
  command = plan

  variables {
    readers_by_prefix = { "raw/" = ["arn:aws:iam::222222222222:root"] }
  }

  expect_failures = [var.readers_by_prefix]
}

run "refuses_to_keep_objects_for_no_day" {
  command = plan

  variables {
    retention = { current_days = 0 }
  }

  expect_failures = [var.retention]
}

run "refuses_to_keep_replaced_versions_for_no_day" {
  command = plan

  variables {
    retention = { noncurrent_days = 0 }
  }

  expect_failures = [var.retention]
}

run "refuses_a_service_writer_with_a_name_in_capitals" {
  command = plan

  variables {
    service_writers = { Trail = { principal = "cloudtrail.amazonaws.com" } }
  }

  expect_failures = [var.service_writers]
}

run "refuses_every_service_as_writer" {
  command = plan

  variables {
    service_writers = { all = { principal = "*" } }
  }

  expect_failures = [var.service_writers]
}

run "refuses_a_service_writer_that_inspects_objects" {
  command = plan

  variables {
    service_writers = { trail = { principal = "cloudtrail.amazonaws.com", inspects = ["s3:GetObject"] } }
  }

  expect_failures = [var.service_writers]
}

run "refuses_a_service_writer_under_a_prefix_without_a_slash" {
  command = plan

  variables {
    service_writers = { trail = { principal = "cloudtrail.amazonaws.com", prefixes = ["trail"] } }
  }

  expect_failures = [var.service_writers]
}

run "refuses_an_account_root_as_writer" {
  command = plan

  variables {
    writers = ["arn:aws:iam::222222222222:root"]
  }

  expect_failures = [var.writers]
}

run "refuses_a_writer_under_a_prefix_without_a_slash" {
  command = plan

  variables {
    writers_by_prefix = { raw = ["arn:aws:iam::111111111111:role/acme-lab-training"] }
  }

  expect_failures = [var.writers_by_prefix]
}

run "refuses_a_wildcard_as_writer_under_a_prefix" {
  command = plan

  variables {
    writers_by_prefix = { "raw/" = ["arn:aws:iam::111111111111:role/*"] }
  }

  expect_failures = [var.writers_by_prefix]
}

run "refuses_to_write_once_where_a_service_writes" {
  command = plan

  variables {
    service_writers = { trail = { principal = "cloudtrail.amazonaws.com" } }
    write_once      = true
  }

  expect_failures = [var.write_once]
}

run "refuses_queries_below_a_prefix_without_a_slash" {
  command = plan

  variables {
    queried_prefixes = ["forecasts/", "features"]
  }

  expect_failures = [var.queried_prefixes]
}
