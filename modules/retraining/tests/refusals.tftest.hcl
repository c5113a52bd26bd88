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
  account               = { id = "333333333333", prefix = "acme-live", region = "eu-west-1" }
  boundary_arn          = "arn:aws:iam::333333333333:policy/acme-live-boundary-workload"
  data                  = { bucket_name = "acme-live-data-333333333333", key_alias_arn = "arn:aws:kms:eu-west-1:333333333333:alias/acme-live-data" }
  evidence_bucket_name  = "acme-live-evidence-333333333333"
  image_repository_name = "acme-live/model"
  joins                 = { tags = { account = "live", project = "acme" } }
  loaders               = { names = ["petra"], sign_in_role_arn = "arn:aws:iam::333333333333:role/OrganizationAccountAccessRole" }
  models                = { churn = { description = "Tells who is about to leave.", name = "acme-live-churn", owner = "sofia" } }
  organization_id       = "o-a1b2c3d4e5"
  role_names = {
    data-loader = "acme-live-data-loader"
    pipeline    = "acme-live-pipeline"
    processing  = "acme-live-processing"
    training    = "acme-live-training"
    tuning      = "acme-live-tuning"
  }
}

run "plans_the_example" {
  command = plan
}

run "refuses_an_account_id_that_is_no_account_id" {
  command = plan

  variables {
    account = { id = "3333", prefix = "acme-live", region = "eu-west-1" }
  }

  expect_failures = [var.account]
}

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::111111111111:policy/acme-live-boundary-workload"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_a_key_of_another_account" {
  command = plan

  variables {
    data = { bucket_name = "acme-live-data-333333333333", key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-live-data" }
  }

  expect_failures = [var.data]
}

run "refuses_jobs_that_could_join_every_network" {
  command = plan

  variables {
    joins = { tags = {} }
  }

  expect_failures = [var.joins]
}

run "refuses_data_that_nobody_may_bring" {
  command = plan

  variables {
    loaders = { names = [], sign_in_role_arn = "arn:aws:iam::333333333333:role/OrganizationAccountAccessRole" }
  }

  expect_failures = [var.loaders]
}

run "refuses_no_model" {
  command = plan

  variables {
    models = {}
  }

  expect_failures = [var.models]
}

run "refuses_more_models_than_a_policy_holds" {
  command = plan

  variables {
    models = { for number in range(11) : "model-${number}" => { description = "One of many models.", name = "acme-live-model-${number}", owner = "sofia" } }
  }

  expect_failures = [var.models]
}

run "refuses_a_name_that_is_not_the_accounts_own" {
  command = plan

  variables {
    models = { churn = { description = "Tells who is about to leave.", name = "acme-churn", owner = "sofia" } }
  }

  expect_failures = [var.models]
}

run "refuses_an_organisation_that_is_none" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_role_name_that_iam_would_refuse" {
  command = plan

  variables {
    role_names = { data-loader = "a b", pipeline = "acme-live-pipeline", processing = "acme-live-processing", training = "acme-live-training", tuning = "acme-live-tuning" }
  }

  expect_failures = [var.role_names]
}
