# How a model is served.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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

run "isolates_the_model_in_the_private_network" {
  command = plan

  assert {
    condition     = aws_sagemaker_model.this[local.model_name].enable_network_isolation == true
    error_message = "A model must have no network."
  }

  assert {
    condition     = toset(aws_sagemaker_model.this[local.model_name].vpc_config[0].subnets) == toset(var.network.subnet_ids)
    error_message = "A model must be in the private subnets."
  }

  assert {
    condition     = aws_sagemaker_model.this[local.model_name].primary_container[0].image == var.image_uri
    error_message = "An image must be named by its digest."
  }
}

run "encrypts_the_volumes" {
  command = plan

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this[local.configuration_name].kms_key_arn == var.kms_key_arn
    error_message = "Volumes must be encrypted with the given key."
  }
}

run "keeps_nothing_unless_told_to" {
  command = plan

  assert {
    condition     = length(aws_sagemaker_endpoint_configuration.this[local.configuration_name].data_capture_config) == 0
    error_message = "Nothing must be captured by default."
  }

  assert {
    condition     = length(aws_sagemaker_endpoint_configuration.this[local.configuration_name].shadow_production_variants) == 0
    error_message = "Nothing must be tried beside the model by default."
  }
}

run "names_the_configuration_after_its_content" {
  command = plan

  assert {
    condition     = local.configuration_name != local.model_name && can(regex("^acme-staging-churn-[0-9a-f]{12}$", local.configuration_name))
    error_message = "The name must end in a digest."
  }
}

run "captures_under_the_given_key" {
  command = plan

  variables {
    capture = { bucket = "acme-staging-capture", key_arn = "arn:aws:kms:eu-west-1:222222222222:key/11111111-1111-1111-1111-111111111111" }
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this[local.configuration_name].data_capture_config[0].kms_key_id == var.capture.key_arn
    error_message = "What is captured must be encrypted."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this[local.configuration_name].data_capture_config[0].destination_s3_uri == "s3://acme-staging-capture/acme-staging-churn"
    error_message = "What is captured must lie under the name of the endpoint."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this[local.configuration_name].name != run.names_the_configuration_after_its_content.endpoint_configuration_name
    error_message = "Another content must have another name."
  }

  assert {
    condition     = aws_sagemaker_model.this[local.model_name].name == run.names_the_configuration_after_its_content.model_name
    error_message = "A change of the configuration must not make another model."
  }
}

run "rolls_back_by_its_own_alarms" {
  command = plan

  assert {
    condition     = toset(flatten(aws_sagemaker_endpoint.this.deployment_config[0].auto_rollback_configuration[0].alarms[*].alarm_name)) == toset([aws_cloudwatch_metric_alarm.errors.alarm_name, aws_cloudwatch_metric_alarm.latency.alarm_name])
    error_message = "Both alarms must roll back, whatever the rollout is."
  }

  assert {
    condition     = aws_sagemaker_endpoint.this.deployment_config[0].blue_green_update_policy[0].traffic_routing_configuration[0].type == "ALL_AT_ONCE"
    error_message = "All traffic must move at once by default."
  }
}

run "goes_back_past_alarms_that_ring" {
  command = plan

  variables {
    rollout = { watched = false }
  }

  assert {
    condition     = flatten(aws_sagemaker_endpoint.this.deployment_config[0].auto_rollback_configuration[0].alarms[*].alarm_name) == [aws_cloudwatch_metric_alarm.quiet.alarm_name]
    error_message = "An alarm that can ring must not undo the way back, and without any the provider would make the endpoint anew."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.quiet.comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.quiet.threshold == 0 && aws_cloudwatch_metric_alarm.quiet.treat_missing_data == "notBreaching"
    error_message = "The alarm of the way back must be one that never rings."
  }
}

run "moves_a_canary_first" {
  command = plan

  variables {
    rollout = { strategy = "canary", percentage = 10, wait_seconds = 300, termination_wait_seconds = 60 }
    variant = { instance_type = "ml.m5.large", initial_instance_count = 2 }
  }

  assert {
    condition     = one(aws_sagemaker_endpoint.this.deployment_config[0].blue_green_update_policy[0].traffic_routing_configuration[0].canary_size).value == 10
    error_message = "A tenth must move first."
  }

  assert {
    condition     = aws_sagemaker_endpoint.this.deployment_config[0].blue_green_update_policy[0].maximum_execution_timeout_in_seconds == 2 * 300 + 60 + 1800
    error_message = "A rollout must have time for its waits."
  }
}

run "moves_in_equal_steps" {
  command = plan

  variables {
    rollout = { strategy = "linear", percentage = 30, wait_seconds = 60 }
    variant = { instance_type = "ml.m5.large", initial_instance_count = 4 }
  }

  assert {
    condition     = one(aws_sagemaker_endpoint.this.deployment_config[0].blue_green_update_policy[0].traffic_routing_configuration[0].linear_step_size).value == 30
    error_message = "Each step must be of that size."
  }

  assert {
    condition     = aws_sagemaker_endpoint.this.deployment_config[0].blue_green_update_policy[0].maximum_execution_timeout_in_seconds == 4 * 60 + 1800
    error_message = "The last step may be smaller, and counts."
  }
}

run "rolls_back_when_answers_get_worse" {
  command = plan

  variables {
    alarms = { quality = { metric = "auc", schedule = "acme-quality", at_least = 0.9 } }
  }

  assert {
    condition     = contains(flatten(aws_sagemaker_endpoint.this.deployment_config[0].auto_rollback_configuration[0].alarms[*].alarm_name), "acme-staging-churn-quality")
    error_message = "The alarm on quality must roll back."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.quality["quality"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.quality["quality"].threshold == 0.9
    error_message = "A value below the bound must ring."
  }
}

run "tries_a_model_beside_the_one_that_answers" {
  command = plan

  variables {
    shadow = {
      image_uri         = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/acme/model@sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
      model_data_sha256 = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
      model_data_url    = "s3://acme-staging-models/approved/churn/dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd/model.tar.gz"
      percentage        = 50
    }
  }

  assert {
    condition     = length(aws_sagemaker_model.this) == 2 && local.model_name == run.names_the_configuration_after_its_content.model_name
    error_message = "The model that answers must stay the same."
  }

  assert {
    condition     = one(aws_sagemaker_endpoint_configuration.this[local.configuration_name].shadow_production_variants).initial_variant_weight == 0.5
    error_message = "It must get a copy of half of the requests."
  }

  assert {
    condition     = toset(output.shadow_alarm_names) == toset(["acme-staging-churn-shadow-errors", "acme-staging-churn-shadow-latency"])
    error_message = "Alarms must watch the shadow."
  }
}

run "stays_within_63_characters" {
  command = plan

  variables {
    endpoint_name = "a12345678901-production-eu-central-1-a-model-with-a-long-name"
  }

  assert {
    condition     = length(aws_sagemaker_model.this[local.model_name].name) == 63 && length(aws_sagemaker_endpoint_configuration.this[local.configuration_name].name) == 63
    error_message = "Names must end at 63 characters."
  }
}
