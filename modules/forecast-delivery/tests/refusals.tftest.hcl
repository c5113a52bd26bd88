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
  account = { id = "111111111111", name = "lab", prefix = "acme-lab", region = "eu-west-1" }
  artifacts = {
    bucket_name   = "acme-lab-artifacts"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  }
  boundary_arns = {
    delivery = "arn:aws:iam::111111111111:policy/acme-lab-boundary-delivery"
    service  = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
    workload = "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"
  }
  build = { project_name = "acme-lab-forecast" }
  data_key = {
    alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
    arn       = "arn:aws:kms:eu-west-1:111111111111:key/22222222-2222-2222-2222-222222222222"
  }
  hours = {
    bucket_name = "acme-lab-data"
    prefix      = "raw/_hours/"
  }
  job = {
    conditions = [
      { test = "Bool", variable = "sagemaker:NetworkIsolation", values = ["true"] },
      { test = "ArnLike", variable = "sagemaker:OutputKmsKey", values = ["arn:aws:kms:eu-west-1:111111111111:key/*"] },
      { test = "ArnLike", variable = "sagemaker:VolumeKmsKey", values = ["arn:aws:kms:eu-west-1:111111111111:key/*"] },
      { test = "Null", variable = "sagemaker:VpcSubnets", values = ["false"] },
    ]
    role_arn = "arn:aws:iam::111111111111:role/acme-lab-processing"
  }
  log = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
  models_store = {
    bucket_name   = "acme-lab-models"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
  }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
  organization_prefix = "acme"
  pipelines           = { demand = { group_name = "acme-demand", name = "acme-demand-forecast" } }
  role_names = {
    forecast  = "acme-lab-forecast"
    promotion = "acme-lab-forecast-promotion"
    trigger   = "acme-lab-forecast-trigger"
  }
  source_store = {
    bucket_name   = "acme-lab-source"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    object_key    = "source/acme.zip"
  }
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_an_artefact_key_that_is_no_alias" {
  command = plan

  variables {
    artifacts = merge(var.artifacts, { key_alias_arn = "acme" })
  }

  expect_failures = [var.artifacts]
}

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arns = merge(var.boundary_arns, { workload = "arn:aws:iam::999999999999:policy/acme-lab-boundary-workload" })
  }

  expect_failures = [var.boundary_arns]
}

run "refuses_a_data_key_of_another_account" {
  command = plan

  variables {
    data_key = merge(var.data_key, { alias_arn = "arn:aws:kms:eu-west-1:999999999999:alias/acme-lab-data" })
  }

  expect_failures = [var.data_key]
}

run "refuses_a_job_role_with_a_wildcard" {
  command = plan

  variables {
    job = merge(var.job, { role_arn = "arn:aws:iam::111111111111:role/*" })
  }

  expect_failures = [var.job]
}

run "refuses_jobs_without_isolation" {
  command = plan

  variables {
    job = merge(var.job, { conditions = slice(var.job.conditions, 1, 4) })
  }

  expect_failures = [var.job]
}

run "refuses_a_models_key_that_is_no_alias" {
  command = plan

  variables {
    models_store = merge(var.models_store, { key_alias_arn = "acme" })
  }

  expect_failures = [var.models_store]
}

run "refuses_a_prefix_that_is_none" {
  command = plan

  variables {
    organization_prefix = "Acme"
  }

  expect_failures = [var.organization_prefix]
}

run "refuses_no_forecast_at_all" {
  command = plan

  variables {
    pipelines = {}
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_pipeline_that_is_not_named_a_forecast" {
  command = plan

  variables {
    pipelines = { demand = { group_name = "acme-demand", name = "acme-demand-promotion" } }
  }

  expect_failures = [var.pipelines]
}

run "refuses_two_forecasts_of_one_group" {
  command = plan

  variables {
    pipelines = { demand = { group_name = "acme-demand", name = "acme-demand-forecast" }, other = { group_name = "acme-demand", name = "acme-other-forecast" } }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_source_that_is_no_zip" {
  command = plan

  variables {
    source_store = merge(var.source_store, { object_key = "source" })
  }

  expect_failures = [var.source_store]
}

run "refuses_hours_below_no_prefix" {
  command = plan

  variables {
    hours = merge(var.hours, { prefix = "hours" })
  }

  expect_failures = [var.hours]
}
