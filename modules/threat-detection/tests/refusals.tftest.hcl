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
  account           = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  data_bucket_names = ["acme-lab-data-111111111111"]
  function_arn      = "arn:aws:lambda:eu-west-1:111111111111:function:acme-lab-detective"
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

run "refuses_a_function_of_another_account" {
  command = plan

  variables {
    function_arn = "arn:aws:lambda:eu-west-1:222222222222:function:acme-lab-detective"
  }

  expect_failures = [var.function_arn]
}

run "refuses_a_data_bucket_of_another_account" {
  command = plan

  variables {
    data_bucket_names = ["acme-lab-data-222222222222"]
  }

  expect_failures = [var.data_bucket_names]
}

run "refuses_to_look_into_nothing" {
  command = plan

  variables {
    sampling_percentage = 0
  }

  expect_failures = [var.sampling_percentage]
}

run "refuses_to_wait_a_year_for_unused_access" {
  command = plan

  variables {
    unused_access_days = 365
  }

  expect_failures = [var.unused_access_days]
}
