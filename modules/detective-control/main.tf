# A function that looks at what was just made, stops or removes what slipped past the guardrails,
# and tells people of that and of what AWS's own services found.

locals {
  _arn_end = "${var.account.region}:${var.account.id}"
}

module "function" {
  source = "../private-function"

  account      = var.account
  boundary_arn = var.boundary_arn
  concurrency  = var.concurrency
  log          = var.log
  network      = var.network
  policy_json  = data.aws_iam_policy_document.permissions.json
  role         = { description = "Stops and removes what slipped past the guardrails.", name = var.role_name }
  tags         = var.tags
  topic_arn    = var.topic_arn

  failures = {
    alarm_topic_arn = var.topic_arn
    alarms          = local._alarms
    key_alias_arn   = var.key_alias_arn
    key_arn         = var.kms_key_arn
  }
  function = {
    archive         = "${path.module}/function.zip"
    description     = "Stops and removes what slipped past the guardrails, and tells people."
    handler         = "pipelines.detective.handler.handle"
    name            = var.name
    timeout_seconds = 120
  }
  settings = {
    also_reads  = var.subnet_parameter_names
    description = "Where ${var.name} learns the platform's subnets, and where it speaks."
    value       = jsonencode({ subnet_parameters = sort(var.subnet_parameter_names), topic_arn = var.topic_arn })
  }
}
