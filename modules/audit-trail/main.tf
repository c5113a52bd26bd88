# What happened in the account: every management call, and each access to the data that matters,
# kept where nobody can change it and where alarms can read it.

locals {
  _arn_end       = "${var.account.region}:${var.account.id}"
  _log_group     = "/${var.account.prefix}/trail"
  _log_group_arn = "arn:${var.account.partition}:logs:${local._arn_end}:log-group:${local._log_group}"

  # Calls upon data, by the type that CloudTrail knows them under.
  _data_events = {
    "AWS::Lambda::Function"                    = "functions"
    "AWS::SageMaker::Endpoint"                 = "predictions"
    "AWS::SageMaker::ExperimentTrialComponent" = "metrics"
    "AWS::SageMaker::FeatureGroup"             = "features"
  }
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = local._log_group
  kms_key_id        = var.log.key_arn
  retention_in_days = var.log.retention_days
  tags              = var.tags
}

resource "aws_cloudtrail" "this" {
  name                          = var.name
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.delivery.arn
  enable_log_file_validation    = true
  enable_logging                = true
  include_global_service_events = true
  is_multi_region_trail         = true
  kms_key_id                    = var.kms_key_arn
  s3_bucket_name                = var.bucket_name
  tags                          = var.tags

  advanced_event_selector {
    name = "management"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  # The trail's own bucket is never among them: each delivery would be an event that is delivered.
  advanced_event_selector {
    name = "objects"

    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }

    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }

    field_selector {
      field = "resources.ARN"
      starts_with = sort([
        for bucket in var.data_bucket_names : "arn:${var.account.partition}:s3:::${bucket}/"
      ])
    }
  }

  dynamic "advanced_event_selector" {
    for_each = local._data_events

    content {
      name = advanced_event_selector.value

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }

      field_selector {
        field  = "resources.type"
        equals = [advanced_event_selector.key]
      }
    }
  }

  depends_on = [aws_iam_role_policy.delivery]
}

data "aws_iam_policy_document" "delivery_trust" {
  statement {
    sid     = "AllowCloudTrail"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }
  }
}

# CloudTrail names its streams after the account and the region of the events.
data "aws_iam_policy_document" "delivery" {
  statement {
    sid       = "DeliverEvents"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local._log_group_arn}:log-stream:${var.account.id}_CloudTrail_*"]
  }
}

resource "aws_iam_role" "delivery" {
  name                 = var.role_name
  description          = "Lets CloudTrail write what it records where alarms read it."
  assume_role_policy   = data.aws_iam_policy_document.delivery_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "delivery" {
  name   = "permissions"
  role   = aws_iam_role.delivery.name
  policy = data.aws_iam_policy_document.delivery.json
}
