# What is found is told by a function: EventBridge itself cannot speak on a topic whose key is held
# to this account.

locals {
  _findings = {
    access = {
      description = "Somebody outside the account can reach something."
      pattern = {
        source        = ["aws.access-analyzer"]
        "detail-type" = ["Access Analyzer Finding"]
        detail        = { status = ["ACTIVE"] }
      }
    }
    threats = {
      description = "GuardDuty found a threat of medium severity or above."
      pattern = {
        source        = ["aws.guardduty"]
        "detail-type" = ["GuardDuty Finding"]
        detail        = { severity = [{ numeric = [">=", 4] }] }
      }
    }
    sensitive-data = {
      description = "Macie found data that nobody expected in a bucket, or a bucket that is open."
      pattern = {
        source        = ["aws.macie"]
        "detail-type" = ["Macie Finding"]
        detail        = { severity = { description = ["High", "Medium"] } }
      }
    }
    settings = {
      description = "Security Hub found a setting that is wrong and matters."
      pattern = {
        source        = ["aws.securityhub"]
        "detail-type" = ["Security Hub Findings - Imported"]
        detail = {
          findings = {
            Compliance  = { Status = ["FAILED"] }
            RecordState = ["ACTIVE"]
            Severity    = { Label = ["CRITICAL", "HIGH"] }
            Workflow    = { Status = ["NEW"] }
          }
        }
      }
    }
    vulnerabilities = {
      description = "Inspector found a vulnerability that matters in an image or a function."
      pattern = {
        source        = ["aws.inspector2"]
        "detail-type" = ["Inspector2 Finding"]
        detail        = { severity = ["CRITICAL", "HIGH"], status = ["ACTIVE"] }
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "finding" {
  for_each = local._findings

  name          = "${var.account.prefix}-finding-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "finding" {
  for_each = local._findings

  rule      = aws_cloudwatch_event_rule.finding[each.key].name
  target_id = "notices"
  arn       = var.function_arn
}

resource "aws_lambda_permission" "finding" {
  for_each = local._findings

  statement_id   = "AllowFinding${replace(title(each.key), "-", "")}"
  action         = "lambda:InvokeFunction"
  function_name  = var.function_arn
  principal      = "events.amazonaws.com"
  source_account = var.account.id
  source_arn     = aws_cloudwatch_event_rule.finding[each.key].arn
}
