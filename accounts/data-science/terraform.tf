terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # Bucket, key and encryption key of the state are told at init.
  backend "s3" {}
}

locals {
  organization = yamldecode(file("${path.module}/../organization.yaml"))

  # The provider cannot ask modules/naming, which asks the provider for its partition.
  _account = local.organization.accounts[var.account]
  _region  = try(local._account.region, local.organization.organization.region)
  # Where targets of the business unit are that are not here; here again, if they all are.
  _elsewhere = one(setsubtract([
    for account in values(local.organization.accounts) :
    try(account.region, local.organization.organization.region)
    if try(account.business_unit, "main") == try(local._account.business_unit, "main")
  ], [local._region]))
}

provider "aws" {
  region              = local._region
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

provider "aws" {
  alias               = "elsewhere"
  region              = coalesce(local._elsewhere, local._region)
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
