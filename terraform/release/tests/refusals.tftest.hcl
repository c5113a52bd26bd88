# Every rule about an input refuses what breaks it.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account            = "staging"
  account_id         = "222222222222"
  endpoint_key_arn   = "arn:aws:kms:eu-west-1:222222222222:key/11111111-1111-1111-1111-111111111111"
  endpoint_name      = "acme-staging-churn"
  image_uri          = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/acme/model@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  model              = "churn"
  model_data_sha256  = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
  model_data_url     = "s3://acme-staging-models/approved/churn/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/model.tar.gz"
  region             = "eu-west-1"
  release_id         = "churn-v3-0123456789ab"
  security_group_ids = ["sg-0a1b2c3d"]
  serving_role_arn   = "arn:aws:iam::222222222222:role/acme-staging-serving"
  subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
  variant            = { instance_type = "ml.m5.large" }
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account_id = "12"
  }

  expect_failures = [var.account_id]
}

run "refuses_an_image_of_another_account" {
  command = plan

  variables {
    account_id = "333333333333"
  }

  expect_failures = [var.account_id]
}

run "refuses_a_release_of_another_model" {
  command = plan

  variables {
    release_id = "fraud-v3-0123456789ab"
  }

  expect_failures = [var.release_id]
}

run "refuses_a_release_without_a_digest" {
  command = plan

  variables {
    release_id = "churn-v3"
  }

  expect_failures = [var.release_id]
}

run "refuses_a_serving_role_of_another_account" {
  command = plan

  variables {
    serving_role_arn = "arn:aws:iam::333333333333:role/acme-production-serving"
  }

  expect_failures = [var.serving_role_arn]
}
