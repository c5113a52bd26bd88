# What the function hears of: calls that make or change something, as CloudTrail tells them, and
# notebook instances that became what can be stopped or deleted.

locals {
  _rules = {
    calls = {
      description = "Something was made or changed in SageMaker."
      pattern = {
        source        = ["aws.sagemaker"]
        "detail-type" = ["AWS API Call via CloudTrail"]
        detail = {
          eventSource = ["sagemaker.amazonaws.com"]
          errorCode   = [{ exists = false }]
          eventName   = local._calls
        }
      }
    }
    notebooks = {
      description = "A notebook instance can be stopped or deleted now."
      pattern = {
        source        = ["aws.sagemaker"]
        "detail-type" = ["SageMaker Notebook Instance State Change"]
        detail        = { NotebookInstanceStatus = ["Failed", "InService", "Stopped"] }
      }
    }
  }

  # The same names as CALLS in pipelines/detective/subjects.py.
  _calls = [
    "CreateAutoMLJob",
    "CreateAutoMLJobV2",
    "CreateCluster",
    "CreateCompilationJob",
    "CreateDomain",
    "CreateEdgePackagingJob",
    "CreateEndpoint",
    "CreateEndpointConfig",
    "CreateHyperParameterTuningJob",
    "CreateInferenceExperiment",
    "CreateInferenceRecommendationsJob",
    "CreateLabelingJob",
    "CreateMlflowApp",
    "CreateMlflowTrackingServer",
    "CreateModel",
    "CreateNotebookInstance",
    "CreateOptimizationJob",
    "CreatePartnerApp",
    "CreateProcessingJob",
    "CreateTrainingJob",
    "CreateTransformJob",
    "PutEndpointPolicy",
    "StartNotebookInstance",
    "UpdateDomain",
    "UpdateEndpoint",
    "UpdateNotebookInstance",
  ]
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local._rules

  name          = "${var.name}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local._rules

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "function"
  arn       = module.function.function_arn

  depends_on = [aws_lambda_permission.this]
}

resource "aws_lambda_permission" "this" {
  for_each = local._rules

  statement_id   = "AllowRule${title(each.key)}"
  action         = "lambda:InvokeFunction"
  function_name  = module.function.function_name
  principal      = "events.amazonaws.com"
  source_account = var.account.id
  source_arn     = aws_cloudwatch_event_rule.this[each.key].arn
}
