# What audits an account, with the least around it.

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

locals {
  account = { id = "111111111111", prefix = "watch-lab", region = "eu-west-1" }
  buckets = { for purpose in ["configuration", "trail"] : purpose => "watch-lab-${purpose}-111111111111" }
}

module "key" {
  source = "../../../../modules/customer-key"

  account         = local.account
  administrators  = ["arn:aws:iam::111111111111:role/OrganizationAccountAccessRole"]
  organization_id = "o-a1b2c3d4e5"
  purpose         = "audit"

  services = {
    alarms = { principal = "cloudwatch.amazonaws.com" }
    config = { principal = "config.amazonaws.com" }
    logs   = { principal = "logs.eu-west-1.amazonaws.com" }
    trail  = { principal = "cloudtrail.amazonaws.com" }
  }

  users = {
    detective = {
      role_arns    = ["arn:aws:iam::111111111111:role/watch-lab-detective"]
      via_services = ["sns", "sqs"]
    }
  }
}

resource "aws_vpc" "this" {
  cidr_block           = "10.99.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  for_each = { a = "10.99.1.0/24", b = "10.99.2.0/24" }

  vpc_id     = aws_vpc.this.id
  cidr_block = each.value
}

resource "aws_security_group" "this" {
  name   = "watch-lab"
  vpc_id = aws_vpc.this.id

  ingress {
    protocol  = "tcp"
    from_port = 443
    to_port   = 443
    self      = true
  }

  egress {
    protocol  = "tcp"
    from_port = 443
    to_port   = 443
    self      = true
  }
}

# The function has no other way to what it asks.
resource "aws_vpc_endpoint" "this" {
  for_each = toset(["sagemaker.api", "sns", "ssm"])

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.eu-west-1.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.this.id]
  subnet_ids          = [for subnet in aws_subnet.this : subnet.id]
}

resource "aws_ssm_parameter" "subnets" {
  name  = "/watch/lab/network/subnet-ids"
  type  = "StringList"
  value = join(",", [for subnet in aws_subnet.this : subnet.id])
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket = each.value
}

data "aws_iam_policy_document" "records" {
  for_each = {
    configuration = "config.amazonaws.com"
    trail         = "cloudtrail.amazonaws.com"
  }

  statement {
    sid       = "SeeBucket"
    actions   = ["s3:GetBucketAcl", "s3:ListBucket"]
    resources = [aws_s3_bucket.this[each.key].arn]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }
  }

  statement {
    sid       = "KeepRecords"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this[each.key].arn}/AWSLogs/111111111111/*"]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["111111111111"]
    }
  }
}

resource "aws_s3_bucket_policy" "records" {
  for_each = data.aws_iam_policy_document.records

  bucket = aws_s3_bucket.this[each.key].bucket
  policy = each.value.json
}

data "aws_iam_policy_document" "boundary" {
  statement {
    sid       = "Everything"
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "watch-lab-boundary-service"
  policy = data.aws_iam_policy_document.boundary.json
}

module "audit_trail" {
  source = "../../../../modules/audit-trail"

  account           = local.account
  boundary_arn      = aws_iam_policy.boundary.arn
  bucket_name       = aws_s3_bucket_policy.records["trail"].bucket
  data_bucket_names = ["watch-lab-data-111111111111"]
  kms_key_arn       = module.key.key_arn
  log               = { key_arn = module.key.key_arn }
  name              = "watch-lab"
  role_name         = "watch-lab-trail"
}

module "security_alarms" {
  source = "../../../../modules/security-alarms"

  account             = local.account
  emails              = { petra = "petra@example.com" }
  kms_key_arn         = module.key.key_arn
  log_group_name      = module.audit_trail.log_group_name
  promotion_role_arns = []
  publisher_role_arns = ["arn:aws:iam::111111111111:role/watch-lab-detective"]
  topic_name          = "watch-lab-security"
}

module "configuration_record" {
  source = "../../../../modules/configuration-record"

  account     = local.account
  bucket_name = aws_s3_bucket_policy.records["configuration"].bucket
  kms_key_arn = module.key.key_arn
  name        = "watch-lab"
}

module "detective_control" {
  source = "../../../../modules/detective-control"

  account                = local.account
  boundary_arn           = aws_iam_policy.boundary.arn
  key_alias_arn          = module.key.alias_arn
  kms_key_arn            = module.key.key_arn
  log                    = { key_arn = module.key.key_arn }
  name                   = "watch-lab-detective"
  role_name              = "watch-lab-detective"
  subnet_parameter_names = [aws_ssm_parameter.subnets.name]
  topic_arn              = module.security_alarms.topic_arn

  network = {
    security_group_ids = [aws_security_group.this.id]
    subnet_ids         = [for subnet in aws_subnet.this : subnet.id]
  }
}

module "threat_detection" {
  source = "../../../../modules/threat-detection"

  account           = local.account
  data_bucket_names = ["watch-lab-data-111111111111"]
  function_arn      = module.detective_control.function_arn
}

output "security_group_id" {
  description = "Group of the function."
  value       = aws_security_group.this.id
}

output "subnet_ids" {
  description = "Subnets of the function."
  value       = [for subnet in aws_subnet.this : subnet.id]
}
