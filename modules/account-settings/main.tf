# What AWS leaves open in a new account and region unless somebody closes it: everything that could
# be made public, shared or reached from the internet is switched off for the account as a whole, so
# that no single resource can be a mistake. There is no input for any of it.

resource "aws_s3_account_public_access_block" "this" {
  account_id = var.account.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Even a gateway that somebody attached would carry nothing in either direction.
resource "aws_vpc_block_public_access_options" "this" {
  internet_gateway_block_mode = "block-bidirectional"
}

resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_ebs_snapshot_block_public_access" "this" {
  state = "block-all-sharing"
}

resource "aws_ec2_image_block_public_access" "this" {
  state = "block-new-sharing"
}

resource "aws_ec2_instance_metadata_defaults" "this" {
  http_endpoint               = "enabled"
  http_put_response_hop_limit = 1
  http_tokens                 = "required"
  instance_metadata_tags      = "disabled"
}

resource "aws_ec2_serial_console_access" "this" {
  enabled = false
}

resource "aws_ssm_service_setting" "document_sharing" {
  setting_id = join(":", [
    "arn", var.account.partition, "ssm", var.account.region, var.account.id,
    "servicesetting/ssm/documents/console/public-sharing-permission",
  ])
  setting_value = "Disable"
}

# The templates of AWS bring roles of their own, which nobody here has read.
resource "aws_sagemaker_servicecatalog_portfolio_status" "this" {
  status = "Disabled"
}
