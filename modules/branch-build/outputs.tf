output "log_group_name" {
  description = "Name of the log group of the builds."
  value       = module.build.log_group_name
}

output "project_arn" {
  description = "ARN of the build project."
  value       = module.build.project_arn
}

output "project_name" {
  description = "Name of the build project."
  value       = module.build.project_name
}

output "role_arn" {
  description = "ARN of the role that the builds act with."
  value       = module.build.role_arn
}
