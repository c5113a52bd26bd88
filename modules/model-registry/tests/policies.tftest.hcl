# What the policy of a group says, rendered by the real provider on fake credentials.

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
  organization_id = "o-a1b2c3d4e5"
  models = {
    churn = { description = "Tells who leaves.", group_name = "acme-churn", owner = "sofia" }
  }
  readers = [
    "arn:aws:iam::222222222222:role/acme-staging-release",
    "arn:aws:iam::333333333333:role/acme-production-release",
  ]
}

run "lets_exactly_the_named_roles_read" {
  command = plan

  assert {
    condition     = length(jsondecode(data.aws_iam_policy_document.group["churn"].json).Statement) == 1
    error_message = "A group's policy must have one statement."
  }

  assert {
    condition = toset(jsondecode(data.aws_iam_policy_document.group["churn"].json).Statement[0].Principal.AWS) == toset([
      "arn:aws:iam::222222222222:root", "arn:aws:iam::333333333333:root",
    ])
    error_message = "Principals must be the accounts of the readers."
  }

  assert {
    condition     = toset(jsondecode(data.aws_iam_policy_document.group["churn"].json).Statement[0].Condition.ArnEquals["aws:PrincipalArn"]) == toset(var.readers)
    error_message = "The accounts must be narrowed to the readers."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.group["churn"].json).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    error_message = "Readers must belong to the organisation."
  }
}

run "lets_nobody_outside_change_or_approve_a_package" {
  command = plan

  assert {
    condition = alltrue([
      for action in jsondecode(data.aws_iam_policy_document.group["churn"].json).Statement[0].Action :
      can(regex("^sagemaker:(Describe|List)", action))
    ])
    error_message = "Other accounts must only read."
  }
}

run "has_no_policy_without_readers" {
  command = plan

  variables {
    readers = []
  }

  assert {
    condition     = length(aws_sagemaker_model_package_group_policy.this) == 0
    error_message = "Without readers nobody outside must be granted anything."
  }
}
