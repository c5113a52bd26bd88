# A place to work in, in a network that is nothing but two subnets.

terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "script" {
  description = "What runs first."
  type        = string
  default     = "#!/bin/bash\nset -eu\n"
}

provider "aws" {
  region = "eu-west-1"
}

locals {
  account = { id = "111111111111", prefix = "work-lab", region = "eu-west-1" }
  place   = "eu-west-1:111111111111"
}

resource "aws_vpc" "this" {
  cidr_block = "10.40.0.0/16"
}

resource "aws_subnet" "this" {
  for_each = { a = 0, b = 1 }

  vpc_id            = aws_vpc.this.id
  availability_zone = "eu-west-1${each.key}"
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, each.value)
}

resource "aws_security_group" "this" {
  name   = "work-lab"
  vpc_id = aws_vpc.this.id
}

resource "aws_kms_key" "this" {
  deletion_window_in_days = 7
}

resource "aws_iam_policy" "boundary" {
  name = "work-lab-boundary-persona"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "AllowStudio", Effect = "Allow", Action = "sagemaker:DescribeApp", Resource = "*" }]
  })
}

module "studio" {
  source = "../../../../modules/studio"

  account           = local.account
  boundary_arn      = aws_iam_policy.boundary.arn
  default_role_name = "work-lab-studio"
  entry_networks    = ["10.40.0.0/16"]
  key_alias_arn     = "arn:aws:kms:${local.place}:alias/work-lab-studio"
  kms_key_arn       = aws_kms_key.this.arn
  lifecycle_script  = var.script
  organization_id   = "o-a1b2c3d4e5"
  people            = { lena = { persona = "lead" }, sofia = { persona = "data-scientist" } }
  role_names        = { lena = "work-lab-studio-lena", sofia = "work-lab-studio-sofia" }
  security_group_id = aws_security_group.this.id
  subnet_ids        = [for subnet in aws_subnet.this : subnet.id]
  vpc_id            = aws_vpc.this.id
}

output "domain_id" {
  description = "The domain."
  value       = module.studio.domain_id
}

output "lifecycle_config_names" {
  description = "Names of the lifecycle configurations."
  value       = module.studio.lifecycle_config_names
}
