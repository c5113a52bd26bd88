"""What of the platform exists in an account, asked of AWS itself and not of Terraform's state."""
