# What ingests features into an account, with the least around it.

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

variable "image_digest" {
  description = "Digest of the image in which jobs run."
  type        = string
}

locals {
  account       = { id = "111111111111", prefix = "keep-lab", region = "eu-west-1" }
  administrator = "arn:aws:iam::111111111111:role/OrganizationAccountAccessRole"
  name          = "keep-lab-features"
  roles         = { for purpose in ["", "-processing", "-pipeline", "-store"] : trimprefix(purpose, "-") => "arn:aws:iam::111111111111:role/${local.name}${purpose}" }
}

module "data_key" {
  source = "../../../../modules/customer-key"

  account         = local.account
  administrators  = [local.administrator]
  organization_id = "o-a1b2c3d4e5"
  purpose         = "data"

  users = {
    function = { role_arns = [local.roles[""], local.roles.store], via_services = ["s3"] }
    jobs     = { role_arns = [local.roles.processing, local.roles.pipeline], grants = true, via_services = ["s3", "sagemaker"] }
    people   = { role_arns = ["arn:aws:iam::111111111111:role/keep-lab-bringer", "arn:aws:iam::111111111111:role/keep-lab-reader"], via_services = ["s3"] }
  }
}

module "notice_key" {
  source = "../../../../modules/customer-key"

  account         = local.account
  administrators  = [local.administrator]
  organization_id = "o-a1b2c3d4e5"
  purpose         = "notice"

  services = {
    alarms = { principal = "cloudwatch.amazonaws.com" }
    events = { principal = "events.amazonaws.com" }
    logs   = { principal = "logs.eu-west-1.amazonaws.com" }
  }

  users = {
    function = { role_arns = [local.roles[""]], via_services = ["sns", "sqs"] }
    people   = { role_arns = [for name in ["mender", "watcher"] : "arn:aws:iam::111111111111:role/keep-lab-${name}"], via_services = ["sqs"] }
  }
}

resource "aws_vpc" "this" {
  cidr_block           = "10.98.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  for_each = { a = "10.98.1.0/24", b = "10.98.2.0/24" }

  vpc_id     = aws_vpc.this.id
  cidr_block = each.value
}

resource "aws_security_group" "this" {
  name   = "keep-lab"
  vpc_id = aws_vpc.this.id

  ingress {
    protocol  = "tcp"
    from_port = 443
    to_port   = 443
    self      = true
  }

  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# Neither function nor jobs have another way to what they ask.
resource "aws_vpc_endpoint" "this" {
  for_each = toset(["sagemaker.api", "sns", "sqs", "ssm"])

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.eu-west-1.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.this.id]
  subnet_ids          = [for subnet in aws_subnet.this : subnet.id]
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_vpc.this.main_route_table_id]
}

resource "aws_s3_bucket" "this" {
  bucket        = "keep-lab-data-111111111111"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    apply_server_side_encryption_by_default {
      kms_master_key_id = module.data_key.key_arn
      sse_algorithm     = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_notification" "this" {
  bucket      = aws_s3_bucket.this.bucket
  eventbridge = true
}

resource "aws_sns_topic" "this" {
  name              = "keep-lab-notices"
  kms_master_key_id = module.notice_key.key_arn
}

resource "aws_sns_topic_subscription" "this" {
  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = "petra@example.com"
}

resource "aws_ecr_repository" "this" {
  name         = "keep/model"
  force_delete = true
}

resource "aws_cloudwatch_log_group" "jobs" {
  name = "/aws/sagemaker/ProcessingJobs"
}

data "aws_iam_policy_document" "boundary" {
  statement {
    sid       = "Everything"
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "keep-lab-boundary"
  policy = data.aws_iam_policy_document.boundary.json
}

module "features" {
  source = "../../../../modules/feature-ingestion"

  account         = local.account
  boundary_arns   = { service = aws_iam_policy.boundary.arn, workload = aws_iam_policy.boundary.arn }
  bucket_name     = aws_s3_bucket.this.bucket
  data_key        = { alias_arn = module.data_key.alias_arn, arn = module.data_key.key_arn }
  image_uri       = "${aws_ecr_repository.this.repository_url}@${var.image_digest}"
  log             = { key_arn = module.notice_key.key_arn }
  name            = local.name
  organization_id = "o-a1b2c3d4e5"

  emails = { sofia = "sofia@example.com" }
  groups = {
    claims = {
      description = "Claims to a vehicle insurance."
      owner       = "sofia"
      record_id   = "policy_id"
      columns = {
        authorities_contacted   = "text"
        collision_type          = "text"
        driver_relationship     = "text"
        fraud                   = "integer"
        incident_day            = "integer"
        incident_dow            = "integer"
        incident_hour           = "integer"
        incident_month          = "integer"
        incident_severity       = "text"
        incident_type           = "text"
        injury_claim            = "number"
        num_injuries            = "integer"
        num_vehicles_involved   = "integer"
        num_witnesses           = "integer"
        police_report_available = "text"
        policy_id               = "integer"
        total_claim_amount      = "number"
        vehicle_claim           = "number"
      }
    }
  }

  network = {
    security_group_ids = [aws_security_group.this.id]
    subnet_ids         = [for subnet in aws_subnet.this : subnet.id]
  }

  notice = {
    alias_arn = module.notice_key.alias_arn
    key_arn   = module.notice_key.key_arn
    topic_arn = aws_sns_topic.this.arn
  }

  depends_on = [aws_s3_bucket_versioning.this, aws_s3_bucket_server_side_encryption_configuration.this]
}

output "mender_statements" {
  description = "What who sends events again needs."
  value       = module.features.mender_statements
}

output "pipeline_name" {
  description = "Name of the claims' pipeline."
  value       = module.features.pipeline_names.claims
}

output "reader_statements" {
  description = "What who asks for features needs."
  value       = module.features.reader_statements
}

output "repository_url" {
  description = "Where the image of jobs is pushed."
  value       = aws_ecr_repository.this.repository_url
}

output "work_group" {
  description = "Work group and database of the features."
  value       = module.features.work_group
}
