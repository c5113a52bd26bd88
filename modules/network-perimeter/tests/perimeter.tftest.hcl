# How the edge is closed, with policies rendered by the real provider on fake credentials.

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
  interface_endpoints = ["codeartifact.repositories", "ecr.dkr", "kms", "sagemaker.api", "studio", "sts"]
  kms_key_arn         = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  organization_id     = "o-a1b2c3d4e5"
  resolvable_domains  = ["*.git.acme.example"]
  route_table_ids     = ["rtb-0123456789abcdef0"]
  subnet_ids          = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  vpc_id              = "vpc-0123456789abcdef0"

  workload_traffic = {
    keys   = { description = "Jobs of several instances agree on keys.", protocol = "udp", port = 500 }
    sealed = { description = "Jobs of several instances talk encrypted.", protocol = "50" }
  }
}

run "reaches_aws_services_by_private_names_only" {
  command = plan

  assert {
    condition     = aws_vpc_endpoint.interface["studio"].service_name == "aws.sagemaker.eu-west-1.studio" && aws_vpc_endpoint.interface["sagemaker.api"].service_name == "com.amazonaws.eu-west-1.sagemaker.api" && length(aws_vpc_endpoint.interface) == 6
    error_message = "There must be an endpoint for each service that was asked for and no other."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled && endpoint.vpc_endpoint_type == "Interface" && toset(endpoint.subnet_ids) == toset(var.subnet_ids)])
    error_message = "Each endpoint must answer to the service's own name, in every zone."
  }

  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.service_name == "com.amazonaws.eu-west-1.s3" && toset(aws_vpc_endpoint.s3.route_table_ids) == toset(var.route_table_ids)
    error_message = "S3 must be reached through its gateway endpoint, from every route table."
  }
}

run "endpoints_serve_the_organisation_only" {
  command = plan

  assert {
    condition     = alltrue([for service, endpoint in aws_vpc_endpoint.interface : jsondecode(endpoint.policy) == jsondecode(output.endpoint_policies_json[service]) && jsondecode(endpoint.policy).Statement[*].Sid == ["AllowOrganizationToOrganization", "AllowServicesForOrganization"]])
    error_message = "There must be no other way through."
  }

  assert {
    condition     = alltrue(flatten([for policy in output.endpoint_policies_json : [for s in jsondecode(policy).Statement : s.Condition.StringEquals["aws:ResourceOrgID"] == "o-a1b2c3d4e5" if s.Sid != "AllowImageLayers"]]))
    error_message = "Every resource must belong to the organisation."
  }

  assert {
    condition     = alltrue([for policy in output.endpoint_policies_json : jsondecode(policy).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"])
    error_message = "Every identity must belong to the organisation."
  }

  assert {
    condition     = alltrue([for policy in output.endpoint_policies_json : jsondecode(policy).Statement[1].Condition.StringEquals["aws:SourceOrgID"] == "o-a1b2c3d4e5" && jsondecode(policy).Statement[1].Condition.Bool["aws:PrincipalIsAWSService"] == "true"])
    error_message = "A service must act for the organisation."
  }
}

run "endpoints_pass_named_actions_of_their_own_service_only" {
  command = plan

  assert {
    condition     = alltrue(flatten([for policy in output.endpoint_policies_json : [for s in jsondecode(policy).Statement : [for action in flatten([s.Action]) : !strcontains(action, "*")]]]))
    error_message = "Actions must be named one by one."
  }

  assert {
    condition     = alltrue([for action in jsondecode(output.endpoint_policies_json["sts"]).Statement[0].Action : startswith(action, "sts:")]) && !contains(jsondecode(output.endpoint_policies_json["sts"]).Statement[0].Action, "sts:AssumeRoleWithWebIdentity") && !contains(jsondecode(output.endpoint_policies_json["sts"]).Statement[0].Action, "sts:GetSessionToken")
    error_message = "Only roles of the organisation are taken through the endpoint of STS."
  }

  assert {
    condition     = alltrue([for action in concat(jsondecode(output.endpoint_policies_json["kms"]).Statement[0].Action, jsondecode(output.endpoint_policies_json["s3"]).Statement[0].Action, jsondecode(output.endpoint_policies_json["sagemaker.api"]).Statement[0].Action, jsondecode(output.endpoint_policies_json["ecr.dkr"]).Statement[0].Action) : !can(regex("Policy|Acl$|DeleteBucket|CreateBucket|Bypass|ScheduleKey|DisableKey|(Create|Update|Delete)Domain$|(Create|Start|Update|Presigned)Notebook", action)) || action == "s3:GetBucketAcl"])
    error_message = "Settings, policies and deletions must not pass."
  }

  assert {
    condition     = jsondecode(output.endpoint_policies_json["studio"]).Statement[0].Action == "sagemaker:CreatePresignedDomainUrl"
    error_message = "The endpoint of Studio must carry nothing but the way into a profile."
  }
}

run "beyond_the_organisation_only_image_layers_are_read" {
  command = plan

  assert {
    condition     = jsondecode(aws_vpc_endpoint.s3.policy).Statement[2].Action == "s3:GetObject" && jsondecode(aws_vpc_endpoint.s3.policy).Statement[2].Resource == "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*" && length(jsondecode(aws_vpc_endpoint.s3.policy).Statement) == 3
    error_message = "Beyond the organisation, only image layers may be read."
  }
}

run "workloads_reach_endpoints_s3_and_what_was_told_of_each_other" {
  command = plan

  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoint_from_workload.from_port == 443 && aws_vpc_security_group_ingress_rule.endpoint_from_workload.to_port == 443
    error_message = "Endpoints must be reached on port 443 only."
  }

  assert {
    condition = alltrue([
      for rule in concat(
        [aws_vpc_security_group_egress_rule.workload_to_endpoint, aws_vpc_security_group_egress_rule.workload_to_s3],
        values(aws_vpc_security_group_egress_rule.workload_to_workload),
      ) : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null
    ])
    error_message = "Workloads must reach groups and prefix lists, never addresses."
  }

  assert {
    condition     = jsonencode({ for name, rule in aws_vpc_security_group_ingress_rule.workload_from_workload : name => [rule.ip_protocol, rule.from_port, rule.to_port] }) == jsonencode({ keys = ["udp", 500, 500], sealed = ["50", null, null] })
    error_message = "Workloads must hear from each other what was told and nothing else."
  }
}

run "lets_workloads_say_nothing_to_each_other_unless_told" {
  command = plan

  variables {
    workload_traffic = {}
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.workload_from_workload) + length(aws_vpc_security_group_egress_rule.workload_to_workload) == 0
    error_message = "Workloads must not reach each other."
  }
}

