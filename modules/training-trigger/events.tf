# What starts training of which model. What a rule sends is written here but for the event itself:
# nobody who causes an event names a model, a pipeline or a bucket.

locals {
  _patterns = {
    for model, settings in var.models : model => {
      # Only below the model's own prefix, and only what has the name of data.
      object = try({
        source        = ["aws.s3"]
        "detail-type" = ["Object Created"]
        account       = [var.account.id]
        detail = {
          bucket = { name = [var.data.bucket_name] }
          object = { key = [{ wildcard = "${settings.data_prefix}${settings.triggers.object.prefix}*.csv" }] }
        }
      }, null)
      # The pipelines are in place when their build has succeeded, and not when something was pushed.
      push = settings.triggers.push ? {
        source        = ["aws.codebuild"]
        "detail-type" = ["CodeBuild Build State Change"]
        account       = [var.account.id]
        detail = {
          "build-status" = ["SUCCEEDED"]
          "project-name" = [var.build_project_name]
        }
      } : null
      schedule = null
    }
  }

  _rules = merge(flatten([
    for model, settings in var.models : [
      for trigger in ["object", "push", "schedule"] : {
        "${model}-${trigger}" = {
          model    = model
          pattern  = local._patterns[model][trigger] == null ? null : jsonencode(local._patterns[model][trigger])
          schedule = trigger == "schedule" ? settings.triggers.schedule : null
          settings = settings
          trigger  = trigger
        }
      } if local._patterns[model][trigger] != null || (trigger == "schedule" && settings.triggers.schedule != null)
    ]
  ])...)
  _why = {
    object   = "New data came for the model"
    push     = "The pipelines were put in place; train the model"
    schedule = "It is time to train the model"
  }

  _rule_names = {
    for name, rule in local._rules : name => "${var.rule_prefix}-${rule.model}-train-${rule.trigger}"
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local._rules

  name                = local._rule_names[each.key]
  description         = "${local._why[each.value.trigger]} ${each.value.model}."
  event_pattern       = each.value.pattern
  schedule_expression = each.value.schedule
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local._rules

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "function"
  arn       = module.function.function_arn

  # The event goes in whole, as a value of its own: nothing in it can end up beside it.
  input_transformer {
    input_template = replace(jsonencode({
      bucket   = var.data.bucket_name
      event    = "EVENT"
      model    = each.value.model
      pipeline = each.value.settings.pipeline_name
      prefix   = each.value.settings.data_prefix
      trigger  = each.value.trigger
    }), "\"EVENT\"", "<aws.events.event.json>")
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 10
  }

  dead_letter_config {
    arn = module.function.queue_arn
  }

  depends_on = [aws_lambda_permission.this]
}

resource "aws_lambda_permission" "this" {
  for_each = local._rules

  statement_id   = "AllowRule${join("", [for word in split("-", each.key) : title(word)])}"
  action         = "lambda:InvokeFunction"
  function_name  = module.function.function_name
  principal      = "events.amazonaws.com"
  source_account = var.account.id
  source_arn     = aws_cloudwatch_event_rule.this[each.key].arn
}
