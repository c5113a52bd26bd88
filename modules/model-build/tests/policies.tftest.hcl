# What the build that puts pipelines in place may do.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account            = { id = "111111111111", name = "lab", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn       = "arn:aws:iam::111111111111:policy/acme-lab-boundary-delivery"
  encryption_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  log                = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
  parameter_root     = "/acme/lab"
  pipeline_role_arn  = "arn:aws:iam::111111111111:role/acme-lab-pipeline"
  pipelines          = { churn = "acme-churn" }
  trials             = { pipelines = { churn = "acme-x-churn" }, role_arn = "arn:aws:iam::111111111111:role/acme-lab-trial-pipeline" }
  project_name       = "acme-lab-model-build"
  role_name          = "acme-lab-model-build"
  source_store = {
    bucket_name   = "acme-lab-source"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    object_key    = "source/acme.zip"
  }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
  trigger = {
    boundary_arn = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
    role_name    = "acme-lab-model-build-trigger"
  }
}

run "passes_only_the_pipeline_role_and_only_to_sagemaker" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : s if s.Sid == "PassPipelineRole"]).Resource == ["arn:aws:iam::111111111111:role/acme-lab-trial-pipeline", "arn:aws:iam::111111111111:role/acme-lab-pipeline"]
    error_message = "Only the pipeline role must be passed."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : s if s.Sid == "PassPipelineRole"]).Condition.StringEquals["iam:PassedToService"] == "sagemaker.amazonaws.com"
    error_message = "It must be passed to SageMaker only."
  }
}

run "changes_the_pipelines_of_the_models_and_nothing_else" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : s if s.Sid == "UpsertPipelines"]).Action) == toset(["sagemaker:CreatePipeline", "sagemaker:DescribePipeline", "sagemaker:UpdatePipeline"])
    error_message = "Pipelines must be made and changed, never started or deleted."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : s if s.Sid == "UpsertPipelines"]).Resource == ["arn:aws:sagemaker:eu-west-1:111111111111:pipeline/acme-x-churn", "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/acme-churn"]
    error_message = "Only the pipelines of the models and of their trials must be changed."
  }

  assert {
    condition     = toset(jsondecode(data.aws_iam_policy_document.this.json).Statement[*].Sid) == toset(["PassPipelineRole", "ReadContract", "UpsertPipelines"])
    error_message = "There must be no further permission."
  }
}

run "is_started_by_a_push_with_exactly_what_was_pushed" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.push.event_pattern).detail == { bucket = { name = ["acme-lab-source"] }, object = { key = ["source/acme.zip"] } }
    error_message = "Only the source package must start the build."
  }

  assert {
    condition     = aws_cloudwatch_event_target.build.input_transformer[0].input_paths == tomap({ version = "$.detail.object.version-id" })
    error_message = "The build must read the version that was pushed."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.trigger.json).Statement == [{ Sid = "StartBuild", Effect = "Allow", Action = "codebuild:StartBuild", Resource = "arn:aws:codebuild:eu-west-1:111111111111:project/acme-lab-model-build", Condition = { Null = { for key in local._build_overrides : key => "true" } } }]
    error_message = "The trigger must start this build and do nothing else."
  }

  assert {
    condition     = length(setsubtract(["codebuild:environment.environmentVariables", "codebuild:environment.image", "codebuild:serviceRole", "codebuild:source.buildspec", "codebuild:source.location"], local._build_overrides)) == 0
    error_message = "A push must bring nothing but a version of the source."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.trigger_trust.json).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "111111111111" }, ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-west-1:111111111111:rule/acme-lab-model-build-push" } }
    error_message = "Only the own rule of the own account must take the role."
  }
}
