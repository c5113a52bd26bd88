# The edge of a network that has no internet, whether it was made here or brought: S3 through a
# gateway endpoint, other AWS services through interface endpoints, and nothing else.

locals {
  _s3_layers = "prod-${var.account.region}-starport-layer-bucket"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = var.vpc_id
  policy            = data.aws_iam_policy_document.endpoint["s3"].json
  route_table_ids   = var.route_table_ids
  service_name      = local._services.s3.name
  vpc_endpoint_type = "Gateway"
  tags              = merge(var.tags, { Name = "${var.account.prefix}-s3" })
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = var.vpc_id
  policy              = data.aws_iam_policy_document.endpoint[each.key].json
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoint.id]
  service_name        = local._services[each.key].name
  subnet_ids          = var.subnet_ids
  vpc_endpoint_type   = "Interface"
  tags                = merge(var.tags, { Name = "${var.account.prefix}-${each.key}" })
}
