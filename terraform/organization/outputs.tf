output "attachments" {
  description = "Names of the policies at each unit, by kind of account."
  value       = module.guardrails.attachments
}

output "policy_ids" {
  description = "Identifiers of the policies, by name."
  value       = module.guardrails.policy_ids
}

output "policy_sizes" {
  description = "How many characters each policy has, by name; AWS admits 5120 in a control policy."
  value       = module.guardrails.policy_sizes
}
