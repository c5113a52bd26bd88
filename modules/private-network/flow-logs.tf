# Every accepted and refused connection is written down, encrypted, in this account.

locals {
  flow_log_group_name = "/${var.account.prefix}/network/flow"

  _flow_log_group_arn = join(":", [
    "arn", var.account.partition, "logs", var.account.region, var.account.id,
    "log-group", local.flow_log_group_name,
  ])
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = local.flow_log_group_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.flow_log_retention_days
  tags              = var.tags
}

module "flow_log_role" {
  source = "../workload-role"

  account         = var.account
  boundary_arn    = var.boundary_arn
  description     = "Writes the flow logs of the private network."
  name            = "${var.account.prefix}-flow-log"
  organization_id = var.organization_id
  tags            = var.tags

  trust = {
    services = {
      flow-logs = {
        principal = "vpc-flow-logs.amazonaws.com"
        source_arns = [
          "arn:${var.account.partition}:ec2:${var.account.region}:${var.account.id}:vpc-flow-log/*",
        ]
      }
    }
  }

  statements = [
    {
      sid       = "WriteFlowLogs"
      actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      resources = [local._flow_log_group_arn, "${local._flow_log_group_arn}:*"]
    },
  ]
}

resource "aws_flow_log" "this" {
  iam_role_arn             = module.flow_log_role.arn
  log_destination          = aws_cloudwatch_log_group.flow.arn
  max_aggregation_interval = 60
  traffic_type             = "ALL"
  vpc_id                   = aws_vpc.this.id
  tags                     = var.tags
}
