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
  account            = { id = "111111111111", name = "lab", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn       = "arn:aws:iam::111111111111:policy/acme-lab-boundary-delivery"
  encryption_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  log                = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
  name_prefix        = "acme-x--"
  parameter_root     = "/acme/lab"
  pipeline_role_arn  = "arn:aws:iam::111111111111:role/acme-lab-branch-pipeline"
  project_name       = "acme-lab-branch-model-build"
  role_name          = "acme-lab-branch-model-build"
  source_store = {
    bucket_name   = "acme-lab-source"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    object_key    = "source/branch.zip"
  }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
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

run "refuses_a_parameter_root_that_is_no_path" {
  command = plan

  variables {
    parameter_root = "acme-lab"
  }

  expect_failures = [var.parameter_root]
}

run "refuses_a_pipeline_role_with_a_wildcard" {
  command = plan

  variables {
    pipeline_role_arn = "arn:aws:iam::111111111111:role/*"
  }

  expect_failures = [var.pipeline_role_arn]
}

run "refuses_a_source_that_is_no_zip" {
  command = plan

  variables {
    source_store = merge(var.source_store, { object_key = "source/branch.tar" })
  }

  expect_failures = [var.source_store]
}

run "refuses_a_prefix_that_is_not_of_branches" {
  command = plan

  variables {
    name_prefix = "acme-"
  }

  expect_failures = [var.name_prefix]
}
