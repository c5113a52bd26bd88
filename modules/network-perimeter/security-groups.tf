# Workloads reach the endpoints and S3; endpoints are reached by workloads; nothing else moves but
# what workloads are told to say to each other.

resource "aws_security_group" "endpoint" {
  name        = "${var.account.prefix}-endpoint"
  description = "Interface endpoints, reached by workloads only."
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.account.prefix}-endpoint" })
}

resource "aws_security_group" "workload" {
  name        = "${var.account.prefix}-workload"
  description = "Everything that runs in the network."
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.account.prefix}-workload" })
}

resource "aws_vpc_security_group_ingress_rule" "endpoint_from_workload" {
  description                  = "Workloads call AWS services."
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.workload.id
  security_group_id            = aws_security_group.endpoint.id
  to_port                      = 443
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "workload_to_endpoint" {
  description                  = "Workloads call AWS services."
  from_port                    = 443
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.endpoint.id
  security_group_id            = aws_security_group.workload.id
  to_port                      = 443
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "workload_to_s3" {
  description       = "Workloads read and write S3."
  from_port         = 443
  ip_protocol       = "tcp"
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  security_group_id = aws_security_group.workload.id
  to_port           = 443
  tags              = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "workload_from_workload" {
  for_each = var.workload_traffic

  description                  = each.value.description
  from_port                    = each.value.port
  ip_protocol                  = each.value.protocol
  referenced_security_group_id = aws_security_group.workload.id
  security_group_id            = aws_security_group.workload.id
  to_port                      = each.value.port
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "workload_to_workload" {
  for_each = var.workload_traffic

  description                  = each.value.description
  from_port                    = each.value.port
  ip_protocol                  = each.value.protocol
  referenced_security_group_id = aws_security_group.workload.id
  security_group_id            = aws_security_group.workload.id
  to_port                      = each.value.port
  tags                         = var.tags
}
