# A network, its edge and its packages on their own, laid out on the twin by the real provider.

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
  account         = { id = "111111111111", prefix = "edge-lab", region = "eu-west-1" }
  organization_id = "o-a1b2c3d4e5"
}

resource "aws_iam_policy" "boundary" {
  name = "edge-lab-boundary-service"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "AllowFlowLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_kms_key" "this" {
  description         = "Protects logs and packages."
  enable_key_rotation = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AllowAdministration"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111111111111:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "AllowLogs"
        Effect    = "Allow"
        Principal = { Service = "logs.eu-west-1.amazonaws.com" }
        Action    = ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
      },
    ]
  })
}

module "private_network" {
  source = "../../../../modules/private-network"

  account         = local.account
  boundary_arn    = aws_iam_policy.boundary.arn
  kms_key_arn     = aws_kms_key.this.arn
  network         = { cidr = "10.77.0.0/16", zones = ["a", "b", "c"] }
  organization_id = local.organization_id
}

module "network_perimeter" {
  source = "../../../../modules/network-perimeter"

  account             = local.account
  interface_endpoints = ["codeartifact.repositories", "sts", "studio"]
  kms_key_arn         = aws_kms_key.this.arn
  organization_id     = local.organization_id
  resolvable_domains  = ["*.git.example.com"]
  route_table_ids     = [module.private_network.route_table_id]
  subnet_ids          = module.private_network.subnet_ids
  vpc_id              = module.private_network.vpc_id

  workload_traffic = {
    keys   = { description = "Instances of a job agree on keys.", protocol = "udp", port = 500 }
    sealed = { description = "Instances of a job exchange sealed traffic.", protocol = "50" }
  }
}

module "package_source" {
  source = "../../../../modules/package-source"

  account         = local.account
  domain_name     = "edge-lab-packages"
  kms_key_arn     = aws_kms_key.this.arn
  organization_id = local.organization_id
  publishers      = ["arn:aws:iam::111111111111:role/edge-lab-ml-engineer"]
  readers         = ["arn:aws:iam::111111111111:role/edge-lab-model-build"]

  upstreams = {
    pypi = { connection = "public:pypi", reason = "Open libraries, judged when they are locked." }
  }
}

output "vpc_id" {
  description = "The network."
  value       = module.private_network.vpc_id
}

output "workload" {
  description = "Where workloads stand in the network."
  value = {
    subnet_ids        = module.private_network.subnet_ids
    security_group_id = module.network_perimeter.workload_security_group_id
  }
}
