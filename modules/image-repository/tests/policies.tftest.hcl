# What the repository's policy says and how it is set up, rendered by the real provider on fake credentials.

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
  kms_key_arn     = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  name            = "acme/model"
  organization_id = "o-a1b2c3d4e5"
  readers         = ["arn:aws:iam::111111111111:role/acme-lab-training", "arn:aws:iam::222222222222:role/acme-staging-release"]
  writers         = ["arn:aws:iam::111111111111:role/acme-lab-ml-engineer"]
}

run "keeps_tags_scans_and_encrypts" {
  command = plan

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "Tags must not move and pushes must be scanned."
  }

  assert {
    condition     = aws_ecr_repository.this.encryption_configuration[0].kms_key == var.kms_key_arn && !aws_ecr_repository.this.force_delete
    error_message = "Images must be encrypted by the customer key and not deleted with the repository."
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this.policy).rules[0].selection.tagStatus == "untagged" && length(jsondecode(aws_ecr_lifecycle_policy.this.policy).rules) == 1
    error_message = "Only images without a tag may expire."
  }
}

run "lets_readers_pull_and_never_push" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.repository["this"].json).Statement : s if s.Sid == "AllowPull"]).Action) == toset(["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
    error_message = "Readers must only pull."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.repository["this"].json).Statement : s if s.Sid == "AllowPull"]).Condition.ArnEquals["aws:PrincipalArn"]) == toset(var.readers)
    error_message = "The accounts must be narrowed to the readers."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.repository["this"].json).Statement : s if s.Sid == "AllowPull"]).Principal.AWS) == toset(["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"])
    error_message = "Principals must be the accounts of the readers."
  }

  assert {
    condition     = alltrue([for s in jsondecode(data.aws_iam_policy_document.repository["this"].json).Statement : s.Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"])
    error_message = "Everybody must belong to the organisation."
  }
}

run "lets_writers_push_and_never_delete" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.repository["this"].json).Statement : s if s.Sid == "AllowPush"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-lab-ml-engineer" && contains(one([for s in jsondecode(data.aws_iam_policy_document.repository["this"].json).Statement : s if s.Sid == "AllowPush"]).Action, "ecr:PutImage")
    error_message = "Writers must push."
  }

  assert {
    condition     = alltrue([for action in one([for s in jsondecode(data.aws_iam_policy_document.repository["this"].json).Statement : s if s.Sid == "AllowPush"]).Action : !can(regex("Delete|Policy|Lifecycle", action))])
    error_message = "Writers must neither delete nor change the repository."
  }
}

run "has_no_policy_without_readers_and_writers" {
  command = plan

  variables {
    readers = []
    writers = []
  }

  assert {
    condition     = length(aws_ecr_repository_policy.this) == 0 && output.policy_json == null
    error_message = "There must be no policy."
  }

  assert {
    condition     = output.arn == "arn:aws:ecr:eu-west-1:111111111111:repository/acme/model"
    error_message = "The ARN must be known before the repository exists."
  }
}
