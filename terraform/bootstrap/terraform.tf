terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # No backend: the first run keeps its state beside the root, because the bucket is not there yet.
  # `backend_hcl` is what moves it there.
}

locals {
  organization = yamldecode(file("${path.module}/../../accounts/organization.yaml"))

  # The provider cannot ask modules/naming, which asks the provider for its partition.
  _account = local.organization.accounts[var.account]
}

provider "aws" {
  region              = try(local._account.region, local.organization.organization.region)
  allowed_account_ids = [local._account.id]

  default_tags {
    tags = {
      project    = local.organization.organization.prefix
      account    = var.account
      stage      = local._account.kind
      managed-by = "terraform"
    }
  }
}
