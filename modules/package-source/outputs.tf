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

output "publish_policy_json" {
  description = "What a publisher needs in a policy of its own; known before anything exists."
  value       = data.aws_iam_policy_document.publish.json
}

output "read_policy_json" {
  description = "What a reader needs in a policy of its own; known before anything exists."
  value       = data.aws_iam_policy_document.read.json
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
