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
  buildspec          = "phases: { build: { commands: [\"true\"] } }"
  encryption_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
  log                = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
  output_artifact    = "Release"
  policy_json        = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"ReadContract\",\"Effect\":\"Allow\",\"Action\":\"ssm:GetParameters\",\"Resource\":\"arn:aws:ssm:eu-west-1:111111111111:parameter/acme/*\"}]}"
  project            = { name = "acme-lab-bundle", description = "Says what a release consists of." }
  role_name          = "acme-lab-bundle"
  source_store       = { bucket_name = "acme-lab-artifacts", key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts" }
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

run "refuses_a_buildspec_that_is_a_file_of_the_source" {
  command = plan

  variables {
    buildspec = "buildspec.yml"
  }

  expect_failures = [var.buildspec]
}

run "refuses_an_unknown_compute_type" {
  command = plan

  variables {
    compute_type = "BUILD_GENERAL1_GIANT"
  }

  expect_failures = [var.compute_type]
}

run "refuses_an_encryption_key_without_its_account" {
  command = plan

  variables {
    encryption_key_arn = "alias/acme-lab-artifacts"
  }

  expect_failures = [var.encryption_key_arn]
}

run "refuses_an_environment_variable_in_small_letters" {
  command = plan

  variables {
    environment = { prefix = "acme" }
  }

  expect_failures = [var.environment]
}

run "refuses_an_image_by_tag" {
  command = plan

  variables {
    image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme/build:latest"
  }

  expect_failures = [var.image]
}

run "refuses_logs_kept_for_less_than_a_year" {
  command = plan

  variables {
    log = merge(var.log, { retention_days = 30 })
  }

  expect_failures = [var.log]
}

run "refuses_a_network_without_subnets" {
  command = plan

  variables {
    network = merge(var.network, { subnet_ids = [] })
  }

  expect_failures = [var.network]
}

run "refuses_a_policy_with_a_statement_without_sid" {
  command = plan

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"
  }

  expect_failures = [var.policy_json]
}

run "refuses_a_project_name_with_a_blank" {
  command = plan

  variables {
    project = merge(var.project, { name = "a bundle" })
  }

  expect_failures = [var.project]
}

run "refuses_a_build_that_may_run_for_a_day" {
  command = plan

  variables {
    project = merge(var.project, { timeout_minutes = 1440 })
  }

  expect_failures = [var.project]
}

run "refuses_a_build_that_may_wait_for_a_day" {
  command = plan

  variables {
    project = merge(var.project, { queued_timeout_minutes = 1440 })
  }

  expect_failures = [var.project]
}

run "refuses_a_role_name_with_a_slash" {
  command = plan

  variables {
    role_name = "acme/bundle"
  }

  expect_failures = [var.role_name]
}

run "refuses_a_bucket_name_with_capitals" {
  command = plan

  variables {
    source_store = merge(var.source_store, { bucket_name = "Acme" })
  }

  expect_failures = [var.source_store]
}

run "refuses_a_source_key_that_is_no_alias" {
  command = plan

  variables {
    source_store = merge(var.source_store, { key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" })
  }

  expect_failures = [var.source_store]
}

run "refuses_a_build_of_a_pipeline_that_hands_on_nothing" {
  command = plan

  variables {
    output_artifact = null
  }

  expect_failures = [var.output_artifact]
}

run "refuses_the_name_of_an_artefact_that_widens_what_is_written" {
  command = plan

  variables {
    output_artifact = "*"
  }

  expect_failures = [var.output_artifact]
}
