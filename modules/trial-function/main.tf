# The function that puts an approved version behind an endpoint of the account that builds, where
# people try it out. A step of a pipeline calls it and waits, so there is no queue of failures: what
# it cannot do it raises, and the step fails with the reason.

locals {
  _partition = var.account.partition
  _arn_end   = "${var.account.region}:${var.account.id}"

  _settings = {
    bucket             = var.serving.bucket_name
    capture            = { bucket = var.serving.capture.bucket_name, key_arn = var.serving.capture.key_arn }
    key_arn            = var.serving.key_arn
    prefix             = var.organization_prefix
    repository_url     = var.serving.repository_url
    role_arn           = var.serving.role_arn
    security_group_ids = sort(var.network.security_group_ids)
    subnet_ids         = sort(var.network.subnet_ids)
  }
}

module "function" {
  source = "../private-function"

  account      = var.account
  boundary_arn = var.boundary_arn
  concurrency  = var.concurrency
  log          = var.log
  network      = var.network
  policy_json  = data.aws_iam_policy_document.permissions.json
  tags         = var.tags

  function = {
    archive     = "${path.module}/function.zip"
    description = "Deploys approved versions to be tried out, and removes them."
    handler     = "pipelines.trials.handler.handle"
    name        = var.name
    # SageMaker loses the connection of a step on which nothing is said for six minutes.
    timeout_seconds = 300
  }
  role = {
    description = "Deploys approved versions to be tried out, in the account that builds, and removes them."
    name        = var.role_name
  }
  settings = {
    description = "What ${var.name} gives a trial: names, network, key and role."
    value       = jsonencode(local._settings)
  }
}
