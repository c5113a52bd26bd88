# A function that starts training for nobody in particular: on a push, on a schedule and by a new
# data object. It pins the data that a run is given, and makes one run of an event that comes twice.

locals {
  _arn_end   = "${var.account.region}:${var.account.id}"
  _queue_arn = "arn:${var.account.partition}:sqs:${local._arn_end}:${var.name}-undelivered"
}

module "function" {
  source = "../private-function"

  account      = var.account
  boundary_arn = var.boundary_arn
  concurrency  = var.concurrency
  log          = var.log
  network      = var.network
  policy_json  = data.aws_iam_policy_document.permissions.json
  role         = { description = "Starts training on a push, on a schedule and by new data.", name = var.role_name }
  tags         = var.tags

  failures = {
    alarm_topic_arn = aws_sns_topic.this.arn
    alarms          = local._alarms
    key_alias_arn   = var.messages.key_alias_arn
    key_arn         = var.messages.key_arn
    writers_json    = data.aws_iam_policy_document.undelivered.json
  }
  function = {
    archive         = "${path.module}/function.zip"
    description     = "Starts training on a push, on a schedule and by new data."
    handler         = "pipelines.triggers.handler.handle"
    memory_mb       = 512
    name            = var.name
    timeout_seconds = 900
  }
}
