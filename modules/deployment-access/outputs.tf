output "boundary_arns" {
  description = "ARNs of the boundaries of the three roles, by role."
  value       = local._boundary_arns

  depends_on = [aws_iam_policy.boundary]
}

output "boundary_policies" {
  description = "The boundaries of the three roles as JSON, by role."
  value       = { for purpose, policy in data.aws_iam_policy_document.boundary : purpose => policy.json }
}

output "policies" {
  description = "What each role may do, as JSON by role and policy."
  value = {
    for role, settings in local._roles : role => {
      for name in settings.policies : name => data.aws_iam_policy_document.access[name].json
    }
  }
}

output "role_arns" {
  description = "ARNs of the roles apply, plan and state; known before they exist."
  value       = local._role_arns

  depends_on = [aws_iam_role_policy_attachment.this]
}

output "trust_policies" {
  description = "Who takes each role, as JSON by role."
  value       = { for purpose, policy in data.aws_iam_policy_document.trust : purpose => policy.json }
}
