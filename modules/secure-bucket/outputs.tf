output "arn" {
  description = "ARN of the bucket; known before it exists."
  value       = local.arn

  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

output "name" {
  description = "Name of the bucket."
  value       = var.name

  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

output "policy_json" {
  description = "The bucket's policy."
  value       = data.aws_iam_policy_document.bucket.json
}
