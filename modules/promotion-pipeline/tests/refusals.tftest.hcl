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
  boundary_arns = {
    delivery = "arn:aws:iam::111111111111:policy/acme-lab-boundary-delivery"
    service  = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  }
  approval = {
    emails     = { rita = "rita@example.com" }
    topic_name = "acme-lab-approvals"
  }
  artifacts = {
    bucket_name   = "acme-lab-artifacts"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  }
  bundle = {
    project_name = "acme-lab-bundle"
    signing_key = {
      alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-release-signing"
      arn       = "arn:aws:kms:eu-west-1:111111111111:key/22222222-2222-2222-2222-222222222222"
    }
  }
  log = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
  models_store = {
    bucket_name           = "acme-lab-models"
    image_repository_name = "acme/model"
    key_alias_arn         = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
  }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
  organization_prefix = "acme"
  pipelines           = { churn = { group_name = "acme-churn", name = "acme-churn-promotion", rollback_name = "acme-churn-rollback" } }
  role_names = {
    bundle            = "acme-lab-bundle"
    promotion         = "acme-lab-promotion"
    promotion_trigger = "acme-lab-promotion-trigger"
  }
  source_store = {
    bucket_name   = "acme-lab-source"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    object_key    = "source/acme.zip"
  }
  targets = {
    staging = {
      deploy_role_arn = "arn:aws:iam::222222222222:role/acme-staging-deploy"
      kind            = "staging"
      projects        = { deploy = "acme-staging-deploy", test = "acme-staging-test", verify = "acme-staging-verify" }
      region          = "eu-west-1"
    }
    production-eu = {
      deploy_role_arn = "arn:aws:iam::333333333333:role/acme-production-eu-deploy"
      kind            = "production"
      projects        = { deploy = "acme-production-eu-deploy", test = "acme-production-eu-test", verify = "acme-production-eu-verify" }
      region          = "eu-west-1"
    }
    production-us = {
      deploy_role_arn = "arn:aws:iam::444444444444:role/acme-production-us-deploy"
      kind            = "production"
      projects        = { deploy = "acme-production-us-deploy", test = "acme-production-us-test", verify = "acme-production-us-verify" }
      region          = "eu-west-1"
    }
  }
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

run "refuses_an_approval_that_waits_longer_than_60_days" {
  command = plan

  variables {
    approval = merge(var.approval, { timeout_minutes = 90000 })
  }

  expect_failures = [var.approval]
}

run "refuses_an_approver_without_an_address" {
  command = plan

  variables {
    approval = merge(var.approval, { emails = { rita = "rita" } })
  }

  expect_failures = [var.approval]
}

run "refuses_a_topic_name_with_a_colon" {
  command = plan

  variables {
    approval = merge(var.approval, { topic_name = "acme:approvals" })
  }

  expect_failures = [var.approval]
}

