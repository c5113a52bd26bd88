# An approval starts the forecast of exactly the version that was approved, newer hours one of the
# latest that is.

data "aws_iam_policy_document" "trigger_trust" {
  statement {
    sid     = "AllowOwnRules"
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
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.account.partition}:events:${local._arn_end}:rule/${var.organization_prefix}-*-forecast"]
    }
  }
}

data "aws_iam_policy_document" "trigger" {
  statement {
    sid       = "StartForecasts"
    actions   = ["codepipeline:StartPipelineExecution"]
    resources = values(local._pipeline_arns)
  }
}

resource "aws_iam_role" "trigger" {
  name                 = var.role_names.trigger
  description          = "Starts the forecast of a version that was approved."
  assume_role_policy   = data.aws_iam_policy_document.trigger_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.service
  tags                 = var.tags
}

resource "aws_iam_role_policy" "trigger" {
  name   = "forecast-trigger"
  role   = aws_iam_role.trigger.name
  policy = data.aws_iam_policy_document.trigger.json
}

resource "aws_cloudwatch_event_rule" "approved" {
  for_each = var.pipelines

  name        = each.value.name
  description = "A version of forecast ${each.key} was approved."
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.sagemaker"]
    detail-type = ["SageMaker Model Package State Change"]
    account     = [var.account.id]
    detail = {
      ModelApprovalStatus   = ["Approved"]
      ModelPackageGroupName = [each.value.group_name]
    }
  })
}

resource "aws_cloudwatch_event_target" "forecast" {
  for_each = var.pipelines

  rule      = aws_cloudwatch_event_rule.approved[each.key].name
  target_id = "forecast"
  arn       = aws_codepipeline.this[each.key].arn
  role_arn  = aws_iam_role.trigger.arn

  input_transformer {
    input_paths    = { package = "$.detail.ModelPackageArn" }
    input_template = "{\"variables\":[{\"name\":\"PackageArn\",\"value\":\"<package>\"},{\"name\":\"SeriesUri\",\"value\":\"registered\"}]}"
  }

  depends_on = [aws_iam_role_policy.trigger]
}

resource "aws_cloudwatch_event_rule" "hours" {
  for_each = var.pipelines

  name        = "${trimsuffix(each.value.name, "-forecast")}-hours-forecast"
  description = "Newer hours of forecast ${each.key} were brought."
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    account     = [var.account.id]
    detail = {
      bucket = { name = [var.hours.bucket_name] }
      object = { key = [{ prefix = "${var.hours.prefix}${each.key}/" }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "hours" {
  for_each = var.pipelines

  rule      = aws_cloudwatch_event_rule.hours[each.key].name
  target_id = "hours"
  arn       = aws_codepipeline.this[each.key].arn
  role_arn  = aws_iam_role.trigger.arn

  input_transformer {
    input_paths    = { bucket = "$.detail.bucket.name", key = "$.detail.object.key" }
    input_template = "{\"variables\":[{\"name\":\"SeriesUri\",\"value\":\"s3://<bucket>/<key>\"}]}"
  }

  depends_on = [aws_iam_role_policy.trigger]
}
