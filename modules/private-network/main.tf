# A network without any way to the internet: private subnets, S3 through a gateway endpoint,
# other services through interface endpoints, and nothing else.

locals {
  # The two endpoints of Studio are named the other way round.
  _service_names = {
    for service in var.interface_endpoints : service => (
      contains(["notebook", "studio"], service)
      ? "aws.sagemaker.${var.account.region}.${service}"
      : "com.amazonaws.${var.account.region}.${service}"
    )
  }
  _subnet_cidrs = {
    for index, zone in var.network.zones : zone => cidrsubnet(var.network.cidr, 2, index)
  }
}

resource "aws_vpc" "this" {
  cidr_block           = var.network.cidr
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = merge(var.tags, { Name = var.account.prefix })
}

resource "aws_subnet" "private" {
  for_each = local._subnet_cidrs

  vpc_id                  = aws_vpc.this.id
  availability_zone       = "${var.account.region}${each.key}"
  cidr_block              = each.value
  map_public_ip_on_launch = false
  tags                    = merge(var.tags, { Name = "${var.account.prefix}-private-${each.key}" })
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id
  tags   = merge(var.tags, { Name = "${var.account.prefix}-private" })
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  route_table_id = aws_route_table.private.id
  subnet_id      = each.value.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  policy            = data.aws_iam_policy_document.s3_endpoint.json
  route_table_ids   = [aws_route_table.private.id]
  service_name      = "com.amazonaws.${var.account.region}.s3"
  vpc_endpoint_type = "Gateway"
  tags              = merge(var.tags, { Name = "${var.account.prefix}-s3" })
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local._service_names

  vpc_id              = aws_vpc.this.id
  policy              = data.aws_iam_policy_document.interface_endpoint.json
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoint.id]
  service_name        = each.value
  subnet_ids          = [for zone in var.network.zones : aws_subnet.private[zone].id]
  vpc_endpoint_type   = "Interface"
  tags                = merge(var.tags, { Name = "${var.account.prefix}-${each.key}" })
}
