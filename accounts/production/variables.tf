variable "account" {
  description = "Key, in organization.yaml, of the account of kind production that is laid out; another key lays out another account of this kind."
  type        = string
  default     = "production"
  nullable    = false

  validation {
    condition     = try(local.organization.accounts[var.account].kind, "") == "production"
    error_message = "account must be the key of an account of kind production in organization.yaml, got ${var.account}."
  }
}

variable "build_image_digest" {
  description = "Digest of the image in this account's build repository that builds run in; null takes an image that AWS curates, in which a build finds neither Terraform nor Python packages without a way to the internet."
  type        = string
  default     = null

  validation {
    condition     = var.build_image_digest == null || can(regex("^sha256:[0-9a-f]{64}$", var.build_image_digest))
    error_message = "build_image_digest must be sha256: and 64 hexadecimal digits, got ${coalesce(var.build_image_digest, "null")}."
  }
}