run "refuses_an_artefact_alias_that_is_a_key" {
  command = plan

  variables {
    artifacts = merge(var.artifacts, { key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" })
  }

  expect_failures = [var.artifacts]
}

run "refuses_an_artefact_key_that_is_an_alias" {
  command = plan

  variables {
    artifacts = merge(var.artifacts, { key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts" })
  }

  expect_failures = [var.artifacts]
}

run "refuses_a_models_key_that_is_no_alias" {
  command = plan

  variables {
    models_store = merge(var.models_store, { key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" })
  }

  expect_failures = [var.models_store]
}

run "refuses_a_prefix_with_a_hyphen" {
  command = plan

  variables {
    organization_prefix = "acme-lab"
  }

  expect_failures = [var.organization_prefix]
}

run "refuses_a_pipeline_name_with_a_colon" {
  command = plan

  variables {
    pipelines = { churn = { group_name = "acme-churn", name = "acme-churn:promotion", rollback_name = "acme-churn-rollback" } }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_pipeline_outside_the_prefix" {
  command = plan

  variables {
    pipelines = { churn = { group_name = "acme-churn", name = "other-churn-promotion", rollback_name = "acme-churn-rollback" } }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_rollback_that_is_not_named_as_one" {
  command = plan

  variables {
    pipelines = { churn = { group_name = "acme-churn", name = "acme-churn-promotion", rollback_name = "acme-churn-back" } }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_promotion_that_is_named_as_a_rollback" {
  command = plan

  variables {
    pipelines = { churn = { group_name = "acme-churn", name = "acme-churn-x-rollback", rollback_name = "acme-churn-rollback" } }
  }

  expect_failures = [var.pipelines]
}

run "refuses_two_pipelines_for_one_group" {
  command = plan

  variables {
    pipelines = { churn = var.pipelines.churn, fraud = { group_name = "acme-churn", name = "acme-fraud-promotion", rollback_name = "acme-fraud-rollback" } }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_role_name_with_a_slash" {
  command = plan

  variables {
    role_names = merge(var.role_names, { promotion = "acme/promotion" })
  }

  expect_failures = [var.role_names]
}

run "refuses_a_source_that_is_no_zip" {
  command = plan

  variables {
    source_store = merge(var.source_store, { object_key = "source/acme.tar" })
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

run "refuses_a_target_of_an_unknown_kind" {
  command = plan

  variables {
    targets = merge(var.targets, { lab = merge(var.targets.staging, { kind = "lab" }) })
  }

  expect_failures = [var.targets]
}

run "refuses_a_promotion_without_production" {
  command = plan

  variables {
    targets = { staging = var.targets.staging }
  }

  expect_failures = [var.targets]
}

run "refuses_a_target_in_another_region" {
  command = plan

  variables {
    targets = merge(var.targets, { production-us = merge(var.targets.production-us, { region = "us-east-1" }) })
  }

  expect_failures = [var.targets]
}

run "refuses_a_deploy_role_with_a_wildcard" {
  command = plan

  variables {
    targets = merge(var.targets, { staging = merge(var.targets.staging, { deploy_role_arn = "arn:aws:iam::222222222222:role/*" }) })
  }

  expect_failures = [var.targets]
}

run "refuses_a_deploy_role_of_its_own_account" {
  command = plan

  variables {
    targets = merge(var.targets, { staging = merge(var.targets.staging, { deploy_role_arn = "arn:aws:iam::111111111111:role/acme-lab-deploy" }) })
  }

  expect_failures = [var.targets]
}

run "refuses_another_account_where_there_is_one" {
  command = plan

  variables {
    single_account = true
  }

  expect_failures = [var.targets]
}

run "refuses_one_deploy_role_for_two_targets" {
  command = plan

  variables {
    targets = merge(var.targets, { production-us = merge(var.targets.production-us, { deploy_role_arn = var.targets.staging.deploy_role_arn }) })
  }

  expect_failures = [var.targets]
}

run "refuses_a_replica_in_its_own_region" {
  command = plan

  variables {
    replicas = { eu-west-1 = { bucket_name = "acme-lab-eu-west-1", key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts-eu-west-1", key_arn = "arn:aws:kms:eu-west-1:111111111111:key/22222222-2222-2222-2222-222222222222" } }
  }

  expect_failures = [var.replicas]
}

run "refuses_a_replica_whose_alias_is_in_another_region" {
  command = plan

  variables {
    replicas = { us-east-1 = { bucket_name = "acme-lab-us-east-1", key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts-us-east-1", key_arn = "arn:aws:kms:us-east-1:111111111111:key/22222222-2222-2222-2222-222222222222" } }
  }

  expect_failures = [var.replicas]
}

run "refuses_a_replica_whose_key_is_in_another_region" {
  command = plan

  variables {
    replicas = { us-east-1 = { bucket_name = "acme-lab-us-east-1", key_alias_arn = "arn:aws:kms:us-east-1:111111111111:alias/acme-lab-artifacts-us-east-1", key_arn = "arn:aws:kms:eu-west-1:111111111111:key/22222222-2222-2222-2222-222222222222" } }
  }

  expect_failures = [var.replicas]
}

run "refuses_a_signing_key_of_another_account" {
  command = plan

  variables {
    bundle = merge(var.bundle, {
      signing_key = merge(var.bundle.signing_key, { alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-lab-release-signing" })
    })
  }

  expect_failures = [var.bundle]
}

run "refuses_more_stagings_than_production_can_judge" {
  command = plan

  variables {
    targets = merge(var.targets, {
      for name in ["staging-a", "staging-b", "staging-c"] :
      name => merge(var.targets.staging, { deploy_role_arn = "arn:aws:iam::222222222222:role/acme-${name}-deploy" })
    })
  }

  expect_failures = [var.targets]
}
