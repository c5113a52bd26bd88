output "flow_log_group_name" {
  description = "Log group that receives the flow logs."
  value       = local.flow_log_group_name

  depends_on = [aws_flow_log.this]
}

output "route_table_id" {
  description = "Route table of all private subnets; it has no way out."
  value       = aws_route_table.private.id
}

output "subnet_ids" {
  description = "Private subnets in the order of network.zones."
  value       = [for zone in var.network.zones : aws_subnet.private[zone].id]

  depends_on = [aws_network_acl.private, aws_route_table_association.private]
}

output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}
