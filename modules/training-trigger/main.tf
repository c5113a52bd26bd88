# A function that starts training for nobody in particular: on a push, on a schedule and by a new
# data object. It pins the data that a run is given, and makes one run of an event that comes twice.

locals {
  _arn_end       = "${var.account.region}:${var.account.id}"
  _function_arn  = "arn:${var.account.partition}:lambda:${local._arn_end}:function:${var.name}"
  _log_group     = "/aws/lambda/${var.name}"
  _log_group_arn = "arn:${var.account.partition}:logs:${local._arn_end}:log-group:${local._log_group}"
  _queue_arn     = "arn:${var.account.partition}:sqs:${local._arn_end}:${var.name}-undelivered"
  _archive       = "${path.module}/function.zip"
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = "Starts training on a push, on a schedule and by new data."
  role                           = aws_iam_role.this.arn
  filename                       = local._archive
  source_code_hash               = filebase64sha256(local._archive)
  handler                        = "pipelines.triggers.handler.handle"
  runtime                        = "python3.13"
  architectures                  = ["x86_64"]
  memory_size                    = 512
  timeout                        = 900
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

  depends_on = [aws_iam_role_policy.this]
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
