# What the business sees of forecasts, with the least around it.

terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_kms_key" "data" {
  description         = "Rows and results of queries."
  enable_key_rotation = true
}

resource "aws_s3_bucket" "data" {
  bucket        = "keep-lab-forecasts-111111111111"
  force_destroy = true
}

variable "reader_arns" {
  description = "Who sees the data set in QuickSight."
  type        = list(string)
}

module "business_view" {
  source = "../../../../modules/business-view"

  account      = { id = "111111111111", prefix = "keep-lab" }
  bucket_name  = aws_s3_bucket.data.id
  dashboard    = { reader_arns = var.reader_arns }
  data_key_arn = aws_kms_key.data.arn
  forecasts    = { demand = { description = "Demand of the next day." } }
  name         = "keep-lab-forecasts"
}

output "bucket_name" {
  description = "Where batches leave their rows."
  value       = aws_s3_bucket.data.id
}

output "views" {
  description = "The views of the latest forecasts."
  value       = module.business_view.views
}

output "work_group_name" {
  description = "What asks for them."
  value       = module.business_view.work_group_name
}
