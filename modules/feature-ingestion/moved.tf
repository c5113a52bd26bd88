# Where this was before the function had a module of its own: what is applied moves by itself.

moved {
  from = aws_cloudwatch_log_group.this
  to   = module.function.aws_cloudwatch_log_group.this
}

moved {
  from = aws_cloudwatch_metric_alarm.this
  to   = module.function.aws_cloudwatch_metric_alarm.this
}

moved {
  from = aws_iam_role.function
  to   = module.function.aws_iam_role.this
}

moved {
  from = aws_iam_role_policy.function
  to   = module.function.aws_iam_role_policy.this
}

moved {
  from = aws_lambda_function.this
  to   = module.function.aws_lambda_function.this
}

moved {
  from = aws_lambda_function_event_invoke_config.this
  to   = module.function.aws_lambda_function_event_invoke_config.this[0]
}

moved {
  from = aws_sqs_queue.undelivered
  to   = module.function.aws_sqs_queue.undelivered[0]
}

moved {
  from = aws_ssm_parameter.settings
  to   = module.function.aws_ssm_parameter.settings[0]
}
