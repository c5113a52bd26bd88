# What every resource of the account looked like and when it changed, and whether that was right.
# What is right stands in rules.tf.

locals {
  _service_role = "arn:${var.account.partition}:iam::${var.account.id}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
}

# Config's own role: nobody else can take it, and what it may do is AWS's to say.
resource "aws_iam_service_linked_role" "config" {
  aws_service_name = "config.amazonaws.com"
  description      = "Lets AWS Config look at the resources of this account."
}

resource "aws_config_configuration_recorder" "this" {
  name     = var.name
  role_arn = local._service_role

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }

  recording_mode {
    recording_frequency = "CONTINUOUS"
  }

  depends_on = [aws_iam_service_linked_role.config]
}

resource "aws_config_delivery_channel" "this" {
  name           = var.name
  s3_bucket_name = var.bucket_name
  s3_kms_key_arn = var.kms_key_arn

  snapshot_delivery_properties {
    delivery_frequency = "TwentyFour_Hours"
  }

  depends_on = [aws_config_configuration_recorder.this]
}

resource "aws_config_configuration_recorder_status" "this" {
  name       = aws_config_configuration_recorder.this.name
  is_enabled = true

  depends_on = [aws_config_delivery_channel.this]
}

resource "aws_config_retention_configuration" "this" {
  retention_period_in_days = var.retention_days

  depends_on = [aws_config_configuration_recorder.this]
}

resource "aws_config_config_rule" "managed" {
  for_each = local.managed_rules

  name             = "${var.account.prefix}-${each.key}"
  description      = "${each.value.pack} (${join(", ", each.value.controls)})"
  input_parameters = length(each.value.parameters) == 0 ? null : jsonencode(each.value.parameters)
  tags             = var.tags

  source {
    owner             = "AWS"
    source_identifier = each.value.identifier
  }

  depends_on = [aws_config_configuration_recorder_status.this]
}

# Rules that the packs write in Guard's own language.
resource "aws_config_config_rule" "written" {
  for_each = local.written_rules

  name        = "${var.account.prefix}-${each.key}"
  description = "${each.value.pack} (${join(", ", each.value.controls)})"
  tags        = var.tags

  scope {
    compliance_resource_types = [each.value.resource_type]
  }

  source {
    owner = "CUSTOM_POLICY"

    source_detail {
      message_type = "ConfigurationItemChangeNotification"
    }

    custom_policy_details {
      policy_runtime = "guard-2.x.x"
      policy_text    = each.value.policy
    }
  }

  depends_on = [aws_config_configuration_recorder_status.this]
}
