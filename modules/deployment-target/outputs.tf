output "consumer_role_arn" {
  description = "ARN of the role that asks the models."
  value       = aws_iam_role.consumer.arn

  depends_on = [aws_iam_role_policy.consumer]
}

output "deploy_role_arn" {
  description = "ARN of the role through which a promotion arrives."
  value       = aws_iam_role.deploy.arn

  depends_on = [aws_iam_role_policy.deploy]
}

output "monitoring_role_arn" {
  description = "ARN of the role of the jobs that watch the models."
  value       = aws_iam_role.monitoring.arn

  depends_on = [aws_iam_role_policy.monitoring]
}

output "project_names" {
  description = "Names of the build projects by purpose."
  value = {
    deploy = module.deploy.project_name
    test   = module.test.project_name
    verify = module.verify.project_name
  }
}

output "serving_role_arn" {
  description = "ARN of the role that models run with."
  value       = aws_iam_role.serving.arn

  depends_on = [aws_iam_role_policy.serving]
}
