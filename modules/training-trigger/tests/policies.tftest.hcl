# What starts training, what the function may do and what happens when it fails, by the real provider.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account            = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn       = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  build_project_name = "acme-lab-model-build"
  data               = { bucket_name = "acme-lab-data-111111111111", key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data" }
  emails             = { sofia = "sofia@example.com" }
  log                = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  messages           = { key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit", key_arn = "arn:aws:kms:eu-west-1:111111111111:key/audit" }
  name               = "acme-lab-training-trigger"
  network            = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  role_name          = "acme-lab-training-trigger"
  rule_prefix        = "acme"
  models = {
    churn = {
      data_prefix   = "raw/churn/"
      pipeline_name = "acme-churn"
      triggers      = { object = { prefix = "arrivals/" }, push = true, schedule = "cron(0 3 ? * MON *)" }
    }
    loans = {
      data_prefix   = "raw/loans/"
      pipeline_name = "acme-loans"
      triggers      = { schedule = "rate(7 days)" }
    }
  }
}

run "a_model_is_trained_by_what_it_names_and_by_nothing_else" {
  command = plan

  assert {
    condition     = toset(keys(aws_cloudwatch_event_rule.this)) == toset(["churn-object", "churn-push", "churn-schedule", "loans-schedule"])
    error_message = "There must be a rule for each trigger that a model names."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["churn-object"].event_pattern).detail == { bucket = { name = ["acme-lab-data-111111111111"] }, object = { key = [{ wildcard = "raw/churn/arrivals/*.csv" }] } }
    error_message = "Only data below the model's own prefix must start its training."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["churn-push"].event_pattern).detail == { "build-status" = ["SUCCEEDED"], "project-name" = ["acme-lab-model-build"] }
    error_message = "A push must train when its pipelines are in place."
  }

  assert {
    condition     = [for name in ["churn", "loans"] : aws_cloudwatch_event_rule.this["${name}-schedule"].schedule_expression] == ["cron(0 3 ? * MON *)", "rate(7 days)"]
    error_message = "Schedules must be those of the models."
  }

  assert {
    condition     = alltrue([for name in ["churn-object", "churn-push"] : jsondecode(aws_cloudwatch_event_rule.this[name].event_pattern).account == ["111111111111"]])
    error_message = "Only events of this account must be heard."
  }
}

run "an_event_chooses_no_model_pipeline_or_bucket" {
  command = plan

  assert {
    condition = jsondecode(replace(one(aws_cloudwatch_event_target.this["churn-object"].input_transformer).input_template, "<aws.events.event.json>", "null")) == {
      bucket = "acme-lab-data-111111111111", event = null, model = "churn", pipeline = "acme-churn", prefix = "raw/churn/", trigger = "object"
    }
    error_message = "All but the event itself must be written by Terraform."
  }

  assert {
    condition     = alltrue([for target in values(aws_cloudwatch_event_target.this) : length(try(one(target.input_transformer).input_paths, null) == null ? {} : one(target.input_transformer).input_paths) == 0])
    error_message = "No part of an event must be put into the document by itself."
  }
}

run "may_read_data_and_start_training_and_nothing_more" {
  command = plan

  assert {
    condition     = toset(flatten([one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "StartTraining"]).Resource])) == toset(["arn:aws:sagemaker:eu-west-1:111111111111:pipeline/acme-churn", "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/acme-loans"])
    error_message = "Only the pipelines of these models must be started."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "ReadExactVersions"]).Action == "s3:GetObjectVersion"
    error_message = "An object must be read by its version only."
  }

  assert {
    condition = toset([
      for action in flatten([for s in jsondecode(output.policy_json).Statement : s.Action if s.Effect == "Allow"]) : action if startswith(action, "s3:") || startswith(action, "sagemaker:")
    ]) == toset(["s3:GetObjectVersion", "s3:ListBucketVersions", "sagemaker:StartPipelineExecution"])
    error_message = "The function must write no object and change nothing in SageMaker."
  }

  assert {
    condition = toset([
      for s in jsondecode(output.policy_json).Statement : s.Sid if s.Effect == "Allow" && contains(flatten([s.Resource]), "*")
    ]) == toset(["SeeNetwork", "WriteTraces"])
    error_message = "Only what AWS lets name no resource may name every resource."
  }
}

run "no_failure_stays_silent" {
  command = plan

  assert {
    condition = alltrue([
      for target in values(aws_cloudwatch_event_target.this) :
      one(target.retry_policy).maximum_retry_attempts == 10 && one(target.retry_policy).maximum_event_age_in_seconds == 3600 && length(target.dead_letter_config) == 1
    ])
    error_message = "A delivery must be tried again for an hour, and kept then."
  }

  assert {
    condition     = toset(keys(local._alarms)) == toset(["failed", "throttled", "undelivered", "lost-churn-object", "lost-churn-push", "lost-churn-schedule", "lost-loans-schedule"])
    error_message = "Every way to fail must raise an alarm."
  }

  assert {
    condition     = toset(values(aws_sns_topic_subscription.email)[*].endpoint) == toset(["sofia@example.com"])
    error_message = "People must hear."
  }

  assert {
    condition     = toset(flatten([one([for s in jsondecode(output.queue_policy_json).Statement : s if s.Sid == "AllowOwnRules"]).Condition.ArnEquals["aws:SourceArn"]])) == toset(output.rule_arns)
    error_message = "Only the module's own rules may write to the queue."
  }

  assert {
    condition     = alltrue([for permission in values(aws_lambda_permission.this) : permission.principal == "events.amazonaws.com" && permission.source_account == "111111111111"])
    error_message = "Rules of this account alone must reach the function."
  }
}
