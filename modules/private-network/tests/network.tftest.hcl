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
  account             = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn        = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  interface_endpoints = ["sagemaker.api", "studio", "sts"]
  kms_key_arn         = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  network             = { cidr = "10.16.0.0/16", zones = ["a", "b"] }
  organization_id     = "o-a1b2c3d4e5"
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
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.service_name == "com.amazonaws.eu-west-1.s3"
    error_message = "S3 must be reached through its gateway endpoint."
  }
}

run "reaches_aws_services_by_private_names_only" {
  command = plan

  assert {
    condition     = { for service, endpoint in aws_vpc_endpoint.interface : service => endpoint.service_name } == { "sagemaker.api" = "com.amazonaws.eu-west-1.sagemaker.api", studio = "aws.sagemaker.eu-west-1.studio", sts = "com.amazonaws.eu-west-1.sts" }
    error_message = "There must be an endpoint for each service that was asked for and no other."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled && endpoint.vpc_endpoint_type == "Interface" && jsondecode(endpoint.policy) == jsondecode(output.endpoint_policy_json)])
    error_message = "Each endpoint must answer to the service's own name and have the policy."
  }
}

run "endpoints_serve_the_organisation_only" {
  command = plan

  assert {
    condition     = toset(jsondecode(output.endpoint_policy_json).Statement[*].Sid) == toset(["AllowOrganizationToOrganization", "AllowServicesForOrganization"])
    error_message = "There must be no other way through."
  }

  assert {
    condition     = alltrue([for s in jsondecode(output.endpoint_policy_json).Statement : s.Condition.StringEquals["aws:ResourceOrgID"] == "o-a1b2c3d4e5"])
    error_message = "Every resource must belong to the organisation."
  }

  assert {
    condition     = one([for s in jsondecode(output.endpoint_policy_json).Statement : s if s.Sid == "AllowOrganizationToOrganization"]).Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    error_message = "Every identity must belong to the organisation."
  }

  assert {
    condition     = one([for s in jsondecode(output.endpoint_policy_json).Statement : s if s.Sid == "AllowServicesForOrganization"]).Condition.StringEquals["aws:SourceOrgID"] == "o-a1b2c3d4e5" && one([for s in jsondecode(output.endpoint_policy_json).Statement : s if s.Sid == "AllowServicesForOrganization"]).Condition.Bool["aws:PrincipalIsAWSService"] == "true"
    error_message = "A service must act for the organisation."
  }
}

run "s3_serves_the_organisation_and_image_layers_only" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.s3_endpoint_policy_json).Statement : s if s.Sid == "AllowOrganizationToOrganization"]).Condition.StringEquals == { "aws:PrincipalOrgID" = "o-a1b2c3d4e5", "aws:ResourceOrgID" = "o-a1b2c3d4e5" }
    error_message = "Identities and buckets must belong to the organisation."
  }

  assert {
    condition     = alltrue([for action in one([for s in jsondecode(output.s3_endpoint_policy_json).Statement : s if s.Sid == "AllowOrganizationToOrganization"]).Action : !can(regex("\\*|Policy|Acl|DeleteBucket|CreateBucket|Bypass", action))])
    error_message = "Objects may pass; settings of buckets may not."
  }

  assert {
    condition     = one([for s in jsondecode(output.s3_endpoint_policy_json).Statement : s if s.Sid == "AllowImageLayers"]).Action == "s3:GetObject" && one([for s in jsondecode(output.s3_endpoint_policy_json).Statement : s if s.Sid == "AllowImageLayers"]).Resource == "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*" && length(jsondecode(output.s3_endpoint_policy_json).Statement) == 2
    error_message = "Beyond the organisation, only image layers may be read."
  }
}

run "workloads_reach_endpoints_and_s3_and_nothing_reaches_workloads" {
  command = plan

  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoint_from_workload.from_port == 443 && aws_vpc_security_group_ingress_rule.endpoint_from_workload.to_port == 443 && aws_vpc_security_group_ingress_rule.endpoint_from_workload.cidr_ipv4 == null
    error_message = "Endpoints must be reached on port 443 from workloads only."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.workload_to_endpoint.to_port == 443 && aws_vpc_security_group_egress_rule.workload_to_endpoint.cidr_ipv4 == null && aws_vpc_security_group_egress_rule.workload_to_s3.to_port == 443 && aws_vpc_security_group_egress_rule.workload_to_s3.cidr_ipv4 == null
    error_message = "Workloads must reach groups and prefix lists, never addresses."
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
