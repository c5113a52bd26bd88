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
  account      = { id = "111111111111", prefix = "acme-lab" }
  bucket_name  = "acme-lab-data"
  data_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  dashboard    = { reader_arns = ["arn:aws:quicksight:eu-west-1:111111111111:group/default/business"] }
  forecasts    = { demand = { description = "Demand of the next day." } }
  name         = "acme-lab-forecasts"
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_a_bucket_whose_name_is_none" {
  command = plan

  variables {
    bucket_name = "Acme"
  }

  expect_failures = [var.bucket_name]
}

run "refuses_a_dashboard_for_nobody" {
  command = plan

  variables {
    dashboard = { reader_arns = [] }
  }

  expect_failures = [var.dashboard]
}

run "refuses_readers_by_a_wildcard" {
  command = plan

  variables {
    dashboard = { reader_arns = ["arn:aws:quicksight:eu-west-1:111111111111:group/default/*"] }
  }

  expect_failures = [var.dashboard]
}

run "refuses_readers_of_another_account" {
  command = plan

  variables {
    dashboard = { reader_arns = ["arn:aws:quicksight:eu-west-1:999999999999:group/default/business"] }
  }

  expect_failures = [var.dashboard]
}

run "refuses_a_key_of_another_account" {
  command = plan

  variables {
    data_key_arn = "arn:aws:kms:eu-west-1:999999999999:key/11111111-1111-1111-1111-111111111111"
  }

  expect_failures = [var.data_key_arn]
}

run "refuses_no_forecast_at_all" {
  command = plan

  variables {
    forecasts = {}
  }

  expect_failures = [var.forecasts]
}

run "refuses_a_forecast_that_no_model_is_called" {
  command = plan

  variables {
    forecasts = { "Demand" = { description = "x" } }
  }

  expect_failures = [var.forecasts]
}

run "refuses_a_forecast_that_is_called_as_the_view_of_another" {
  command = plan

  variables {
    forecasts = { demand = { description = "x" }, demand-latest = { description = "y" } }
  }

  expect_failures = [var.forecasts]
}

run "refuses_a_name_that_is_none" {
  command = plan

  variables {
    name = "Acme lab"
  }

  expect_failures = [var.name]
}

run "refuses_a_limit_below_that_of_athena" {
  command = plan

  variables {
    scan_limit_bytes = 1
  }

  expect_failures = [var.scan_limit_bytes]
}
