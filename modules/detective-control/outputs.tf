output "function_arn" {
  description = "ARN of the function; known before it exists."
  value       = module.function.function_arn
}

output "policy_json" {
  description = "What the function may do."
  value       = module.function.policy_json
}

output "queue_policy_json" {
  description = "Who may write to the queue of what failed."
  value       = module.function.queue_policy_json
}
