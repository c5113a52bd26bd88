# The function that starts an ingestion for each object that arrives, and tells people of those
# that fail. It has no environment variables: its settings are a parameter.

locals {
  _function_arn  = "arn:${var.account.partition}:lambda:${local._arn_end}:function:${var.name}"
  _log_group     = "/aws/lambda/${var.name}"
  _log_group_arn = "arn:${var.account.partition}:logs:${local._arn_end}:log-group:${local._log_group}"
  _settings_name = "/${var.name}/settings"
  _archive       = "${path.module}/function.zip"
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = "Starts an ingestion for each object that arrives for a feature group."
  role                           = aws_iam_role.function.arn
  filename                       = local._archive
  source_code_hash               = filebase64sha256(local._archive)
  handler                        = "pipelines.ingestion.handler.handle"
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

  depends_on = [aws_iam_role_policy.function, aws_ssm_parameter.settings]
}

# What finds no place within the concurrency waits up to six hours; what fails is tried three times.
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_event_age_in_seconds = 21600
  maximum_retry_attempts       = 2
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local._log_group
  kms_key_id        = var.log.key_arn
  retention_in_days = var.log.retention_days
  tags              = var.tags
}

resource "aws_ssm_parameter" "settings" {
  name        = local._settings_name
  description = "Which prefixes feed which feature groups, and where ${var.name} speaks."
  type        = "String"
  tags        = var.tags

  value = jsonencode({
    bucket      = var.bucket_name
    kms_key_arn = var.data_key.arn
    topic_arn   = local._topic_arn
    feeds = {
      for name, root in local._roots : name => {
        accepted = "${root}/accepted/"
        incoming = "${root}/incoming/"
        owner    = var.groups[name].owner
        pipeline = local._pipelines[name]
      }
    }
  })
}
