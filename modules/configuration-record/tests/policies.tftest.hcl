# What is recorded and what it is judged by, by the real provider.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account     = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  bucket_name = "acme-lab-configuration-111111111111"
  kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/audit"
  name        = "acme-lab"
}

run "records_every_type_also_the_global_ones_all_the_time" {
  command = plan

  assert {
    condition     = one(aws_config_configuration_recorder.this.recording_group).all_supported && one(aws_config_configuration_recorder.this.recording_group).include_global_resource_types
    error_message = "Every type must be recorded."
  }

  assert {
    condition     = one(aws_config_configuration_recorder.this.recording_mode).recording_frequency == "CONTINUOUS" && aws_config_configuration_recorder_status.this.is_enabled
    error_message = "The recorder must run all the time."
  }

  assert {
    condition     = aws_config_configuration_recorder.this.role_arn == "arn:aws:iam::111111111111:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    error_message = "The recorder must use Config's own role."
  }

  assert {
    condition     = aws_config_delivery_channel.this.s3_kms_key_arn == var.kms_key_arn && aws_config_delivery_channel.this.s3_bucket_name == var.bucket_name
    error_message = "The record must be delivered under the customer's key."
  }
}

run "judges_by_the_packs" {
  command = plan

  assert {
    condition = length(setsubtract([
      "SAGEMAKER_DOMAIN_IN_VPC", "SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED",
      "SAGEMAKER_ENDPOINT_CONFIG_PROD_INSTANCE_COUNT", "SAGEMAKER_MODEL_IN_VPC", "SAGEMAKER_MODEL_ISOLATION_ENABLED",
      "SAGEMAKER_NOTEBOOK_INSTANCE_ROOT_ACCESS_CHECK", "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS",
      "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", "CMK_BACKING_KEY_ROTATION_ENABLED", "VPC_FLOW_LOGS_ENABLED",
    ], [for rule in values(aws_config_config_rule.managed) : one(rule.source).source_identifier])) == 0
    error_message = "The rules of both packs must be there under AWS's identifiers."
  }

  assert {
    condition = (
      length(distinct([for rule in values(aws_config_config_rule.managed) : one(rule.source).source_identifier]))
      == length(aws_config_config_rule.managed)
    )
    error_message = "No rule may be there twice."
  }

  assert {
    condition     = jsondecode(aws_config_config_rule.managed["cw-loggroup-retention-period-check"].input_parameters).MinRetentionTime == "365"
    error_message = "Logs must be kept for a year."
  }

  assert {
    condition     = alltrue([for controls in values(output.rule_controls) : length(controls) > 0])
    error_message = "Every rule must name the control that it watches."
  }

  assert {
    condition     = alltrue([for rule in values(aws_config_config_rule.written) : one(rule.source).owner == "CUSTOM_POLICY"])
    error_message = "Rules in Guard must be written, not taken from AWS."
  }
}
