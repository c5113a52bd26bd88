output "domain_name" {
  description = "Name of the domain, once it has its policy."
  value       = var.domain_name

  depends_on = [aws_codeartifact_domain_permissions_policy.this]
}

output "domain_policy_json" {
  description = "Policy of the domain."
  value       = data.aws_iam_policy_document.domain.json
}

output "index_url" {
  description = "Address at which pip finds the packages; it takes a token besides."
  value       = "https://${local._host}/pypi/${var.repository_name}/simple/"

  depends_on = [aws_codeartifact_repository_permissions_policy.this]
}

output "publish_statements" {
  description = "What the policy of a publisher says, in the form that workload-role takes; known before anything exists."
  value       = local.publish_statements
}

output "read_statements" {
  description = "What the policy of a reader says, in the form that workload-role takes; known before anything exists."
  value       = local.read_statements
}

output "repository_name" {
  description = "Name of the repository, once it has its policy."
  value       = var.repository_name

  depends_on = [aws_codeartifact_repository_permissions_policy.this]
}

output "repository_policy_json" {
  description = "Policy of the repository."
  value       = data.aws_iam_policy_document.repository.json
}
