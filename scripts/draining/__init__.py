"""Ends what runs in an account and what Terraform does not know, so that it can be destroyed."""
