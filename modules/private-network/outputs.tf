output "endpoint_policy_json" {
  description = "Policy of every interface endpoint."
  value       = data.aws_iam_policy_document.interface_endpoint.json
}

output "endpoint_security_group_id" {
  description = "Security group of the interface endpoints."
  value       = aws_security_group.endpoint.id

  depends_on = [aws_vpc_security_group_ingress_rule.endpoint_from_workload]
}

output "flow_log_group_name" {
  description = "Log group that receives the flow logs."
  value       = local.flow_log_group_name

  depends_on = [aws_flow_log.this]
}

output "interface_endpoint_ids" {
  description = "Interface endpoints by service."
  value       = { for service, endpoint in aws_vpc_endpoint.interface : service => endpoint.id }
}

output "route_table_id" {
  description = "Route table of all private subnets; it has no way out but the S3 gateway endpoint."
  value       = aws_route_table.private.id

  depends_on = [aws_vpc_endpoint.s3]
}

output "s3_endpoint_id" {
  description = "Gateway endpoint through which workloads reach S3."
  value       = aws_vpc_endpoint.s3.id
}

output "s3_endpoint_policy_json" {
  description = "Policy of the S3 gateway endpoint."
  value       = data.aws_iam_policy_document.s3_endpoint.json
}

output "subnet_ids" {
  description = "Private subnets in the order of network.zones."
  value       = [for zone in var.network.zones : aws_subnet.private[zone].id]

  depends_on = [
    aws_route_table_association.private,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
  ]
}

output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id

  depends_on = [aws_default_security_group.this, aws_flow_log.this]
}

output "workload_security_group_id" {
  description = "Security group for everything that runs in the network."
  value       = aws_security_group.workload.id

  depends_on = [
    aws_vpc_security_group_egress_rule.workload_to_endpoint,
    aws_vpc_security_group_egress_rule.workload_to_s3,
  ]
}
