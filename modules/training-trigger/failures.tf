# What happens when a run could not be started: it is tried again, the event is kept, people hear.

locals {
  _alarms = merge(
    {
      failed = {
        description = "The function that starts training failed."
        dimensions  = { FunctionName = var.name }
        metric      = "Errors"
        namespace   = "AWS/Lambda"
      }
      throttled = {
        description = "The function that starts training was held back."
        dimensions  = { FunctionName = var.name }
        metric      = "Throttles"
        namespace   = "AWS/Lambda"
      }
      undelivered = {
        description = "A start of training was given up after all tries; its event waits in the queue."
        dimensions  = { QueueName = "${var.name}-undelivered" }
        metric      = "ApproximateNumberOfMessagesVisible"
        namespace   = "AWS/SQS"
      }
    },
    {
      for name, rule in local._rules : "lost-${name}" => {
        description = "EventBridge could neither call the function nor keep the event."
        dimensions  = { RuleName = local._rule_names[name] }
        metric      = "InvocationsFailedToBeSentToDlq"
        namespace   = "AWS/Events"
      }
    },
  )
  topic_arn = "arn:${var.account.partition}:sns:${local._arn_end}:${var.name}"
}

data "aws_iam_policy_document" "undelivered" {
  statement {
    sid       = "AllowOwnRules"
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
      values = sort([
        for name in values(local._rule_names) : "arn:${var.account.partition}:events:${local._arn_end}:rule/${name}"
      ])
    }
  }
}

resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = var.messages.key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.emails

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "AllowAlarms"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.account.partition}:cloudwatch:${local._arn_end}:alarm:${var.name}-*"]
    }
  }

  statement {
    sid       = "DenyPlainHttp"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
