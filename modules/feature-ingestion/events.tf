# What the function hears of: objects below the incoming prefixes and nowhere else, and ingestions
# that failed. What cannot be delivered to it waits in the queue.

locals {
  _rules = {
    arrivals = {
      description = "An object arrived for a feature group."
      pattern = {
        source        = ["aws.s3"]
        "detail-type" = ["Object Created"]
        detail = {
          bucket = { name = [var.bucket_name] }
          object = { key = [for root in values(local._roots) : { prefix = "${root}/incoming/" }] }
        }
      }
    }
    failures = {
      description = "An ingestion failed."
      pattern = {
        source        = ["aws.sagemaker"]
        "detail-type" = ["SageMaker Model Building Pipeline Execution Status Change"]
        detail = {
          currentPipelineExecutionStatus = ["Failed"]
          pipelineArn                    = [for name in values(local._pipelines) : "${local._sagemaker}:pipeline/${name}"]
        }
      }
    }
  }
  _rule_arns = {
    for name in keys(local._rules) : name => "arn:${var.account.partition}:events:${local._arn_end}:rule/${var.name}-${name}"
  }

  _alarms = {
    throttled = {
      description = "Arrivals wait for their turn longer than usual."
      dimensions  = { FunctionName = var.name }
      metric      = "AsyncEventAge"
      namespace   = "AWS/Lambda"
      threshold   = 3600000
    }
    undelivered = {
      description = "An arrival was given up after all tries; it waits in the queue to be sent again."
      dimensions  = { QueueName = "${var.name}-undelivered" }
      metric      = "ApproximateNumberOfMessagesVisible"
      namespace   = "AWS/SQS"
    }
    unreached = {
      description = "EventBridge could not call the function; the event waits in the queue."
      dimensions  = { RuleName = "${var.name}-arrivals" }
      metric      = "FailedInvocations"
      namespace   = "AWS/Events"
    }
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local._rules

  name          = "${var.name}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local._rules

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "function"
  arn       = module.function.function_arn

  dead_letter_config {
    arn = module.function.queue_arn
  }

  # The longest and the most that EventBridge takes.
  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [aws_lambda_permission.this]
}

resource "aws_lambda_permission" "this" {
  for_each = local._rules

  statement_id   = "AllowRule${title(each.key)}"
  action         = "lambda:InvokeFunction"
  function_name  = module.function.function_name
  principal      = "events.amazonaws.com"
  source_account = var.account.id
  source_arn     = aws_cloudwatch_event_rule.this[each.key].arn
}

data "aws_iam_policy_document" "undelivered" {
  statement {
    sid       = "AllowRules"
    actions   = ["sqs:SendMessage"]
    resources = [local._queue_arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = values(local._rule_arns)
    }
  }
}
