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
  _file        = yamldecode(file("${path.module}/../../accounts/organization.yaml"))
  organization = local._file.organization
}

# The management account; policies of the organisation can be made nowhere else.
provider "aws" {
  region              = local.organization.region
  allowed_account_ids = [local.organization.management_account_id]

  default_tags {
    tags = {
      project    = local.organization.prefix
      account    = "organization"
      managed-by = "terraform"
    }
  }
}
