# What the build that keeps branches may do.

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
  name_prefix        = "acme-x--"
  parameter_root     = "/acme/lab"
  pipeline_role_arn  = "arn:aws:iam::111111111111:role/acme-lab-branch-pipeline"
  project_name       = "acme-lab-branch-model-build"
  role_name          = "acme-lab-branch-model-build"
  source_store = {
    bucket_name   = "acme-lab-source"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    object_key    = "source/branch.zip"
  }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
}

run "passes_only_the_role_of_branches_and_only_to_sagemaker" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : s if s.Sid == "PassBranchRole"]).Resource == "arn:aws:iam::111111111111:role/acme-lab-branch-pipeline"
    error_message = "Only the role of branches must be passed."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : s if s.Sid == "PassBranchRole"]).Condition.StringEquals["iam:PassedToService"] == "sagemaker.amazonaws.com"
    error_message = "It must be passed to SageMaker only."
  }
}

run "keeps_what_bears_the_name_of_a_branch_and_nothing_else" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : s if s.Sid == "KeepPipelinesOfBranches"]).Resource == "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/acme-x--*"
    error_message = "Only pipelines of branches must be kept."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : s if s.Sid == "KeepGroupsOfBranches"]).Resource) == toset(["arn:aws:sagemaker:eu-west-1:111111111111:model-package-group/acme-x--*", "arn:aws:sagemaker:eu-west-1:111111111111:model-package/acme-x--*/*"])
    error_message = "Only groups and versions of branches must be kept."
  }

  assert {
    condition     = alltrue([for s in jsondecode(data.aws_iam_policy_document.this.json).Statement : length([for action in flatten([s.Action]) : action if can(regex("Start|CreateModelPackage$|UpdateModelPackage$|Describe(Model|)Package$", action))]) == 0])
    error_message = "It must start no run, register nothing and decide on nothing."
  }

  assert {
    condition     = toset(jsondecode(data.aws_iam_policy_document.this.json).Statement[*].Sid) == toset(["KeepGroupsOfBranches", "KeepPipelinesOfBranches", "PassBranchRole", "ReadContract"])
    error_message = "There must be no further permission."
  }
}
