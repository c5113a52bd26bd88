# What the policies say, by the real provider.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account               = { id = "333333333333", prefix = "acme-live", region = "eu-west-1" }
  boundary_arn          = "arn:aws:iam::333333333333:policy/acme-live-boundary-workload"
  data                  = { bucket_name = "acme-live-data-333333333333", key_alias_arn = "arn:aws:kms:eu-west-1:333333333333:alias/acme-live-data" }
  evidence_bucket_name  = "acme-live-evidence-333333333333"
  image_repository_name = "acme-live/model"
  joins                 = { tags = { account = "live", project = "acme" } }
  loaders               = { names = ["petra"], sign_in_role_arn = "arn:aws:iam::333333333333:role/OrganizationAccountAccessRole" }
  models                = { churn = { description = "Tells who is about to leave.", name = "acme-live-churn", owner = "sofia" } }
  organization_id       = "o-a1b2c3d4e5"
  role_names = {
    data-loader = "acme-live-data-loader"
    pipeline    = "acme-live-pipeline"
    processing  = "acme-live-processing"
    training    = "acme-live-training"
    tuning      = "acme-live-tuning"
  }
}

run "only_the_build_that_deploys_starts_training" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.build_policies.release).Statement : s if s.Sid == "StartTraining"]).Resource == "arn:aws:sagemaker:eu-west-1:333333333333:pipeline/acme-live-*"
    error_message = "The build that deploys must start pipelines of its own account, and no others."
  }

  assert {
    condition = length([
      for action in flatten([for purpose in ["test", "verify"] : [for s in jsondecode(output.build_policies[purpose]).Statement : s.Action]]) :
      action if startswith(action, "sagemaker:") || startswith(action, "iam:")
    ]) == 0
    error_message = "Builds that look must start nothing."
  }

  assert {
    condition     = one([for s in jsondecode(output.build_policies.release).Statement : s if s.Sid == "PassPipelineRole"]).Resource == "arn:aws:iam::333333333333:role/acme-live-pipeline"
    error_message = "The build must lend no role but that of the pipeline."
  }
}

run "no_build_reads_data" {
  command = plan

  assert {
    condition = alltrue([
      for policy in values(output.build_policies) : anytrue([
        for s in jsondecode(policy).Statement : s.Effect == "Deny" && s.Resource == "arn:aws:s3:::acme-live-data-333333333333/raw/*"
      ])
    ])
    error_message = "What is brought must be out of reach for builds, whatever it is called."
  }
}

run "only_preparing_reads_data_and_who_brings_it_reads_none" {
  command = plan

  assert {
    condition = [
      for purpose, role in module.role : purpose if anytrue([
        for s in jsondecode(role.policy_json).Statement :
        contains(flatten([s.Action]), "s3:GetObject") && length([for arn in flatten([s.Resource]) : arn if strcontains(arn, "/raw/")]) > 0
      ])
    ] == ["processing"]
    error_message = "Only jobs that prepare data must read what was brought."
  }

  assert {
    condition     = toset(flatten([for s in jsondecode(module.loader.policy_json).Statement : s.Action])) == toset(["kms:GenerateDataKey", "s3:PutObject"])
    error_message = "Who brings data must write it and nothing else."
  }
}
