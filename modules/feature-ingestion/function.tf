# The function that starts an ingestion for each object that arrives, and tells people of those
# that fail.

locals {
  _function_arn = "arn:${var.account.partition}:lambda:${local._arn_end}:function:${var.name}"
  _queue_arn    = "arn:${var.account.partition}:sqs:${local._arn_end}:${var.name}-undelivered"
  _starts       = "Starts an ingestion for each object that arrives for a feature group."

  _settings = {
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
  }
}

module "function" {
  source = "../private-function"

  account      = var.account
  boundary_arn = var.boundary_arns.service
  concurrency  = var.concurrency
  log          = var.log
  network      = var.network
  policy_json  = data.aws_iam_policy_document.function.json
  role         = { description = local._starts, name = var.name }
  tags         = var.tags
  topic_arn    = local._topic_arn

  failures = {
    alarm_topic_arn = var.notice.topic_arn
    alarms          = local._alarms
    key_alias_arn   = var.notice.alias_arn
    key_arn         = var.notice.key_arn
    # What finds no place within the concurrency waits so long.
    max_age_seconds = 21600
    writers_json    = data.aws_iam_policy_document.undelivered.json
  }
  function = {
    archive         = "${path.module}/function.zip"
    description     = local._starts
    handler         = "pipelines.ingestion.handler.handle"
    name            = var.name
    timeout_seconds = 120
  }
  settings = {
    description = "Which prefixes feed which feature groups, and where ${var.name} speaks."
    value       = jsonencode(local._settings)
  }
}
