# What is switched off in the account, as the real provider plans it.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account = { id = "111111111111", region = "eu-west-1" }
}

run "lets_no_bucket_of_the_account_be_public" {
  command = plan

  assert {
    condition     = aws_s3_account_public_access_block.this.account_id == "111111111111" && aws_s3_account_public_access_block.this.block_public_acls && aws_s3_account_public_access_block.this.block_public_policy && aws_s3_account_public_access_block.this.ignore_public_acls && aws_s3_account_public_access_block.this.restrict_public_buckets
    error_message = "Public access must be blocked in all four ways for the account."
  }
}

run "lets_no_internet_gateway_carry_anything" {
  command = plan

  assert {
    condition     = aws_vpc_block_public_access_options.this.internet_gateway_block_mode == "block-bidirectional"
    error_message = "Internet gateways must be blocked in both directions."
  }
}

run "lets_nothing_be_shared_with_everybody" {
  command = plan

  assert {
    condition     = aws_ebs_snapshot_block_public_access.this.state == "block-all-sharing" && aws_ec2_image_block_public_access.this.state == "block-new-sharing"
    error_message = "Snapshots and images must not be shared publicly."
  }

  assert {
    condition     = aws_ssm_service_setting.document_sharing.setting_value == "Disable" && aws_ssm_service_setting.document_sharing.setting_id == "arn:aws:ssm:eu-west-1:111111111111:servicesetting/ssm/documents/console/public-sharing-permission"
    error_message = "Documents must not be shared publicly."
  }
}

run "encrypts_volumes_and_asks_for_tokens" {
  command = plan

  assert {
    condition     = aws_ebs_encryption_by_default.this.enabled && aws_ec2_instance_metadata_defaults.this.http_tokens == "required" && aws_ec2_instance_metadata_defaults.this.http_put_response_hop_limit == 1
    error_message = "Volumes must be encrypted, and instance metadata must ask for a token."
  }

  assert {
    condition     = !aws_ec2_serial_console_access.this.enabled && aws_sagemaker_servicecatalog_portfolio_status.this.status == "Disabled"
    error_message = "Serial console and foreign templates must be off."
  }
}
