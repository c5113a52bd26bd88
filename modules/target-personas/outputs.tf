output "policy_json" {
  description = "What each persona may do, by persona."
  value       = { for persona, role in module.role : persona => role.policy_json }
}

output "role_arns" {
  description = "ARNs of the roles, by persona; only personas that somebody holds have one."
  value       = { for persona, role in module.role : persona => role.arn }
}

output "trust_json" {
  description = "Who takes each role, by persona."
  value       = { for persona, role in module.role : persona => role.trust_json }
}
