# One model behind one endpoint. A name that ends in a digest of the content stands for that
# content and no other: a change makes a new model and a new configuration, and the old ones go
# only after the endpoint has left them.

locals {
  _variant = "AllTraffic"
  # Names end at 63 characters; a hyphen and twelve digits of the digest need 13 of them.
  _stem = substr(var.endpoint_name, 0, 50)

  _model_digest = sha256(jsonencode({
    image    = var.image_uri
    data     = var.model_data_url
    network  = { groups = sort(var.network.security_group_ids), subnets = sort(var.network.subnet_ids) }
    role_arn = var.role_arn
    sha256   = var.model_data_sha256
  }))
  _configuration_digest = sha256(jsonencode({
    capture = var.capture
    key_arn = var.kms_key_arn
    model   = local._model_digest
    variant = var.variant
  }))

  model_name         = "${local._stem}-${substr(local._model_digest, 0, 12)}"
  configuration_name = "${local._stem}-${substr(local._configuration_digest, 0, 12)}"
}

resource "aws_sagemaker_model" "this" {
  name                     = local.model_name
  execution_role_arn       = var.role_arn
  enable_network_isolation = true
  tags                     = var.tags

  primary_container {
    image          = var.image_uri
    mode           = "SingleModel"
    model_data_url = var.model_data_url
  }

  vpc_config {
    security_group_ids = var.network.security_group_ids
    subnets            = var.network.subnet_ids
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  name        = local.configuration_name
  kms_key_arn = var.kms_key_arn
  tags        = var.tags

  production_variants {
    variant_name           = local._variant
    model_name             = aws_sagemaker_model.this.name
    instance_type          = var.variant.instance_type
    initial_instance_count = var.variant.initial_instance_count
    initial_variant_weight = 1
  }

  dynamic "data_capture_config" {
    for_each = var.capture == null ? [] : [var.capture]

    content {
      enable_capture              = true
      destination_s3_uri          = "s3://${data_capture_config.value.bucket}/${var.endpoint_name}"
      initial_sampling_percentage = data_capture_config.value.percentage
      kms_key_id                  = data_capture_config.value.key_arn

      capture_options {
        capture_mode = "Input"
      }

      capture_options {
        capture_mode = "Output"
      }

      capture_content_type_header {
        csv_content_types  = ["text/csv"]
        json_content_types = ["application/json"]
      }
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint" "this" {
  name                 = var.endpoint_name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this.name
  tags                 = var.tags

  dynamic "deployment_config" {
    for_each = var.rollout == null ? [] : [var.rollout]

    content {
      blue_green_update_policy {
        maximum_execution_timeout_in_seconds = deployment_config.value.timeout_seconds
        termination_wait_in_seconds          = deployment_config.value.termination_wait_seconds

        traffic_routing_configuration {
          type                     = deployment_config.value.canary_percentage == null ? "ALL_AT_ONCE" : "CANARY"
          wait_interval_in_seconds = deployment_config.value.wait_seconds

          dynamic "canary_size" {
            for_each = deployment_config.value.canary_percentage == null ? [] : [deployment_config.value.canary_percentage]

            content {
              type  = "CAPACITY_PERCENT"
              value = canary_size.value
            }
          }
        }
      }

      auto_rollback_configuration {
        dynamic "alarms" {
          for_each = local.alarm_names

          content {
            alarm_name = alarms.value
          }
        }
      }
    }
  }

  lifecycle {
    # SageMaker rolls back without an error. Refusing the result here also keeps the
    # configuration that is live again from being deleted as the old one.
    postcondition {
      condition     = self.endpoint_config_name == local.configuration_name
      error_message = "${var.endpoint_name}: the live endpoint configuration must be ${local.configuration_name}, got ${self.endpoint_config_name}: SageMaker has rolled the update back."
    }
  }

  depends_on = [aws_cloudwatch_metric_alarm.errors, aws_cloudwatch_metric_alarm.latency]
}
