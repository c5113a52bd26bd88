"""A local AWS: several accounts in one process, to which real Terraform is applied."""
