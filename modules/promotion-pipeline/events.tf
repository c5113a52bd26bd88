# An approval starts the promotion of exactly the version that was approved; what a rejection starts
# stands in rollback.tf.

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
      values   = ["arn:${var.account.partition}:events:${local._arn_end}:rule/${var.organization_prefix}-*"]
    }
  }
}

data "aws_iam_policy_document" "trigger" {
  statement {
    sid       = "StartPromotions"
    actions   = ["codepipeline:StartPipelineExecution"]
    resources = values(local._pipeline_arns)
  }

  statement {
    sid       = "StartRollbacks"
    actions   = ["codepipeline:StartPipelineExecution"]
    resources = values(local._rollback_arns)
  }
}

resource "aws_iam_role" "trigger" {
  name                 = var.role_names.promotion_trigger
  description          = "Starts the promotion of a model package that was approved, and the way back from one that was rejected."
  assume_role_policy   = data.aws_iam_policy_document.trigger_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.service
  tags                 = var.tags
}

resource "aws_iam_role_policy" "trigger" {
  name   = "promotion-trigger"
  role   = aws_iam_role.trigger.name
  policy = data.aws_iam_policy_document.trigger.json
}

resource "aws_cloudwatch_event_rule" "approved" {
  for_each = var.pipelines

  name        = each.value.name
  description = "A version of model ${each.key} was approved."
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

resource "aws_cloudwatch_event_target" "promotion" {
  for_each = var.pipelines

  rule      = aws_cloudwatch_event_rule.approved[each.key].name
  target_id = "promotion"
  arn       = aws_codepipeline.this[each.key].arn
  role_arn  = aws_iam_role.trigger.arn

  input_transformer {
    input_paths    = { package = "$.detail.ModelPackageArn" }
    input_template = "{\"variables\":[{\"name\":\"PackageArn\",\"value\":\"<package>\"}]}"
  }

  depends_on = [aws_iam_role_policy.trigger]
}
