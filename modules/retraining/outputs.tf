output "build_policies" {
  description = "What the builds of a promotion may do beside what they do for models, by their purpose: release, test and verify."
  value = {
    release = data.aws_iam_policy_document.release.json
    test    = data.aws_iam_policy_document.read.json
    verify  = data.aws_iam_policy_document.read.json
  }
}

output "group_names" {
  description = "Names of the groups in which runs register what they made, by model."
  value       = { for model, group in aws_sagemaker_model_package_group.this : model => group.model_package_group_name }
}

output "role_arns" {
  description = "ARNs of the roles of the pipelines and their jobs, by purpose; known before they exist."
  value       = { for purpose, role in module.role : purpose => role.arn }
}