run "resolves_the_endpoints_names_and_own_ones_and_blocks_the_rest" {
  command = plan

  assert {
    condition     = contains(aws_route53_resolver_firewall_domain_list.this["aws-services"].domains, "sts.eu-west-1.amazonaws.com.") && contains(aws_route53_resolver_firewall_domain_list.this["aws-services"].domains, "*.studio.eu-west-1.sagemaker.aws.") && !contains(aws_route53_resolver_firewall_domain_list.this["aws-services"].domains, "ssm.eu-west-1.amazonaws.com.")
    error_message = "Names of endpoints that are here must resolve, and those of others must not."
  }

  assert {
    condition     = alltrue([for domain in output.resolvable_domains : endswith(domain, ".") && domain != "*."])
    error_message = "Names must end with a dot, and no rule may let every name pass."
  }

  assert {
    condition     = { for name, rule in aws_route53_resolver_firewall_rule.this : name => rule.action } == { aws-services = "ALLOW", everything-else = "BLOCK", own = "ALLOW" } && aws_route53_resolver_firewall_rule.this["everything-else"].block_response == "NXDOMAIN" && toset(aws_route53_resolver_firewall_domain_list.this["everything-else"].domains) == toset(["*."])
    error_message = "What is not allowed must be blocked."
  }

  assert {
    condition     = alltrue([for name, rule in aws_route53_resolver_firewall_rule.this : rule.priority < aws_route53_resolver_firewall_rule.this["everything-else"].priority if name != "everything-else"])
    error_message = "The block must come last."
  }

  assert {
    condition     = aws_route53_resolver_firewall_rule.this["own"].firewall_domain_redirection_action == "INSPECT_REDIRECTION_DOMAIN"
    error_message = "What another's name redirects to must be allowed itself."
  }
}

run "resolves_nothing_when_the_firewall_fails" {
  command = plan

  assert {
    condition     = aws_route53_resolver_firewall_config.this.firewall_fail_open == "DISABLED" && aws_route53_resolver_firewall_config.this.resource_id == var.vpc_id && aws_route53_resolver_firewall_rule_group_association.this.vpc_id == var.vpc_id
    error_message = "The firewall must fail closed, for this network."
  }
}

run "knows_no_own_names_unless_told" {
  command = plan

  variables {
    resolvable_domains = []
  }

  assert {
    condition     = toset(keys(aws_route53_resolver_firewall_rule.this)) == toset(["aws-services", "everything-else"])
    error_message = "There must be no empty rule."
  }
}

run "writes_down_every_question_encrypted_for_a_year" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.query.kms_key_id == var.kms_key_arn && aws_cloudwatch_log_group.query.retention_in_days == 365 && aws_route53_resolver_query_log_config_association.this.resource_id == var.vpc_id
    error_message = "Every question must be logged, encrypted and kept."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_log_resource_policy.query.policy_document).Statement[0].Resource == "arn:aws:logs:eu-west-1:111111111111:log-group:/acme-lab/network/dns:log-stream:*" && jsondecode(aws_cloudwatch_log_resource_policy.query.policy_document).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111111111111" && length(jsondecode(aws_cloudwatch_log_resource_policy.query.policy_document).Statement) == 1
    error_message = "Delivery must write to this log group only, for this account."
  }
}
