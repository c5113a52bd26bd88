# What is watched and what is told, by the real provider.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account           = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  data_bucket_names = ["acme-lab-data-111111111111"]
  function_arn      = "arn:aws:lambda:eu-west-1:111111111111:function:acme-lab-detective"
}

run "guardduty_looks_at_everything_and_tells_soon" {
  command = plan

  assert {
    condition     = aws_guardduty_detector.this.enable && aws_guardduty_detector.this.finding_publishing_frequency == "FIFTEEN_MINUTES"
    error_message = "The detector must run and tell every quarter of an hour."
  }

  assert {
    condition = (
      toset(keys(aws_guardduty_detector_feature.this)) == toset([
        "EBS_MALWARE_PROTECTION", "EKS_AUDIT_LOGS", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "RUNTIME_MONITORING",
        "S3_DATA_EVENTS",
      ])
      && alltrue([for feature in values(aws_guardduty_detector_feature.this) : feature.status == "ENABLED"])
    )
    error_message = "Every feature must be on."
  }
}

run "security_hub_checks_both_standards" {
  command = plan

  assert {
    condition = toset(values(aws_securityhub_standards_subscription.this)[*].standards_arn) == toset([
      "arn:aws:securityhub:eu-west-1::standards/ai-security-best-practices/v/1.0.0",
      "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0",
    ])
    error_message = "The foundational and the AI standard must be checked."
  }

  assert {
    condition     = aws_securityhub_account.this.auto_enable_controls
    error_message = "New controls must be checked as AWS adds them."
  }
}

run "access_from_outside_and_unused_access_are_found" {
  command = plan

  assert {
    condition     = aws_accessanalyzer_analyzer.external.type == "ACCOUNT" && aws_accessanalyzer_analyzer.unused.type == "ACCOUNT_UNUSED_ACCESS"
    error_message = "Both kinds of access must be looked for."
  }

  assert {
    condition     = one(one(aws_accessanalyzer_analyzer.unused.configuration).unused_access).unused_access_age == 90
    error_message = "Access must be unused for 90 days."
  }
}

run "images_and_functions_are_scanned_without_end" {
  command = plan

  assert {
    condition = (
      aws_inspector2_enabler.this.account_ids == toset(["111111111111"])
      && aws_inspector2_enabler.this.resource_types == toset(["ECR", "LAMBDA", "LAMBDA_CODE"])
    )
    error_message = "Inspector must scan images, functions and their code."
  }

  assert {
    condition = (
      aws_ecr_registry_scanning_configuration.this.scan_type == "ENHANCED"
      && one(aws_ecr_registry_scanning_configuration.this.rule).scan_frequency == "CONTINUOUS_SCAN"
    )
    error_message = "Every repository must be scanned without end."
  }
}

run "macie_looks_into_the_data_every_week" {
  command = plan

  assert {
    condition     = aws_macie2_account.this.status == "ENABLED"
    error_message = "Macie must be on."
  }

  assert {
    condition = one(one(
      aws_macie2_classification_job.this["data"].s3_job_definition
    ).bucket_definitions).buckets == tolist(["acme-lab-data-111111111111"])
    error_message = "The job must look into the buckets that hold data."
  }

  assert {
    condition     = aws_macie2_classification_job.this["data"].job_type == "SCHEDULED"
    error_message = "The job must run again."
  }
}

run "macie_has_no_job_where_there_is_no_data" {
  command = plan

  variables {
    data_bucket_names = []
  }

  assert {
    condition     = length(aws_macie2_classification_job.this) == 0
    error_message = "Without buckets there must be no job."
  }
}

run "findings_are_told" {
  command = plan

  assert {
    condition     = alltrue([for target in values(aws_cloudwatch_event_target.finding) : target.arn == var.function_arn])
    error_message = "Every finding must go to the function."
  }

  assert {
    condition = toset([
      for rule in values(aws_cloudwatch_event_rule.finding) : one(jsondecode(rule.event_pattern).source)
    ]) == toset(["aws.access-analyzer", "aws.guardduty", "aws.inspector2", "aws.macie", "aws.securityhub"])
    error_message = "Every service that finds must be heard."
  }

  assert {
    condition = alltrue([
      for permission in values(aws_lambda_permission.finding) :
      permission.principal == "events.amazonaws.com" && permission.source_account == "111111111111"
    ])
    error_message = "Rules of this account alone must reach the function."
  }
}
