# A push of the source package starts the build, of exactly what was pushed.

locals {
  _rule_name = "${var.project_name}-push"
  _rule_arn  = "arn:${var.account.partition}:events:${local._arn_end}:rule/${local._rule_name}"

  # Whatever AWS has a condition key for that a build can bring in place of its project's own.
  _build_overrides = [
    "codebuild:artifacts",
    "codebuild:artifacts.location",
    "codebuild:cache",
    "codebuild:encryptionKey",
    "codebuild:environment.certificate",
    "codebuild:environment.environmentVariables",
    "codebuild:environment.environmentVariables.name",
    "codebuild:environment.fleet.fleetArn",
    "codebuild:environment.image",
    "codebuild:environment.privilegedMode",
    "codebuild:environment.registryCredential",
    "codebuild:logsConfig",
    "codebuild:secondaryArtifacts",
    "codebuild:secondarySources",
    "codebuild:serviceRole",
    "codebuild:source",
    "codebuild:source.auth.resource",
    "codebuild:source.buildspec",
    "codebuild:source.location",
  ]
}

data "aws_iam_policy_document" "trigger_trust" {
  statement {
    sid     = "AllowOwnRule"
    actions = ["sts:AssumeRole"]

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
      values   = [local._rule_arn]
    }
  }
}

data "aws_iam_policy_document" "trigger" {
  statement {
    sid     = "StartBuild"
    actions = ["codebuild:StartBuild"]
    resources = [
      "arn:${var.account.partition}:codebuild:${local._arn_end}:project/${var.project_name}",
    ]

    # A push says which version of the source is built, and nothing else.
    dynamic "condition" {
      for_each = local._build_overrides

      content {
        test     = "Null"
        variable = condition.value
        values   = ["true"]
      }
    }
  }
}

resource "aws_iam_role" "trigger" {
  name                 = var.trigger.role_name
  description          = "Starts the build of pipelines when a source package was pushed."
  assume_role_policy   = data.aws_iam_policy_document.trigger_trust.json
  max_session_duration = 3600
  permissions_boundary = var.trigger.boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "trigger" {
  name   = "permissions"
  role   = aws_iam_role.trigger.name
  policy = data.aws_iam_policy_document.trigger.json
}

resource "aws_cloudwatch_event_rule" "push" {
  name        = local._rule_name
  description = "A source package was pushed."
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    account     = [var.account.id]
    detail = {
      bucket = { name = [var.source_store.bucket_name] }
      object = { key = [var.source_store.object_key] }
    }
  })
}

resource "aws_cloudwatch_event_target" "build" {
  rule      = aws_cloudwatch_event_rule.push.name
  target_id = "build"
  arn       = module.build.project_arn
  role_arn  = aws_iam_role.trigger.arn

  # Whoever pushes next must not change what this build reads.
  input_transformer {
    input_paths    = { version = "$.detail.object.version-id" }
    input_template = "{\"sourceVersion\":\"<version>\"}"
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 10
  }

  depends_on = [aws_iam_role_policy.trigger]
}
