# What is laid out, who may do what, and what happens when it fails, by the real provider.


provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account         = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arns   = { service = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service", workload = "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload" }
  bucket_name     = "acme-lab-data-111111111111"
  data_key        = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data", arn = "arn:aws:kms:eu-west-1:111111111111:key/data" }
  emails          = { sofia = "sofia@example.com" }
  image_uri       = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme/model@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  log             = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  name            = "acme-lab-features"
  network         = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
  organization_id = "o-a1b2c3d4e5"

  groups = {
    visits = {
      columns     = { began = "time", note = "text", people = "integer", spent = "number", visit = "text" }
      description = "Visits to the museum."
      event_time  = "began"
      owner       = "sofia"
      record_id   = "visit"
    }
  }

  notice = {
    alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit"
    key_arn   = "arn:aws:kms:eu-west-1:111111111111:key/audit"
    topic_arn = "arn:aws:sns:eu-west-1:111111111111:acme-lab-security"
  }
}

run "hears_of_objects_below_the_incoming_prefix_and_nowhere_else" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["arrivals"].event_pattern).detail == { bucket = { name = ["acme-lab-data-111111111111"] }, object = { key = [{ prefix = "features/visits/incoming/" }] } }
    error_message = "Only objects below the prefix of a group must be heard of."
  }

  assert {
    condition     = jsondecode(jsonencode(local._settings)).feeds == { visits = { accepted = "features/visits/accepted/", incoming = "features/visits/incoming/", owner = "sofia", pipeline = "acme-lab-features-visits" } }
    error_message = "The settings must say which prefix feeds which pipeline."
  }

  assert {
    condition = alltrue([
      for permission in values(aws_lambda_permission.this) :
      permission.principal == "events.amazonaws.com" && permission.source_account == "111111111111"
    ])
    error_message = "Rules of this account alone must reach the function."
  }
}

run "loses_no_event" {
  command = plan

  assert {
    condition = alltrue([
      for target in values(aws_cloudwatch_event_target.this) :
      one(target.retry_policy).maximum_retry_attempts == 185 && one(target.retry_policy).maximum_event_age_in_seconds == 86400 && length(target.dead_letter_config) == 1
    ])
    error_message = "EventBridge must try for a day, and then keep the event."
  }
}

run "keeps_everything_under_the_customers_key" {
  command = plan

  assert {
    condition     = one(one(aws_sagemaker_feature_group.this["visits"].offline_store_config).s3_storage_config).kms_key_id == var.data_key.arn
    error_message = "The offline store must be under the customer's key."
  }

  assert {
    condition     = one(one(one(aws_athena_workgroup.this.configuration).result_configuration).encryption_configuration).kms_key_arn == var.data_key.arn && one(aws_athena_workgroup.this.configuration).enforce_workgroup_configuration
    error_message = "Results must be under the customer's key, whatever a client asks for."
  }

  assert {
    condition = { for feature in aws_sagemaker_feature_group.this["visits"].feature_definition : feature.feature_name => feature.feature_type } == {
      began = "String", note = "String", people = "Integral", spent = "Fractional", visit = "String"
    }
    error_message = "Every column must be a feature of its type."
  }
}

run "gives_rows_without_a_time_that_of_their_object" {
  command = plan

  variables {
    groups = { visits = { columns = { visit = "text" }, description = "Visits to the museum.", owner = "sofia", record_id = "visit" } }
  }

  assert {
    condition     = aws_sagemaker_feature_group.this["visits"].event_time_feature_name == "arrived_at" && length(aws_sagemaker_feature_group.this["visits"].feature_definition) == 2
    error_message = "The time at which an object arrived must be a feature."
  }
}

run "may_keep_and_start_and_nothing_more" {
  command = plan

  assert {
    condition = toset(flatten([for s in jsondecode(output.policy_json).Statement : s.Action if s.Effect == "Allow" && !contains(["SeeNetwork", "JoinNetwork", "WriteTraces", "WriteLog"], s.Sid)])) == toset([
      "kms:Decrypt", "kms:GenerateDataKey", "s3:GetObjectVersion", "s3:PutObject", "sagemaker:DescribePipelineExecution",
      "sagemaker:ListPipelineExecutionSteps", "sagemaker:StartPipelineExecution", "sns:Publish", "sqs:SendMessage", "ssm:GetParameters",
    ])
    error_message = "The function must do exactly this."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "KeepArrivals"]).Resource == "arn:aws:s3:::acme-lab-data-111111111111/features/visits/accepted/*"
    error_message = "The function must write nowhere but where arrivals are kept."
  }

  assert {
    condition = toset([
      for s in jsondecode(output.policy_json).Statement : s.Sid if s.Effect == "Allow" && contains(flatten([s.Resource]), "*")
    ]) == toset(["SeeNetwork", "WriteTraces"])
    error_message = "Only what AWS lets name no resource may name every resource."
  }

  assert {
    condition     = one([for s in jsondecode(output.queue_policy_json).Statement : s if s.Sid == "AllowRules"]).Condition.ArnEquals["aws:SourceArn"] == ["arn:aws:events:eu-west-1:111111111111:rule/acme-lab-features-arrivals", "arn:aws:events:eu-west-1:111111111111:rule/acme-lab-features-failures"]
    error_message = "Only these rules may write to the queue."
  }
}

run "pulls_one_image_only" {
  command = plan

  assert {
    condition     = local._image_repository_arn == "arn:aws:ecr:eu-west-1:111111111111:repository/acme/model"
    error_message = "The job must pull from the repository of its image."
  }

  assert {
    condition     = join("", values(local._environments["visits"])) == jsonencode({ columns = var.groups.visits.columns, event_time = "began", name = "visits", record_id = "visit", schema_version = 1 })
    error_message = "The job must be told of its group."
  }
}

run "tells_the_owner_of_a_group_and_nobody_else" {
  command = plan

  assert {
    condition = { for name, one in aws_sns_topic_subscription.owner : name => [one.endpoint, jsondecode(one.filter_policy)] } == {
      sofia = ["sofia@example.com", { owner = ["sofia"] }]
    }
    error_message = "An owner must hear of their own groups, and of no other."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "TellPeople"]).Resource == "arn:aws:sns:eu-west-1:111111111111:acme-lab-features" && jsondecode(jsonencode(local._settings)).topic_arn == "arn:aws:sns:eu-west-1:111111111111:acme-lab-features"
    error_message = "The function must speak on the topic of owners, and on no other."
  }

  assert {
    condition     = aws_sns_topic.owners.kms_master_key_id == var.notice.key_arn
    error_message = "What owners are told must be under the customer's key."
  }
}
