# What the function may do and what it is told, by the real provider.

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
  boundary_arn        = "arn:aws:iam::111111111111:policy/acme-lab-boundary-delivery"
  instance_types      = ["ml.m5.large"]
  log                 = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  name                = "acme-lab-trial"
  network             = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-2", "subnet-1"] }
  organization_prefix = "acme"
  role_name           = "acme-lab-trial-function"
  serving = {
    bucket_name    = "acme-lab-models"
    capture        = { bucket_name = "acme-lab-data", key_arn = "arn:aws:kms:eu-west-1:111111111111:key/data" }
    key_alias_arn  = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
    key_arn        = "arn:aws:kms:eu-west-1:111111111111:key/models"
    repository_url = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme-lab/model"
    role_arn       = "arn:aws:iam::111111111111:role/acme-lab-serving"
  }
}

run "is_told_all_that_nobody_who_starts_a_trial_chooses" {
  command = plan

  assert {
    condition = jsondecode(jsonencode(local._settings)) == {
      bucket             = "acme-lab-models"
      capture            = { bucket = "acme-lab-data", key_arn = "arn:aws:kms:eu-west-1:111111111111:key/data" }
      key_arn            = "arn:aws:kms:eu-west-1:111111111111:key/models"
      prefix             = "acme"
      repository_url     = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme-lab/model"
      role_arn           = "arn:aws:iam::111111111111:role/acme-lab-serving"
      security_group_ids = ["sg-1"]
      subnet_ids         = ["subnet-1", "subnet-2"]
    }
    error_message = "The settings must name network, key, role, image and places."
  }
}

run "makes_changes_and_removes_trials_only" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(output.policy_json).Statement : alltrue([
        for resource in flatten([statement.Resource]) : strcontains(resource, "/acme-x-*")
      ]) if anytrue([for action in flatten([statement.Action]) : can(regex("^sagemaker:(Create|Delete|Update)", action))])
    ])
    error_message = "What is made, changed or removed must bear the name of a trial."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "PassServingRole"]).Resource == "arn:aws:iam::111111111111:role/acme-lab-serving"
    error_message = "The one role that trials run with must be passed, and no other."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "MakeConfigurations"]).Condition.ArnLike["sagemaker:ModelArn"] == "arn:aws:sagemaker:eu-west-1:111111111111:model/acme-x-*"
    error_message = "An endpoint must run models of trials only."
  }
}
