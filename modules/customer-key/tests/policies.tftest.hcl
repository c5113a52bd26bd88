# What the key's policy says, rendered by the real provider on fake credentials.

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
  administrators  = ["arn:aws:iam::111111111111:role/acme-administrator"]
  inspectors      = ["arn:aws:iam::111111111111:role/acme-lab-auditor"]
  organization_id = "o-a1b2c3d4e5"
  purpose         = "data"
  services = {
    logs = {
      principal          = "logs.eu-west-1.amazonaws.com"
      encryption_context = { "aws:logs:arn" = ["arn:aws:logs:eu-west-1:111111111111:log-group:*"] }
    }
    notices = {
      principal   = "events.amazonaws.com"
      source_arns = ["arn:aws:events:eu-west-1:111111111111:rule/acme-*"]
    }
  }
  users = {
    jobs = {
      grants       = true
      role_arns    = ["arn:aws:iam::111111111111:role/acme-lab-training"]
      via_services = ["s3", "sagemaker"]
    }
    releases = {
      access    = "decrypt"
      role_arns = ["arn:aws:iam::222222222222:role/acme-staging-release"]
    }
  }
}

run "is_rotated_and_takes_30_days_to_delete" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30 && !aws_kms_key.this.multi_region
    error_message = "The key must rotate, stay in its region and survive a mistaken deletion for 30 days."
  }

  assert {
    condition     = output.alias_name == "alias/acme-lab-data" && output.alias_arn == "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
    error_message = "The alias must follow from the prefix and the purpose."
  }
}

run "says_nothing_but_what_was_asked_for" {
  command = plan

  assert {
    condition     = toset(jsondecode(output.policy_json).Statement[*].Sid) == toset(["AllowAdministration", "AllowGrantsByAdministration", "AllowInspection", "AllowUseByJobs", "AllowUseByReleases", "AllowGrantsByJobs", "AllowServiceLogs", "AllowServiceNotices"])
    error_message = "The policy must have these statements and no others."
  }

  assert {
    condition     = alltrue([for s in jsondecode(output.policy_json).Statement : s.Effect == "Allow" && try(s.Principal, "*") != "*" && try(s.Principal.AWS, "none") != "*"])
    error_message = "No statement may admit everybody."
  }
}

run "administrators_never_use_the_key" {
  command = plan

  assert {
    condition = alltrue([
      for action in one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowAdministration"]).Action :
      !can(regex("^kms:(Decrypt|Encrypt|GenerateDataKey|ReEncrypt|CreateGrant|Sign|Verify)", action))
    ])
    error_message = "Administration must contain no action that uses the key."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowAdministration"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-administrator"
    error_message = "The account must be narrowed to its administrators."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowGrantsByAdministration"]).Condition.Bool["kms:GrantIsForAWSResource"] == "true"
    error_message = "Administrators must grant to AWS services only."
  }
}

run "users_never_administer_the_key" {
  command = plan

  assert {
    condition = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowUseByJobs"]).Action) == toset([
      "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo",
    ])
    error_message = "Use must contain no action that changes the key."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowUseByJobs"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-lab-training"
    error_message = "The account must be narrowed to the role."
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowUseByJobs"]).Condition.StringEquals["kms:ViaService"]) == toset(["s3.eu-west-1.amazonaws.com", "sagemaker.eu-west-1.amazonaws.com"])
    error_message = "Use must go through the named services."
  }

  assert {
    condition     = alltrue([for s in jsondecode(output.policy_json).Statement : s.Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5" if startswith(s.Sid, "AllowUseBy")])
    error_message = "Every user must belong to the organisation."
  }
}

run "a_role_of_another_account_only_decrypts" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowUseByReleases"]).Action) == toset(["kms:Decrypt", "kms:DescribeKey"])
    error_message = "Decrypt must stay decrypt."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowUseByReleases"]).Principal.AWS == "arn:aws:iam::222222222222:root"
    error_message = "The principal must be the account of the role."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowUseByReleases"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::222222222222:role/acme-staging-release"
    error_message = "The account must be narrowed to the role."
  }

  assert {
    condition     = length([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowGrantsByReleases"]) == 0
    error_message = "A role that only decrypts must create no grant."
  }
}

run "grants_are_for_aws_services_only" {
  command = plan

  assert {
    condition     = alltrue([for s in jsondecode(output.policy_json).Statement : s.Condition.Bool["kms:GrantIsForAWSResource"] == "true" if contains(flatten([s.Action]), "kms:CreateGrant")])
    error_message = "A grant to anybody but an AWS service must be impossible."
  }
}

run "services_act_for_this_account_only" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceLogs"]).Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"] == "arn:aws:logs:eu-west-1:111111111111:log-group:*"
    error_message = "CloudWatch Logs must be bound by its encryption context."
  }

  assert {
    condition     = !contains(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceLogs"]).Action, "kms:DescribeKey") && contains(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceNotices"]).Action, "kms:DescribeKey")
    error_message = "Under an encryption context only actions that carry one may stand."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceNotices"]).Condition.StringEquals["aws:SourceAccount"] == "111111111111" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceNotices"]).Condition.ArnLike["aws:SourceArn"] == "arn:aws:events:eu-west-1:111111111111:rule/acme-*"
    error_message = "Other services must be bound by account and source."
  }
}
