# A function that looks at what was just made, stops or removes what slipped past the guardrails,
# and tells people of that and of what AWS's own services found.

locals {
  _arn_end       = "${var.account.region}:${var.account.id}"
  _function_arn  = "arn:${var.account.partition}:lambda:${local._arn_end}:function:${var.name}"
  _log_group     = "/aws/lambda/${var.name}"
  _log_group_arn = "arn:${var.account.partition}:logs:${local._arn_end}:log-group:${local._log_group}"
  _queue_arn     = "arn:${var.account.partition}:sqs:${local._arn_end}:${var.name}-undelivered"
  _settings_name = "/${var.name}/settings"
  _archive       = "${path.module}/function.zip"
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = "Stops and removes what slipped past the guardrails, and tells people."
  role                           = aws_iam_role.this.arn
  filename                       = local._archive
  source_code_hash               = filebase64sha256(local._archive)
  handler                        = "pipelines.detective.handler.handle"
  runtime                        = "python3.13"
  architectures                  = ["x86_64"]
  memory_size                    = 256
  timeout                        = 120
  reserved_concurrent_executions = var.concurrency
  tags                           = var.tags

  dead_letter_config {
    target_arn = aws_sqs_queue.undelivered.arn
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = "Active"
  }

  vpc_config {
    security_group_ids = var.network.security_group_ids
    subnet_ids         = var.network.subnet_ids
  }

  depends_on = [aws_iam_role_policy.this, aws_ssm_parameter.settings]
}

resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_event_age_in_seconds = 3600
  maximum_retry_attempts       = 2
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local._log_group
  kms_key_id        = var.log.key_arn
  retention_in_days = var.log.retention_days
  tags              = var.tags
}

# Names, never a secret. The function has no environment variables, so that there is nothing to
# encrypt and nothing that whoever may look at a function is shown.
resource "aws_ssm_parameter" "settings" {
  name        = local._settings_name
  description = "Where ${var.name} learns the platform's subnets, and where it speaks."
  type        = "String"
  tags        = var.tags

  value = jsonencode({
    subnet_parameters = sort(var.subnet_parameter_names)
    topic_arn         = var.topic_arn
  })
}
