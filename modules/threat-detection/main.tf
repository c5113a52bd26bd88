# What AWS itself notices: threats, settings that are wrong, known vulnerabilities, data that nobody
# expected, access from outside and access that nobody uses. What it finds is told where people hear
# it (findings.tf).

locals {
  _standards = {
    ai                    = "ai-security-best-practices/v/1.0.0"
    foundational-security = "aws-foundational-security-best-practices/v/1.0.0"
  }

  # What GuardDuty looks at beside calls, flows and names; a kind that the account does not have
  # costs nothing, and is watched from the moment somebody makes it.
  _features = {
    EBS_MALWARE_PROTECTION = []
    EKS_AUDIT_LOGS         = []
    LAMBDA_NETWORK_LOGS    = []
    RDS_LOGIN_EVENTS       = []
    RUNTIME_MONITORING     = ["EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT"]
    S3_DATA_EVENTS         = []
  }
}

resource "aws_guardduty_detector" "this" {
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
  tags                         = var.tags
}

resource "aws_guardduty_detector_feature" "this" {
  for_each = local._features

  detector_id = aws_guardduty_detector.this.id
  name        = each.key
  status      = "ENABLED"

  dynamic "additional_configuration" {
    for_each = each.value

    content {
      name   = additional_configuration.value
      status = "ENABLED"
    }
  }
}

resource "aws_securityhub_account" "this" {
  auto_enable_controls      = true
  control_finding_generator = "SECURITY_CONTROL"
  enable_default_standards  = false
}

resource "aws_securityhub_standards_subscription" "this" {
  for_each = local._standards

  standards_arn = "arn:${var.account.partition}:securityhub:${var.account.region}::standards/${each.value}"

  depends_on = [aws_securityhub_account.this]
}

resource "aws_accessanalyzer_analyzer" "external" {
  analyzer_name = "${var.account.prefix}-external-access"
  type          = "ACCOUNT"
  tags          = var.tags
}

resource "aws_accessanalyzer_analyzer" "unused" {
  analyzer_name = "${var.account.prefix}-unused-access"
  type          = "ACCOUNT_UNUSED_ACCESS"
  tags          = var.tags

  configuration {
    unused_access {
      unused_access_age = var.unused_access_days
    }
  }
}

# Images and functions are scanned when they come, and again with each vulnerability that gets known.
resource "aws_inspector2_enabler" "this" {
  account_ids    = [var.account.id]
  resource_types = ["ECR", "LAMBDA", "LAMBDA_CODE"]
}

resource "aws_ecr_registry_scanning_configuration" "this" {
  scan_type = "ENHANCED"

  rule {
    scan_frequency = "CONTINUOUS_SCAN"

    repository_filter {
      filter      = "*"
      filter_type = "WILDCARD"
    }
  }

  depends_on = [aws_inspector2_enabler.this]
}
