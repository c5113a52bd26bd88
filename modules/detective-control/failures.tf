# Of which failures people hear: Lambda tries twice more, and keeps the event.

locals {
  _alarms = {
    failed = {
      description = "The detective function failed: something may run that must not."
      dimensions  = { FunctionName = var.name }
      metric      = "Errors"
      namespace   = "AWS/Lambda"
    }
    throttled = {
      description = "The detective function was held back: something may run that must not."
      dimensions  = { FunctionName = var.name }
      metric      = "Throttles"
      namespace   = "AWS/Lambda"
    }
    undelivered = {
      description = "An event was given up after all tries; it waits in the queue."
      dimensions  = { QueueName = "${var.name}-undelivered" }
      metric      = "ApproximateNumberOfMessagesVisible"
      namespace   = "AWS/SQS"
    }
    unreached-by-calls = {
      description = "EventBridge could not call the detective function."
      dimensions  = { RuleName = "${var.name}-calls" }
      metric      = "FailedInvocations"
      namespace   = "AWS/Events"
    }
    unreached-by-notebooks = {
      description = "EventBridge could not call the detective function."
      dimensions  = { RuleName = "${var.name}-notebooks" }
      metric      = "FailedInvocations"
      namespace   = "AWS/Events"
    }
  }
}
