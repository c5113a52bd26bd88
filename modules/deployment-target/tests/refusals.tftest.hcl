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
  account = { id = "222222222222", name = "staging", prefix = "acme-staging", region = "eu-west-1" }
  boundary_arns = {
    delivery = "arn:aws:iam::222222222222:policy/acme-staging-boundary-delivery"
    workload = "arn:aws:iam::222222222222:policy/acme-staging-boundary-workload"
  }
  data_science = {
    account_id         = "111111111111"
    promotion_role_arn = "arn:aws:iam::111111111111:role/acme-lab-promotion"
    region             = "eu-west-1"
    artifacts = {
      bucket_name   = "acme-lab-artifacts"
      key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    }
    decisions = {
      bucket_name   = "acme-lab-decisions"
      key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-decisions"
    }
    models_store = {
      bucket_name           = "acme-lab-models"
      image_repository_name = "acme/model"
      key_alias_arn         = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
    }
  }
  image_repository_name = "acme/model"
  joins                 = { tags = { account = "staging", project = "acme" } }
  log                   = { key_arn = "arn:aws:kms:eu-west-1:222222222222:key/11111111-1111-1111-1111-111111111111" }
  models                = { churn = { endpoint_name = "acme-staging-churn", group_name = "acme-churn" } }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
  organization_id = "o-a1b2c3d4e5"
  parameter_root  = "/acme/live"
  project_names   = { deploy = "acme-staging-deploy", test = "acme-staging-test", verify = "acme-staging-verify" }
  role_names = {
    consumer   = "acme-staging-consumer"
    deploy     = "acme-staging-deploy"
    monitoring = "acme-staging-monitoring"
    release    = "acme-staging-release"
    serving    = "acme-staging-serving"
    test       = "acme-staging-test"
    verify     = "acme-staging-verify"
  }
  stores = {
    capture  = { bucket_name = "acme-staging-capture", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-capture" }
    evidence = { bucket_name = "acme-staging-evidence", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-evidence" }
    models   = { bucket_name = "acme-staging-models", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-models" }
    releases = { bucket_name = "acme-staging-releases", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-models" }
  }
}

run "refuses_to_join_whatever_there_is" {
  command = plan

  variables {
    joins = { tags = {} }
  }

  expect_failures = [var.joins]
}

run "refuses_to_join_a_pattern_of_subnets" {
  command = plan

  variables {
    joins = { tags = { project = "acme" }, subnet_ids = ["subnet-*"] }
  }

  expect_failures = [var.joins]
}

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arns = merge(var.boundary_arns, { delivery = "arn:aws:iam::999999999999:policy/acme-boundary-delivery" })
  }

  expect_failures = [var.boundary_arns]
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_an_origin_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    data_science = merge(var.data_science, { account_id = "12" })
  }

  expect_failures = [var.data_science]
}

run "refuses_an_origin_that_is_the_target_itself" {
  command = plan

  variables {
    data_science = merge(var.data_science, { account_id = "222222222222" })
  }

  expect_failures = [var.data_science]
}

run "refuses_a_promotion_role_with_a_wildcard" {
  command = plan

  variables {
    data_science = merge(var.data_science, { promotion_role_arn = "arn:aws:iam::111111111111:role/*" })
  }

  expect_failures = [var.data_science]
}

run "refuses_a_promotion_role_of_a_third_account" {
  command = plan

  variables {
    data_science = merge(var.data_science, { promotion_role_arn = "arn:aws:iam::999999999999:role/acme-lab-promotion" })
  }

  expect_failures = [var.data_science]
}

run "refuses_an_artefact_key_of_a_third_account" {
  command = plan

  variables {
    data_science = merge(var.data_science, { artifacts = merge(var.data_science.artifacts, { key_alias_arn = "arn:aws:kms:eu-west-1:999999999999:alias/acme-lab-artifacts" }) })
  }

  expect_failures = [var.data_science]
}

run "refuses_an_endpoint_name_with_a_slash" {
  command = plan

  variables {
    models = { churn = { endpoint_name = "acme-staging-a/b", group_name = "acme-churn" } }
  }

  expect_failures = [var.models]
}

run "refuses_an_endpoint_outside_the_prefix" {
  command = plan

  variables {
    models = { churn = { endpoint_name = "other-churn", group_name = "acme-churn" } }
  }

  expect_failures = [var.models]
}

run "refuses_no_model_at_all" {
  command = plan

  variables {
    models = {}
  }

  expect_failures = [var.models]
}

run "refuses_an_organisation_that_is_none" {
  command = plan

  variables {
    organization_id = "r-1234"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_parameter_root_that_is_no_path" {
  command = plan

  variables {
    parameter_root = "acme-lab"
  }

  expect_failures = [var.parameter_root]
}

run "refuses_a_role_name_with_a_slash" {
  command = plan

  variables {
    role_names = merge(var.role_names, { deploy = "acme/deploy" })
  }

  expect_failures = [var.role_names]
}

run "refuses_a_store_whose_key_is_of_another_account" {
  command = plan

  variables {
    stores = merge(var.stores, { models = merge(var.stores.models, { key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models" }) })
  }

  expect_failures = [var.stores]
}

run "refuses_another_account_where_there_is_one" {
  command = plan

  variables {
    single_account = true
  }

  expect_failures = [var.data_science]
}

run "refuses_a_signing_key_of_another_account" {
  command = plan

  variables {
    signing_key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-release-signing"
  }

  expect_failures = [var.signing_key_alias_arn]
}

run "refuses_a_decision_key_that_is_no_alias" {
  command = plan

  variables {
    data_science = merge(var.data_science, {
      decisions = { bucket_name = "acme-lab-decisions", key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
    })
  }

  expect_failures = [var.data_science]
}
