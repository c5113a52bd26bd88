# One key, its name and its policy. Whoever administers the key cannot use it, whoever uses it
# cannot change it, and nobody else has either.

locals {
  alias_name = "alias/${var.account.prefix}-${var.purpose}"
}

resource "aws_kms_key" "this" {
  description             = coalesce(var.description, "Protects ${var.purpose} of ${var.account.prefix}.")
  deletion_window_in_days = 30
  enable_key_rotation     = true
  multi_region            = false
  policy                  = data.aws_iam_policy_document.key.json
  tags                    = var.tags
}

resource "aws_kms_alias" "this" {
  name          = local.alias_name
  target_key_id = aws_kms_key.this.key_id
}
