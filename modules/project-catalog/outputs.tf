output "launch_role_arns" {
  description = "ARNs of the roles that make what is launched, by product."
  value       = { for name, role in module.launch_role : name => role.arn }
}

output "launch_role_policies" {
  description = "What the roles that make what is launched may do, by product."
  value       = { for name, role in module.launch_role : name => role.policy_json }
}

output "launch_role_trust" {
  description = "Who takes the roles that make what is launched, by product."
  value       = { for name, role in module.launch_role : name => role.trust_json }
}

output "portfolio_id" {
  description = "Identifier of the portfolio."
  value       = aws_servicecatalog_portfolio.this.id
}

output "product_ids" {
  description = "Identifiers of the products, once they may be launched."
  value       = { for name, product in aws_servicecatalog_product.this : name => product.id }

  depends_on = [
    aws_servicecatalog_constraint.launch,
    aws_servicecatalog_constraint.template,
    aws_servicecatalog_principal_portfolio_association.this,
    aws_servicecatalog_tag_option_resource_association.this,
  ]
}

output "product_names" {
  description = "Names of the products."
  value       = { for name in keys(var.products) : name => "${var.account.prefix}-${name}" }
}

output "versions" {
  description = "Names of each product's versions, the newest last."
  value       = { for name, product in local._products : name => product.versions }
}
