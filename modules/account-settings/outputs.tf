output "account_id" {
  description = "Id of the account, once all of its settings hold."
  value       = var.account.id

  depends_on = [
    aws_ebs_encryption_by_default.this,
    aws_ebs_snapshot_block_public_access.this,
    aws_ec2_image_block_public_access.this,
    aws_ec2_instance_metadata_defaults.this,
    aws_ec2_serial_console_access.this,
    aws_s3_account_public_access_block.this,
    aws_sagemaker_servicecatalog_portfolio_status.this,
    aws_ssm_service_setting.document_sharing,
    aws_vpc_block_public_access_options.this,
  ]
}
