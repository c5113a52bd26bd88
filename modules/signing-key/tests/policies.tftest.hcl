# What the key is, and what its policy says, rendered by the real provider on fake credentials.

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
  administrators     = ["arn:aws:iam::111111111111:role/acme-administrator"]
  inspectors         = ["arn:aws:iam::111111111111:role/acme-lab-auditor"]
  organization_id    = "o-a1b2c3d4e5"
  public_key_readers = ["arn:aws:iam::222222222222:role/acme-rehearsal-apply"]
  purpose            = "approval-rita"
  signer             = { person = "rita", role_arn = "arn:aws:iam::111111111111:role/acme-lab-release-manager" }
}

run "signs_by_one_algorithm_and_takes_30_days_to_delete" {
  command = plan

  assert {
    condition     = aws_kms_key.this.key_usage == "SIGN_VERIFY" && aws_kms_key.this.customer_master_key_spec == "ECC_NIST_P256"
    error_message = "The key must sign on the curve that is agreed upon, and encrypt nothing."
  }

  assert {
    condition     = !aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30 && !aws_kms_key.this.multi_region
    error_message = "The key must stay in its region and survive a mistaken deletion for 30 days."
  }

  assert {
    condition     = output.alias_name == "alias/acme-lab-approval-rita" && output.alias_arn == "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-approval-rita"
    error_message = "The alias must follow from the prefix and the purpose."
  }
}

run "says_nothing_but_what_was_asked_for" {
  command = plan

  assert {
    condition     = jsondecode(output.policy_json).Statement[*].Sid == ["AllowAdministration", "AllowInspection", "AllowSigning", "AllowReadingPublicKey"]
    error_message = "The policy must have these statements and no others."
  }

  assert {
    condition     = alltrue([for s in jsondecode(output.policy_json).Statement : s.Effect == "Allow" && try(s.Principal, "*") != "*" && try(s.Principal.AWS, "none") != "*"])
    error_message = "No statement may admit everybody."
  }

  assert {
    condition = toset(flatten(jsondecode(output.policy_json).Statement[*].Action)) == setunion(toset([
      "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:EnableKey",
      "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:GetPublicKey", "kms:ListGrants", "kms:ListKeyPolicies",
      "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:TagResource",
      "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
    ]), toset(["kms:Sign"]))
    error_message = "The key must be lent to nobody, and do nothing but sign."
  }
}

run "one_role_signs_as_one_person_by_one_algorithm" {
  command = plan

  assert {
    condition     = [for s in jsondecode(output.policy_json).Statement : s.Sid if contains(flatten([s.Action]), "kms:Sign")] == ["AllowSigning"]
    error_message = "Only one statement may let anybody sign."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowSigning"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-lab-release-manager"
    error_message = "The account must be narrowed to the role that signs."
  }

  assert {
    condition = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowSigning"]).Condition.StringEquals == {
      "aws:PrincipalOrgID"   = "o-a1b2c3d4e5"
      "aws:SourceIdentity"   = "rita"
      "kms:MessageType"      = ["DIGEST", "RAW"]
      "kms:SigningAlgorithm" = "ECDSA_SHA_256"
    }
    error_message = "Organisation, person, kind of message and algorithm must be as agreed upon."
  }
}

run "a_build_signs_as_no_person" {
  command = plan

  variables {
    purpose = "release-signing"
    signer  = { role_arn = "arn:aws:iam::111111111111:role/acme-lab-bundle" }
  }

  assert {
    condition     = !contains(keys(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowSigning"]).Condition.StringEquals), "aws:SourceIdentity")
    error_message = "A role of a service has no source identity to ask for."
  }
}

run "the_public_half_is_read_by_the_named_only" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowReadingPublicKey"]).Action) == toset(["kms:DescribeKey", "kms:GetPublicKey"])
    error_message = "Readers must read the public half and nothing else."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowReadingPublicKey"]).Condition.ArnEquals["aws:PrincipalArn"] == ["arn:aws:iam::111111111111:role/acme-lab-release-manager", "arn:aws:iam::222222222222:role/acme-rehearsal-apply"]
    error_message = "The accounts must be narrowed to the signer and the readers."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowReadingPublicKey"]).Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    error_message = "Every reader must belong to the organisation."
  }
}
