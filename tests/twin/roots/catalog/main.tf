# A catalog of one product, in a bucket of its own.

terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "later_templates" {
  description = "Templates after the first."
  type        = list(string)
  default     = []
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = { project = "shop" }
  }
}

resource "aws_s3_bucket" "templates" {
  bucket = "shop-lab-catalog"
}

resource "aws_s3_bucket_versioning" "templates" {
  bucket = aws_s3_bucket.templates.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_iam_policy" "boundary" {
  name = "shop-lab-boundary-service"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "AllowStacks", Effect = "Allow", Action = "cloudformation:CreateStack", Resource = "*" }]
  })
}

module "project_catalog" {
  source = "../../../../modules/project-catalog"

  account              = { id = "111111111111", prefix = "shop-lab", region = "eu-west-1" }
  boundary_arn         = aws_iam_policy.boundary.arn
  launcher_arns        = { buyer = "arn:aws:iam::111111111111:role/buyer" }
  organization_id      = "o-a1b2c3d4e5"
  tag_options          = { owner = ["lena", "sofia"] }
  template_bucket_name = aws_s3_bucket_versioning.templates.bucket

  portfolio = {
    description   = "What people launch by themselves."
    name          = "shop-lab"
    provider_name = "shop"
  }
  products = {
    log = {
      description = "A log group for a while."
      limits      = { Days = ["30", "90"] }
      role_name   = "shop-lab-log-launch"
      statements = [{
        sid       = "KeepLogGroups"
        actions   = ["logs:CreateLogGroup", "logs:DeleteLogGroup"]
        resources = ["arn:aws:logs:eu-west-1:111111111111:log-group:/shop-lab/x/*"]
      }]
      templates = concat([
        "{ Parameters: { Days: { Type: Number } }, Resources: { Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: /shop-lab/x/log } } } }",
      ], var.later_templates)
    }
  }
}

output "portfolio_id" {
  description = "Identifier of the portfolio."
  value       = module.project_catalog.portfolio_id
}

output "product_ids" {
  description = "Identifiers of the products."
  value       = module.project_catalog.product_ids
}
