# One key that signs, its name and its policy. One role signs with it, where told only as one
# person; whoever administers the key cannot sign, and whoever checks a signature reads half of it.

locals {
  alias_name = "alias/${var.account.prefix}-${var.purpose}"
}

# AWS rotates no asymmetric key: another one is made and trusted in its place.
resource "aws_kms_key" "this" {
  description              = coalesce(var.description, "Signs ${var.purpose} of ${var.account.prefix}.")
  customer_master_key_spec = "ECC_NIST_P256"
  deletion_window_in_days  = 30
  enable_key_rotation      = false
  key_usage                = "SIGN_VERIFY"
  multi_region             = false
  policy                   = data.aws_iam_policy_document.key.json
  tags                     = var.tags
}

resource "aws_kms_alias" "this" {
  name          = local.alias_name
  target_key_id = aws_kms_key.this.key_id
}
