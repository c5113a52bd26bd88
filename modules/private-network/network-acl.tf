# The second line behind the security groups: beyond the network, nothing but HTTPS goes out and
# nothing but its answers come in. S3 answers from public addresses, and a network ACL knows no
# prefix lists; without a route, no other address is reachable.

locals {
  _inbound = {
    100 = { cidr = var.network.cidr, protocol = "-1", from_port = 0, to_port = 0 }
    # Answers arrive at any of these; 3389 is left out, for remote desktops answer there.
    200 = { cidr = "0.0.0.0/0", protocol = "tcp", from_port = 1024, to_port = 3388 }
    210 = { cidr = "0.0.0.0/0", protocol = "tcp", from_port = 3390, to_port = 65535 }
  }
  _outbound = {
    100 = { cidr = var.network.cidr, protocol = "-1", from_port = 0, to_port = 0 }
    200 = { cidr = "0.0.0.0/0", protocol = "tcp", from_port = 443, to_port = 443 }
  }
}

resource "aws_network_acl" "private" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for subnet in aws_subnet.private : subnet.id]
  tags       = merge(var.tags, { Name = "${var.account.prefix}-private" })

  dynamic "ingress" {
    for_each = local._inbound

    content {
      action     = "allow"
      cidr_block = ingress.value.cidr
      from_port  = ingress.value.from_port
      protocol   = ingress.value.protocol
      rule_no    = ingress.key
      to_port    = ingress.value.to_port
    }
  }

  dynamic "egress" {
    for_each = local._outbound

    content {
      action     = "allow"
      cidr_block = egress.value.cidr
      from_port  = egress.value.from_port
      protocol   = egress.value.protocol
      rule_no    = egress.key
      to_port    = egress.value.to_port
    }
  }
}

# A subnet that somebody adds falls to the default one, which lets nothing pass.
resource "aws_default_network_acl" "this" {
  default_network_acl_id = aws_vpc.this.default_network_acl_id
  tags                   = merge(var.tags, { Name = "${var.account.prefix}-default-unused" })

  depends_on = [aws_network_acl.private]
}
