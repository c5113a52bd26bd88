# How the function runs, what it may do and what happens when it fails, by the real provider.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account      = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  concurrency  = 5
  log          = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  network      = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  policy_json  = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"ListJobs\",\"Effect\":\"Allow\",\"Action\":\"sagemaker:ListTrainingJobs\",\"Resource\":\"*\"}]}"
  role         = { description = "Counts jobs.", name = "acme-lab-counter" }
  settings     = { also_reads = ["/acme/lab/limit"], description = "Which jobs are counted.", value = "{\"prefix\":\"acme\"}" }
  topic_arn    = "arn:aws:sns:eu-west-1:111111111111:acme-lab-security"
  failures = {
    alarm_topic_arn = "arn:aws:sns:eu-west-1:111111111111:acme-lab-security"
    key_alias_arn   = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit"
    key_arn         = "arn:aws:kms:eu-west-1:111111111111:key/audit"
    writers_json    = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AllowRules\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"events.amazonaws.com\"},\"Action\":\"sqs:SendMessage\",\"Resource\":\"arn:aws:sqs:eu-west-1:111111111111:acme-lab-counter-undelivered\",\"Condition\":{\"ArnEquals\":{\"aws:SourceArn\":\"arn:aws:events:eu-west-1:111111111111:rule/acme-lab-counter\"}}}]}"
    alarms = {
      failed = {
        description = "Jobs were not counted."
        dimensions  = { FunctionName = "acme-lab-counter" }
        metric      = "Errors"
        namespace   = "AWS/Lambda"
      }
    }
  }
  function = {
    archive         = "../detective-control/function.zip"
    description     = "Counts jobs."
    handler         = "pipelines.counter.handler.handle"
    name            = "acme-lab-counter"
    timeout_seconds = 60
  }
}

run "runs_in_the_private_network_with_a_limit_and_nothing_to_hide" {
  command = plan

  assert {
    condition     = toset(one(aws_lambda_function.this.vpc_config).subnet_ids) == toset(["subnet-1", "subnet-2"]) && toset(one(aws_lambda_function.this.vpc_config).security_group_ids) == toset(["sg-1"])
    error_message = "The function must run in the given subnets and groups."
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 5 && one(aws_lambda_function.this.tracing_config).mode == "Active"
    error_message = "Concurrency must be reserved and calls traced."
  }

  assert {
    condition     = length(aws_lambda_function.this.environment) == 0 && jsondecode(aws_ssm_parameter.settings[0].value) == { prefix = "acme" }
    error_message = "The function must have no environment variables: its settings are a parameter."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 365 && aws_cloudwatch_log_group.this.kms_key_id == var.log.key_arn
    error_message = "The log must be kept for a year under the customer's key."
  }
}

run "may_do_what_it_is_given_and_what_every_function_must" {
  command = plan

  assert {
    condition     = jsondecode(output.policy_json).Statement[*].Sid == ["ListJobs", "ReadSettings", "TellPeople", "KeepWhatFailed", "UseKeyOfTopicAndQueue", "WriteLog", "WriteTraces", "SeeNetwork", "JoinNetwork", "DenyNetworkToTheCode"]
    error_message = "There must be no statement beside these."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.permissions.json).Statement : s if s.Sid == "ReadSettings"]).Resource) == toset([for name in ["/acme-lab-counter/settings", "/acme/lab/limit"] : "arn:aws:ssm:eu-west-1:111111111111:parameter${name}"])
    error_message = "Its own settings and the named parameters must be read, and nothing else."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.permissions.json).Statement : s if s.Sid == "WriteLog"]).Resource == "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/lambda/acme-lab-counter:log-stream:*"
    error_message = "It must write to its own log only."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.permissions.json).Statement : s if s.Sid == "UseKeyOfTopicAndQueue"]).Condition == { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = "alias/acme-lab-audit" }, StringEquals = { "kms:ViaService" = ["sns.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"] } }
    error_message = "The key must be used by its alias, and through SNS and SQS only."
  }

  assert {
    condition     = aws_iam_role.this.permissions_boundary == var.boundary_arn && one(jsondecode(data.aws_iam_policy_document.trust.json).Statement).Condition.StringEquals["aws:SourceAccount"] == "111111111111"
    error_message = "The role must be bounded, and taken for this account only."
  }
}

run "its_code_never_touches_the_network" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.permissions.json).Statement : s if s.Sid == "DenyNetworkToTheCode"]).Action) == toset(concat(one([for s in jsondecode(data.aws_iam_policy_document.permissions.json).Statement : s if s.Sid == "SeeNetwork"]).Action, one([for s in jsondecode(data.aws_iam_policy_document.permissions.json).Statement : s if s.Sid == "JoinNetwork"]).Action))
    error_message = "All that Lambda needs must be denied to the code."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.permissions.json).Statement : s if s.Sid == "DenyNetworkToTheCode"]).Condition.ArnEquals["lambda:SourceFunctionArn"] == output.function_arn
    error_message = "The Deny must be about what the function itself calls."
  }
}

run "keeps_what_was_given_up_and_tells_of_it" {
  command = plan

  assert {
    condition     = one(aws_lambda_function.this.dead_letter_config).target_arn == output.queue_arn && aws_lambda_function_event_invoke_config.this[0].maximum_retry_attempts == 2
    error_message = "A run must be tried again, and its event kept then."
  }

  assert {
    condition     = aws_sqs_queue.undelivered[0].kms_master_key_id == var.failures.key_arn && aws_sqs_queue.undelivered[0].message_retention_seconds == 1209600
    error_message = "What was given up must be kept for 14 days under the customer's key."
  }

  assert {
    condition     = toset(jsondecode(output.queue_policy_json).Statement[*].Sid) == toset(["AllowFunction", "AllowRules", "DenyPlainHttp"]) && one([for s in jsondecode(data.aws_iam_policy_document.undelivered.json).Statement : s if s.Sid == "AllowFunction"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-lab-counter"
    error_message = "The function and the named others must write to the queue, and nobody else."
  }

  assert {
    condition     = toset(aws_cloudwatch_metric_alarm.this["failed"].alarm_actions) == toset([var.failures.alarm_topic_arn]) && aws_cloudwatch_metric_alarm.this["failed"].threshold == 1
    error_message = "One failure must be told."
  }
}

run "uses_the_key_of_the_queue_alone_where_it_tells_nobody" {
  command = plan

  variables {
    topic_arn = null
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.permissions.json).Statement : s if s.Sid == "UseKeyOfQueue"]).Condition.StringEquals["kms:ViaService"] == "sqs.eu-west-1.amazonaws.com"
    error_message = "The key must be used through SQS only."
  }

  assert {
    condition     = !contains(jsondecode(output.policy_json).Statement[*].Sid, "TellPeople")
    error_message = "There must be no topic."
  }
}

run "has_no_queue_where_whoever_calls_waits" {
  command = plan

  variables {
    failures  = null
    settings  = null
    topic_arn = null
  }

  assert {
    condition     = length(aws_lambda_function.this.dead_letter_config) == 0 && length(aws_sqs_queue.undelivered) == 0 && output.queue_arn == null
    error_message = "There must be no queue."
  }

  assert {
    condition     = jsondecode(output.policy_json).Statement[*].Sid == ["ListJobs", "WriteLog", "WriteTraces", "SeeNetwork", "JoinNetwork", "DenyNetworkToTheCode"]
    error_message = "Nothing must be allowed for a queue, a topic or settings that are not there."
  }
}
