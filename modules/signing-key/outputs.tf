output "alias_arn" {
  description = "ARN of the alias; known before the key exists."
  value       = "arn:${var.account.partition}:kms:${var.account.region}:${var.account.id}:${local.alias_name}"

  depends_on = [aws_kms_alias.this]
}

output "alias_name" {
  description = "The alias, with its alias/ prefix."
  value       = local.alias_name

  depends_on = [aws_kms_alias.this]
}

output "key_arn" {
  description = "ARN of the key; unknown before the key exists, so no policy may contain it."
  value       = aws_kms_key.this.arn

  depends_on = [aws_kms_alias.this]
}

output "policy_json" {
  description = "The key's policy."
  value       = data.aws_iam_policy_document.key.json
}
