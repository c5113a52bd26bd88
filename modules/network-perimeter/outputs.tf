output "endpoint_policies_json" {
  description = "Policy of each endpoint, by service."
  value       = { for service, document in data.aws_iam_policy_document.endpoint : service => document.json }
}

output "endpoint_security_group_id" {
  description = "Security group of the interface endpoints."
  value       = aws_security_group.endpoint.id

  depends_on = [aws_vpc_security_group_ingress_rule.endpoint_from_workload]
}

output "interface_endpoint_ids" {
  description = "Interface endpoints by service."
  value       = { for service, endpoint in aws_vpc_endpoint.interface : service => endpoint.id }
}

output "query_log_group_name" {
  description = "Log group that receives every question to DNS."
  value       = local.query_log_group_name

  depends_on = [aws_route53_resolver_query_log_config_association.this]
}

output "resolvable_domains" {
  description = "The names that resolve in the network; all others do not."
  value = sort(flatten([
    for rule in values(local._dns_rules) : rule.domains if rule.action == "ALLOW"
  ]))
}

output "s3_endpoint_id" {
  description = "Gateway endpoint through which workloads reach S3."
  value       = aws_vpc_endpoint.s3.id
}

output "workload_security_group_id" {
  description = "Security group for everything that runs in the network, once all of its perimeter stands."
  value       = aws_security_group.workload.id

  depends_on = [
    aws_route53_resolver_firewall_rule_group_association.this,
    aws_route53_resolver_query_log_config_association.this,
    aws_vpc_endpoint.interface,
    aws_vpc_security_group_egress_rule.workload_to_endpoint,
    aws_vpc_security_group_egress_rule.workload_to_s3,
    aws_vpc_security_group_egress_rule.workload_to_workload,
    aws_vpc_security_group_ingress_rule.endpoint_from_workload,
    aws_vpc_security_group_ingress_rule.workload_from_workload,
  ]
}
