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
}

run "no_failure_stays_silent" {
  command = plan

  assert {
    condition     = toset(keys(local._alarms)) == toset(["failed", "throttled", "undelivered", "unreached-by-calls", "unreached-by-notebooks"])
    error_message = "Every way to fail must raise an alarm."
  }

  assert {
    condition     = toset(jsondecode(output.queue_policy_json).Statement[*].Sid) == toset(["AllowFunction", "DenyPlainHttp"])
    error_message = "Only the function may write to the queue."
  }
}

run "knows_the_subnets_of_the_platform_and_where_to_speak" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "ReadSettings"]).Resource) == toset([for name in ["/acme-lab-detective/settings", "/acme/lab/network/subnet-ids"] : "arn:aws:ssm:eu-west-1:111111111111:parameter${name}"])
    error_message = "Its settings and the lists of subnets must be read, and nothing else."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "TellPeople"]).Resource == var.topic_arn
    error_message = "People must be told on the given topic only."
  }
}
