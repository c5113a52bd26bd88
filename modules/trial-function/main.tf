# The function that puts an approved version behind an endpoint of the account that builds, where
# people try it out. A step of a pipeline calls it and waits, so there is no queue of failures: what
# it cannot do it raises, and the step fails with the reason.

locals {
  _partition     = var.account.partition
  _arn_end       = "${var.account.region}:${var.account.id}"
  _function_arn  = "arn:${local._partition}:lambda:${local._arn_end}:function:${var.name}"
  _log_group     = "/aws/lambda/${var.name}"
  _settings_name = "/${var.name}/settings"
  _archive       = "${path.module}/function.zip"
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = "Deploys approved versions to be tried out, and removes them."
  role                           = aws_iam_role.this.arn
  filename                       = local._archive
  source_code_hash               = filebase64sha256(local._archive)
  handler                        = "pipelines.trials.handler.handle"
  runtime                        = "python3.13"
  architectures                  = ["x86_64"]
  memory_size                    = 256
  timeout                        = 300
  reserved_concurrent_executions = var.concurrency
  tags                           = var.tags

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
  description = "What ${var.name} gives a trial: names, network, key and role."
  type        = "String"
  tags        = var.tags

  value = jsonencode({
    bucket             = var.serving.bucket_name
    capture            = { bucket = var.serving.capture.bucket_name, key_arn = var.serving.capture.key_arn }
    key_arn            = var.serving.key_arn
    prefix             = var.organization_prefix
    repository_url     = var.serving.repository_url
    role_arn           = var.serving.role_arn
    security_group_ids = sort(var.network.security_group_ids)
    subnet_ids         = sort(var.network.subnet_ids)
  })
}
