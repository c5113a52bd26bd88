output "attachments" {
  description = "Names of the policies at each target, by the target's key."
  value = {
    for target in keys(var.targets) : target => sort([
      for attachment in values(local._attachments) : attachment.policy if attachment.target == target
    ])
  }

  depends_on = [aws_organizations_policy_attachment.this]
}

output "policy_ids" {
  description = "Identifiers of the policies, by name; unknown before they exist."
  value       = { for name, policy in aws_organizations_policy.this : name => policy.id }

  depends_on = [aws_organizations_policy_attachment.this]
}

output "policy_sizes" {
  description = "How many characters each policy has, by name."
  value       = { for name, policy in var.policies : name => length(policy.content) }
}
