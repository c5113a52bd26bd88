# One model behind one endpoint. A name that ends in a digest of the content stands for that
# content and no other: a change makes a new model and a new configuration, and the old ones go
# only after the endpoint has left them. Each is kept under its name, so that an update that was
# rolled back leaves two of them and who applies the old one again makes nothing.

locals {
  _variant = "AllTraffic"
  _shadow  = "Shadow"
  # Names end at 63 characters; a hyphen and twelve digits of the digest need 13 of them.
  _stem = substr(var.endpoint_name, 0, 50)

  _served = merge(
    { (local._variant) = { image = var.image_uri, data = var.model_data_url, sha256 = var.model_data_sha256 } },
    var.shadow == null ? {} : {
      (local._shadow) = { image = var.shadow.image_uri, data = var.shadow.model_data_url, sha256 = var.shadow.model_data_sha256 }
    },
  )
  _model_digests = {
    for variant, model in local._served : variant => sha256(jsonencode({
      image    = model.image
      data     = model.data
      network  = { groups = sort(var.network.security_group_ids), subnets = sort(var.network.subnet_ids) }
      role_arn = var.role_arn
      sha256   = model.sha256
    }))
  }
  _model_names = {
    for variant, digest in local._model_digests : variant => "${local._stem}-${substr(digest, 0, 12)}"
  }
  # By name: a variant that follows a shadow is the very model that was one.
  _models = { for variant, name in local._model_names : name => local._served[variant]... }

  _configuration_digest = sha256(jsonencode({
    capture = var.capture
    key_arn = var.kms_key_arn
    models  = local._model_digests
    shadow  = try(var.shadow.percentage, null)
    variant = var.variant
  }))

  model_name         = local._model_names[local._variant]
  configuration_name = "${local._stem}-${substr(local._configuration_digest, 0, 12)}"
}

resource "aws_sagemaker_model" "this" {
  for_each = local._models

  name                     = each.key
  execution_role_arn       = var.role_arn
  enable_network_isolation = true
  tags                     = var.tags

  primary_container {
    image          = each.value[0].image
    mode           = "SingleModel"
    model_data_url = each.value[0].data
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
  for_each = toset([local.configuration_name])

  name        = each.key
  kms_key_arn = var.kms_key_arn
  tags        = var.tags

  production_variants {
    variant_name           = local._variant
    model_name             = aws_sagemaker_model.this[local.model_name].name
    instance_type          = var.variant.instance_type
    initial_instance_count = var.variant.initial_instance_count
    initial_variant_weight = 1
  }

  # It is asked what the other is asked, and nobody hears its answers. Its weight is the share of
  # the requests that it gets a copy of, as a part of the other's weight.
  dynamic "shadow_production_variants" {
    for_each = var.shadow == null ? [] : [var.shadow]

    content {
      variant_name           = local._shadow
      model_name             = aws_sagemaker_model.this[local._model_names[local._shadow]].name
      instance_type          = var.variant.instance_type
      initial_instance_count = var.variant.initial_instance_count
      initial_variant_weight = shadow_production_variants.value.percentage / 100
    }
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
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this[local.configuration_name].name
  tags                 = var.tags

  deployment_config {
    blue_green_update_policy {
      maximum_execution_timeout_in_seconds = local._timeout_seconds
      termination_wait_in_seconds          = var.rollout.termination_wait_seconds

      traffic_routing_configuration {
        type                     = local._routing[var.rollout.strategy]
        wait_interval_in_seconds = var.rollout.wait_seconds

        dynamic "canary_size" {
          for_each = var.rollout.strategy == "canary" ? [var.rollout.percentage] : []

          content {
            type  = "CAPACITY_PERCENT"
            value = canary_size.value
          }
        }

        dynamic "linear_step_size" {
          for_each = var.rollout.strategy == "linear" ? [var.rollout.percentage] : []

          content {
            type  = "CAPACITY_PERCENT"
            value = linear_step_size.value
          }
        }
      }
    }

    # What rings for the release that is left must not undo the way back. The block is always
    # there: where it comes or goes, the provider makes the endpoint anew.
    auto_rollback_configuration {
      dynamic "alarms" {
        for_each = var.rollout.watched ? local.alarm_names : [local._quiet_alarm_name]

        content {
          alarm_name = alarms.value
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

  depends_on = [
    aws_cloudwatch_metric_alarm.errors,
    aws_cloudwatch_metric_alarm.latency,
    aws_cloudwatch_metric_alarm.quality,
    aws_cloudwatch_metric_alarm.quiet,
  ]
}
