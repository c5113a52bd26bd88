# The order of a forecast, and what each of its roles may do.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account = { id = "111111111111", name = "lab", prefix = "acme-lab", region = "eu-west-1" }
  artifacts = {
    bucket_name   = "acme-lab-artifacts"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  }
  boundary_arns = {
    delivery = "arn:aws:iam::111111111111:policy/acme-lab-boundary-delivery"
    service  = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
    workload = "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"
  }
  build = { project_name = "acme-lab-forecast" }
  data_key = {
    alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
    arn       = "arn:aws:kms:eu-west-1:111111111111:key/22222222-2222-2222-2222-222222222222"
  }
  hours = {
    bucket_name = "acme-lab-data"
    prefix      = "raw/_hours/"
  }
  job = {
    conditions = [
      { test = "Bool", variable = "sagemaker:NetworkIsolation", values = ["true"] },
      { test = "ArnLike", variable = "sagemaker:OutputKmsKey", values = ["arn:aws:kms:eu-west-1:111111111111:key/*"] },
      { test = "ArnLike", variable = "sagemaker:VolumeKmsKey", values = ["arn:aws:kms:eu-west-1:111111111111:key/*"] },
      { test = "Null", variable = "sagemaker:VpcSubnets", values = ["false"] },
    ]
    role_arn = "arn:aws:iam::111111111111:role/acme-lab-processing"
  }
  log = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
  models_store = {
    bucket_name   = "acme-lab-models"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
  }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
  organization_prefix = "acme"
  pipelines           = { demand = { group_name = "acme-demand", name = "acme-demand-forecast" } }
  role_names = {
    forecast  = "acme-lab-forecast"
    promotion = "acme-lab-forecast-promotion"
    trigger   = "acme-lab-forecast-trigger"
  }
  source_store = {
    bucket_name   = "acme-lab-source"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    object_key    = "source/acme.zip"
  }
}

run "starts_a_forecast_by_an_approval_of_its_group_only" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.approved["demand"].event_pattern).detail == { ModelApprovalStatus = ["Approved"], ModelPackageGroupName = ["acme-demand"] }
    error_message = "A forecast must be started by an approval in its own group."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.trigger.json).Statement[0].Resource == "arn:aws:codepipeline:eu-west-1:111111111111:acme-demand-forecast"
    error_message = "The trigger must be able to start this forecast and nothing else."
  }
}

run "starts_a_forecast_by_newer_hours_of_its_model_only" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.hours["demand"].event_pattern).detail == { bucket = { name = ["acme-lab-data"] }, object = { key = [{ prefix = "raw/_hours/demand/" }] } }
    error_message = "A forecast must be started by hours of its own model."
  }
}

run "tells_the_build_which_version_and_which_hours" {
  command = plan

  assert {
    condition     = aws_codepipeline.this["demand"].stage[*].name == tolist(["Source", "Forecast"])
    error_message = "The stages must come in this order."
  }

  assert {
    condition = alltrue([
      for value in ["#{variables.PackageArn}", "#{variables.SeriesUri}", "demand"] :
      contains(jsondecode(aws_codepipeline.this["demand"].stage[1].action[0].configuration.EnvironmentVariables)[*].value, value)
    ])
    error_message = "The build must be told version, hours and model."
  }
}

run "starts_isolated_jobs_only_and_passes_one_role" {
  command = plan

  assert {
    condition = alltrue([
      for key in ["sagemaker:NetworkIsolation", "sagemaker:OutputKmsKey", "sagemaker:VolumeKmsKey", "sagemaker:VpcSubnets"] : contains(flatten([
        for statement in jsondecode(data.aws_iam_policy_document.build.json).Statement : [
          for operator in values(statement.Condition) : keys(operator)
        ] if statement.Sid == "StartIsolatedForecasts"
      ]), key)
    ])
    error_message = "A job must be isolated, in the network and under keys of the account."
  }

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.build.json).Statement : statement.Resource
      if statement.Sid == "PassJobRole"
    ] == ["arn:aws:iam::111111111111:role/acme-lab-processing"]
    error_message = "The build must pass the role of processing jobs and no other."
  }
}

run "reads_no_data_and_decides_on_no_version" {
  command = plan

  assert {
    condition     = !strcontains(data.aws_iam_policy_document.build.json, "UpdateModelPackage") && !strcontains(data.aws_iam_policy_document.build.json, "s3:PutObject")
    error_message = "The build must neither decide on versions nor write results."
  }
}
