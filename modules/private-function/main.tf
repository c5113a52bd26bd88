# A function that runs inside the private network, with a role, a log and a share of concurrency of
# its own. What it may do and who calls it is its caller's; how it runs is laid down here.

locals {
  _name          = var.function.name
  _arn_end       = "${var.account.region}:${var.account.id}"
  _function_arn  = "arn:${var.account.partition}:lambda:${local._arn_end}:function:${local._name}"
  _log_group     = "/aws/lambda/${local._name}"
  _log_group_arn = "arn:${var.account.partition}:logs:${local._arn_end}:log-group:${local._log_group}"
  _settings_name = "/${local._name}/settings"
}

resource "aws_lambda_function" "this" {
  function_name                  = local._name
  description                    = var.function.description
  role                           = aws_iam_role.this.arn
  filename                       = var.function.archive
  source_code_hash               = filebase64sha256(var.function.archive)
  handler                        = var.function.handler
  runtime                        = "python3.13"
  architectures                  = ["x86_64"]
  memory_size                    = var.function.memory_mb
  timeout                        = var.function.timeout_seconds
  reserved_concurrent_executions = var.concurrency
  tags                           = var.tags

  dynamic "dead_letter_config" {
    for_each = var.failures[*]

    content {
      target_arn = local._queue_arn
    }
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

  depends_on = [aws_iam_role_policy.this, aws_sqs_queue.undelivered, aws_ssm_parameter.settings]
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
  count = var.settings == null ? 0 : 1

  name        = local._settings_name
  description = var.settings.description
  type        = "String"
  tags        = var.tags
  value       = var.settings.value
}
