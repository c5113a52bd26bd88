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
  endpoint_name     = "acme-staging-churn"
  image_uri         = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/acme/model@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  kms_key_arn       = "arn:aws:kms:eu-west-1:222222222222:key/11111111-1111-1111-1111-111111111111"
  model_data_sha256 = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
  model_data_url    = "s3://acme-staging-models/approved/churn/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/model.tar.gz"
  network           = { security_group_ids = ["sg-0a1b2c3d"], subnet_ids = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"] }
  role_arn          = "arn:aws:iam::222222222222:role/acme-staging-serving"
  variant           = { instance_type = "ml.m5.large" }
}

run "refuses_an_alarm_on_no_time_at_all" {
  command = plan

  variables {
    alarms = { latency_milliseconds = 0 }
  }

  expect_failures = [var.alarms]
}

run "refuses_an_alarm_that_takes_hours" {
  command = plan

  variables {
    alarms = { minutes = 240 }
  }

  expect_failures = [var.alarms]
}

run "refuses_a_capture_of_more_than_everything" {
  command = plan

  variables {
    capture = { bucket = "acme-staging-capture", key_arn = "arn:aws:kms:eu-west-1:222222222222:key/11111111-1111-1111-1111-111111111111", percentage = 200 }
  }

  expect_failures = [var.capture]
}

run "refuses_a_capture_key_that_is_no_key" {
  command = plan

  variables {
    capture = { bucket = "acme-staging-capture", key_arn = "alias/aws/s3" }
  }

  expect_failures = [var.capture]
}

run "refuses_an_endpoint_name_with_an_underscore" {
  command = plan

  variables {
    endpoint_name = "acme_churn"
  }

  expect_failures = [var.endpoint_name]
}

run "refuses_an_image_by_tag" {
  command = plan

  variables {
    image_uri = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/acme/model:latest"
  }

  expect_failures = [var.image_uri]
}

run "refuses_an_image_of_a_public_registry" {
  command = plan

  variables {
    image_uri = "docker.io/acme/model@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  expect_failures = [var.image_uri]
}

run "refuses_a_volume_key_that_is_an_alias" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-models"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_digest_of_the_archive_in_capitals" {
  command = plan

  variables {
    model_data_sha256 = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
  }

  expect_failures = [var.model_data_sha256]
}

run "refuses_an_archive_that_was_not_approved" {
  command = plan

  variables {
    model_data_url = "s3://acme-staging-models/incoming/churn/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/model.tar.gz"
  }

  expect_failures = [var.model_data_url]
}

run "refuses_an_archive_of_another_digest" {
  command = plan

  variables {
    model_data_url = "s3://acme-staging-models/approved/churn/cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc/model.tar.gz"
  }

  expect_failures = [var.model_data_url]
}

run "refuses_a_model_in_one_subnet" {
  command = plan

  variables {
    network = { security_group_ids = ["sg-0a1b2c3d"], subnet_ids = ["subnet-0a1b2c3d"] }
  }

  expect_failures = [var.network]
}

run "refuses_a_model_without_a_security_group" {
  command = plan

  variables {
    network = { security_group_ids = [], subnet_ids = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"] }
  }

  expect_failures = [var.network]
}

run "refuses_a_role_by_name" {
  command = plan

  variables {
    role_arn = "acme-staging-serving"
  }

  expect_failures = [var.role_arn]
}

run "refuses_a_canary_that_is_most_of_the_fleet" {
  command = plan

  variables {
    rollout = { strategy = "canary", percentage = 80 }
    variant = { instance_type = "ml.m5.large", initial_instance_count = 2 }
  }

  expect_failures = [var.rollout]
}

run "refuses_steps_that_are_too_small" {
  command = plan

  variables {
    rollout = { strategy = "linear", percentage = 5 }
    variant = { instance_type = "ml.m5.large", initial_instance_count = 2 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_share_of_all_at_once" {
  command = plan

  variables {
    rollout = { percentage = 10 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_strategy_that_sagemaker_does_not_have" {
  command = plan

  variables {
    rollout = { strategy = "hope" }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_first_part_of_one_instance" {
  command = plan

  variables {
    rollout = { strategy = "canary", percentage = 10 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_rollout_that_waits_for_hours" {
  command = plan

  variables {
    rollout = { wait_seconds = 7200 }
  }

  expect_failures = [var.rollout]
}

run "refuses_old_instances_that_stay_for_hours" {
  command = plan

  variables {
    rollout = { termination_wait_seconds = 7200 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_rollout_without_time" {
  command = plan

  variables {
    rollout = { timeout_seconds = 60 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_quality_with_two_bounds" {
  command = plan

  variables {
    alarms = { quality = { metric = "auc", schedule = "s", at_least = 1, at_most = 2 } }
  }

  expect_failures = [var.alarms]
}

run "refuses_a_shadow_by_tag" {
  command = plan

  variables {
    shadow = {
      image_uri         = "acme/model:latest"
      model_data_sha256 = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
      model_data_url    = "s3://acme-staging-models/approved/churn/dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd/model.tar.gz"
    }
  }

  expect_failures = [var.shadow]
}

run "refuses_a_shadow_from_elsewhere" {
  command = plan

  variables {
    shadow = {
      image_uri         = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/acme/model@sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
      model_data_sha256 = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
      model_data_url    = "s3://elsewhere/model.tar.gz"
    }
  }

  expect_failures = [var.shadow]
}

run "refuses_a_shadow_of_nothing" {
  command = plan

  variables {
    shadow = {
      image_uri         = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/acme/model@sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
      model_data_sha256 = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
      model_data_url    = "s3://acme-staging-models/approved/churn/dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd/model.tar.gz"
      percentage        = 0
    }
  }

  expect_failures = [var.shadow]
}

run "refuses_no_machine_at_all" {
  command = plan

  variables {
    variant = { instance_type = "ml.m5.large", initial_instance_count = 0 }
  }

  expect_failures = [var.variant]
}

run "refuses_a_machine_that_sagemaker_does_not_have" {
  command = plan

  variables {
    variant = { instance_type = "m5.large" }
  }

  expect_failures = [var.variant]
}

run "refuses_a_machine_with_instance_storage" {
  command = plan

  variables {
    variant = { instance_type = "ml.m5d.large" }
  }

  expect_failures = [var.variant]
}
