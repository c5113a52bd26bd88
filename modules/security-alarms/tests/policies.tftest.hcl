# What raises an alarm, and who may speak on the topic, by the real provider.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account             = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  emails              = { omar = "omar@example.com", petra = "petra@example.com" }
  kms_key_arn         = "arn:aws:kms:eu-west-1:111111111111:key/audit"
  log_group_name      = "/acme-lab/trail"
  promotion_role_arns = ["arn:aws:iam::111111111111:role/acme-lab-release"]
  publisher_role_arns = ["arn:aws:iam::111111111111:role/acme-lab-detective"]
  topic_name          = "acme-lab-security"
}

run "every_event_has_a_filter_and_an_alarm_that_somebody_hears" {
  command = plan

  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.event)) == toset([
      "approvals", "boundary-changes", "bucket-changes", "console-without-mfa", "detection-changes", "endpoint-changes",
      "finding-changes", "function-changes", "key-changes", "network-group-changes", "network-path-changes",
      "policy-changes", "record-changes", "root-use", "rule-changes", "trail-changes", "unauthorised-calls",
      "user-changes",
    ])
    error_message = "These events and no others must raise an alarm."
  }

  assert {
    condition = alltrue([
      for name, alarm in aws_cloudwatch_metric_alarm.event :
      alarm.metric_name == one(aws_cloudwatch_log_metric_filter.event[name].metric_transformation).name
      && alarm.namespace == one(aws_cloudwatch_log_metric_filter.event[name].metric_transformation).namespace
    ])
    error_message = "An alarm must watch the metric of its own filter."
  }

  assert {
    condition     = toset(values(aws_sns_topic_subscription.email)[*].endpoint) == toset(["omar@example.com", "petra@example.com"])
    error_message = "Everybody named must be told."
  }

  assert {
    condition = alltrue([
      for name, alarm in aws_cloudwatch_metric_alarm.event : alarm.threshold == (name == "unauthorised-calls" ? 5 : 1)
    ])
    error_message = "One event must be enough, but for calls that are refused."
  }
}

run "a_release_raises_no_alarm_and_every_other_change_of_an_endpoint_does" {
  command = plan

  assert {
    condition     = strcontains(aws_cloudwatch_log_metric_filter.event["endpoint-changes"].pattern, "($.userIdentity.sessionContext.sessionIssuer.arn != \"arn:aws:iam::111111111111:role/acme-lab-release\")")
    error_message = "The release's own role must be left out by its ARN."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_log_metric_filter.event["endpoint-changes"].pattern, "($.userIdentity.sessionContext.sessionIssuer.arn NOT EXISTS)")
    error_message = "A change by nobody's session, such as root's, must raise the alarm."
  }

  assert {
    condition = alltrue([
      for call in ["CreateModel", "CreateEndpointConfig", "CreateEndpoint", "UpdateEndpoint", "DeleteEndpoint"] :
      strcontains(aws_cloudwatch_log_metric_filter.event["endpoint-changes"].pattern, "($.eventName = \"${call}\")")
    ])
    error_message = "Every change of an endpoint must be looked for."
  }
}

run "without_releases_every_change_of_an_endpoint_raises_an_alarm" {
  command = plan

  variables {
    promotion_role_arns = []
  }

  assert {
    condition     = !strcontains(aws_cloudwatch_log_metric_filter.event["endpoint-changes"].pattern, "userIdentity")
    error_message = "Nobody must be left out."
  }
}

run "only_alarms_and_the_named_function_speak" {
  command = plan

  assert {
    condition     = toset(jsondecode(output.topic_policy_json).Statement[*].Sid) == toset(["AllowAlarms", "AllowFunctions", "DenyPlainHttp"])
    error_message = "The topic must admit these and no others."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(output.topic_policy_json).Statement :
      alltrue([for arn in flatten([statement.Condition.ArnLike["aws:SourceArn"]]) : strcontains(arn, ":111111111111:")])
      if can(statement.Principal.Service)
    ])
    error_message = "A service must speak for this account."
  }

  assert {
    condition     = one([for s in jsondecode(output.topic_policy_json).Statement : s if s.Sid == "AllowFunctions"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-lab-detective"
    error_message = "The account must be narrowed to the function's role."
  }

  assert {
    condition     = one([for s in jsondecode(output.topic_policy_json).Statement : s if s.Sid == "DenyPlainHttp"]).Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "Plain HTTP must be denied."
  }

  assert {
    condition     = aws_sns_topic.notices.kms_master_key_id == var.kms_key_arn
    error_message = "The topic must be encrypted by the customer's key."
  }
}
