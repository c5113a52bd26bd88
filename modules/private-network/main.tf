# A network without any way to the internet: private subnets, one route table, and a default
# security group and network ACL that let nothing pass. Its edge is network-perimeter's.

locals {
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

# No route is told, so that one which somebody adds is seen and taken away.
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id
  route  = []
  tags   = merge(var.tags, { Name = "${var.account.prefix}-private" })
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  route_table_id = aws_route_table.private.id
  subnet_id      = each.value.id
}

# Without rules, it lets nothing in or out.
resource "aws_default_security_group" "this" {
  vpc_id  = aws_vpc.this.id
  egress  = []
  ingress = []
  tags    = merge(var.tags, { Name = "${var.account.prefix}-default-unused" })
}
