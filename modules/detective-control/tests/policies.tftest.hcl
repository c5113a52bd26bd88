# What the function hears of, what it may do and what happens when it fails, by the real provider.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account                = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn           = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  key_alias_arn          = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit"
  kms_key_arn            = "arn:aws:kms:eu-west-1:111111111111:key/audit"
  log                    = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  name                   = "acme-lab-detective"
  network                = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  role_name              = "acme-lab-detective"
  subnet_parameter_names = ["/acme/lab/network/subnet-ids"]
  topic_arn              = "arn:aws:sns:eu-west-1:111111111111:acme-lab-security"
}

run "runs_in_the_private_network_with_a_limit_and_nothing_to_hide" {
  command = plan

  assert {
    condition     = toset(one(aws_lambda_function.this.vpc_config).subnet_ids) == toset(["subnet-1", "subnet-2"])
    error_message = "The function must run in the given subnets."
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 5 && one(aws_lambda_function.this.tracing_config).mode == "Active"
    error_message = "Concurrency must be reserved and calls traced."
  }

  assert {
    condition     = length(aws_lambda_function.this.environment) == 0
    error_message = "The function must have no environment variables."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 365 && aws_cloudwatch_log_group.this.kms_key_id == var.log.key_arn
    error_message = "The log must be kept for a year under the customer's key."
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.settings.value).topic_arn == var.topic_arn && jsondecode(aws_ssm_parameter.settings.value).subnet_parameters == ["/acme/lab/network/subnet-ids"]
    error_message = "The settings must name the topic and where the subnets are listed."
  }
}

run "hears_of_every_job_model_and_endpoint_that_was_really_made" {
  command = plan

  assert {
    condition = length(setsubtract([
      "CreateTrainingJob", "CreateProcessingJob", "CreateHyperParameterTuningJob", "CreateTransformJob", "CreateAutoMLJob",
      "CreateAutoMLJobV2", "CreateModel", "CreateEndpointConfig", "CreateEndpoint", "CreateNotebookInstance",
      "CreateDomain", "UpdateDomain",
    ], jsondecode(aws_cloudwatch_event_rule.this["calls"].event_pattern).detail.eventName)) == 0
    error_message = "These calls must be heard."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["calls"].event_pattern).detail.errorCode == [{ exists = false }]
    error_message = "A call that was refused made nothing."
  }

  assert {
    condition = alltrue([
      for permission in values(aws_lambda_permission.this) :
      permission.principal == "events.amazonaws.com" && permission.source_account == "111111111111"
    ])
    error_message = "Rules of this account alone must reach the function."
  }
}

run "may_stop_and_delete_and_nothing_more" {
  command = plan

  assert {
    condition = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "StopAndDelete"]).Action) == toset([
      "sagemaker:DeleteEndpointConfig", "sagemaker:DeleteModel", "sagemaker:DeleteNotebookInstance",
      "sagemaker:StopAutoMLJob", "sagemaker:StopHyperParameterTuningJob", "sagemaker:StopNotebookInstance",
      "sagemaker:StopProcessingJob", "sagemaker:StopTrainingJob", "sagemaker:StopTransformJob",
    ])
    error_message = "The function must stop and delete exactly this."
  }

  assert {
    condition = length([
      for action in flatten([for s in jsondecode(output.policy_json).Statement : s.Action if s.Effect == "Allow"]) : action
      if can(regex("(?i):(create|update|put(role|bucket)|attach|invokeendpoint)", action)) && !contains([
        "ec2:CreateNetworkInterface", "logs:CreateLogStream",
      ], action)
    ]) == 0
    error_message = "The function must make and change nothing."
  }

  assert {
    condition = toset([
      for s in jsondecode(output.policy_json).Statement : s.Sid if s.Effect == "Allow" && contains(flatten([s.Resource]), "*")
    ]) == toset(["FindEndpoints", "SeeNetwork", "WriteTraces"])
    error_message = "Only what AWS lets name no resource may name every resource."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyNetworkToTheCode"]).Condition.ArnEquals["lambda:SourceFunctionArn"] == "arn:aws:lambda:eu-west-1:111111111111:function:acme-lab-detective"
    error_message = "The code must not use the network permissions that Lambda needs."
  }

  assert {
    condition     = aws_iam_role.this.permissions_boundary == var.boundary_arn
    error_message = "The role must be bounded."
  }
}

run "no_failure_stays_silent" {
  command = plan

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset(["failed", "throttled", "undelivered", "unreached-by-calls", "unreached-by-notebooks"])
    error_message = "Every way to fail must raise an alarm."
  }

  assert {
    condition     = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.this) : toset(alarm.alarm_actions) == toset([var.topic_arn]) && alarm.threshold == 1])
    error_message = "One failure must be told."
  }

  assert {
    condition     = aws_sqs_queue.undelivered.kms_master_key_id == var.kms_key_arn && aws_sqs_queue.undelivered.message_retention_seconds == 1209600
    error_message = "What was given up must be kept for 14 days under the customer's key."
  }

  assert {
    condition     = one([for s in jsondecode(output.queue_policy_json).Statement : s if s.Sid == "AllowFunction"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-lab-detective"
    error_message = "Only the function may write to the queue."
  }
}
