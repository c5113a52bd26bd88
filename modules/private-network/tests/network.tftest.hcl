# How the network is closed, with policies rendered by the real provider on fake credentials.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account         = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn    = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  kms_key_arn     = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  network         = { cidr = "10.16.0.0/16", zones = ["a", "b"] }
  organization_id = "o-a1b2c3d4e5"
}

run "has_a_private_subnet_in_each_zone_and_no_route_out" {
  command = plan

  assert {
    condition     = { for zone, subnet in aws_subnet.private : subnet.availability_zone => subnet.cidr_block } == { "eu-west-1a" = "10.16.0.0/18", "eu-west-1b" = "10.16.64.0/18" }
    error_message = "There must be a subnet in each zone."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.private : !subnet.map_public_ip_on_launch]) && length(aws_route_table_association.private) == 2
    error_message = "Subnets must be private and use the private route table."
  }

  assert {
    condition     = length(aws_route_table.private.route) == 0
    error_message = "The route table must have no route of its own."
  }
}

run "lets_nothing_pass_by_default" {
  command = plan

  assert {
    condition     = length(aws_default_security_group.this.ingress) + length(aws_default_security_group.this.egress) == 0
    error_message = "The default security group must be empty."
  }

  assert {
    condition     = length(aws_default_network_acl.this.ingress) + length(aws_default_network_acl.this.egress) == 0
    error_message = "The default network ACL must be empty."
  }
}

run "lets_nothing_but_https_leave_and_no_remote_shell_in" {
  command = plan

  assert {
    condition     = { for rule in aws_network_acl.private.egress : rule.cidr_block => "${rule.protocol} ${rule.from_port}-${rule.to_port}" } == { "10.16.0.0/16" = "-1 0-0", "0.0.0.0/0" = "tcp 443-443" }
    error_message = "Beyond the network, only HTTPS may go out."
  }

  assert {
    condition = alltrue([
      for rule in aws_network_acl.private.ingress : alltrue([
        for port in [22, 3389] : rule.from_port > port || rule.to_port < port
      ]) && rule.protocol == "tcp" if rule.cidr_block != var.network.cidr
    ])
    error_message = "No remote shell or desktop may be reached from beyond the network."
  }
}

run "writes_down_all_traffic_encrypted_for_a_year" {
  command = plan

  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_cloudwatch_log_group.flow.kms_key_id == var.kms_key_arn && aws_cloudwatch_log_group.flow.retention_in_days == 365
    error_message = "All traffic must be logged, encrypted and kept."
  }

  assert {
    condition     = jsondecode(module.flow_log_role.trust_json).Statement[0].Principal.Service == "vpc-flow-logs.amazonaws.com" && toset(jsondecode(module.flow_log_role.policy_json).Statement[0].Resource) == toset(["arn:aws:logs:eu-west-1:111111111111:log-group:/acme-lab/network/flow", "arn:aws:logs:eu-west-1:111111111111:log-group:/acme-lab/network/flow:*"])
    error_message = "The log role must write to this log group only."
  }
}
