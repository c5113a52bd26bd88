variable "account" {
  description = "Key, in organization.yaml, of the account that is set up."
  type        = string
  nullable    = false

  validation {
    condition     = contains(keys(local.organization.accounts), var.account)
    error_message = "account must be a key of accounts in organization.yaml (${join(", ", keys(local.organization.accounts))}), got ${var.account}."
  }
}
