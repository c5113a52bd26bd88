# Who takes the role and what it may do, rendered by the real provider on fake credentials.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account      = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn = "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"
  description  = "Trains models in the private network."
  keys = {
    data = {
      alias_arn    = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
      grants       = true
      via_services = ["s3"]
    }
    models = {
      access    = "decrypt"
      alias_arn = "arn:aws:kms:us-east-1:222222222222:alias/acme-other-models"
    }
  }
  name            = "acme-lab-training"
  organization_id = "o-a1b2c3d4e5"
  statements = [
    {
      sid       = "PassProcessingRole"
      actions   = ["iam:PassRole"]
      resources = ["arn:aws:iam::111111111111:role/acme-lab-processing"]
      conditions = [{
        test     = "StringEquals"
        variable = "iam:PassedToService"
        values   = ["sagemaker.amazonaws.com"]
      }]
    },
  ]
  trust = {
    services = {
      sagemaker = {
        principal   = "sagemaker.amazonaws.com"
        source_arns = ["arn:aws:sagemaker:eu-west-1:111111111111:*"]
      }
    }
  }
}

run "a_service_takes_the_role_for_this_account_only" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowServiceSagemaker"]).Action == "sts:AssumeRole" && one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowServiceSagemaker"]).Principal.Service == "sagemaker.amazonaws.com"
    error_message = "The service must assume the role and nothing else."
  }

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowServiceSagemaker"]).Condition.StringEquals["aws:SourceAccount"] == "111111111111" && one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowServiceSagemaker"]).Condition.ArnLike["aws:SourceArn"] == "arn:aws:sagemaker:eu-west-1:111111111111:*"
    error_message = "The service must act for this account and source."
  }

  assert {
    condition     = length(jsondecode(output.trust_json).Statement) == 1
    error_message = "Nobody else may take the role."
  }

  assert {
    condition     = aws_iam_role.this.max_session_duration == 3600 && aws_iam_role.this.permissions_boundary == "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"
    error_message = "A session must last an hour, and the role must have its boundary."
  }
}

run "a_role_of_another_account_takes_the_role_by_its_name" {
  command = plan

  variables {
    trust = { roles = { promotion = { external_id = "acme", role_arns = ["arn:aws:iam::444444444444:role/acme-lab-promotion"] } } }
  }

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowRolePromotion"]).Principal.AWS == "arn:aws:iam::444444444444:root" && one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowRolePromotion"]).Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::444444444444:role/acme-lab-promotion"
    error_message = "The account must be narrowed to the role."
  }

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowRolePromotion"]).Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5" && one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowRolePromotion"]).Condition.StringEquals["sts:ExternalId"] == "acme"
    error_message = "The role must belong to the organisation and bring the external id."
  }

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowRolePromotion"]).Action == "sts:AssumeRole"
    error_message = "The role must neither tag sessions nor name a source identity."
  }
}

run "people_take_the_role_only_under_their_own_name" {
  command = plan

  variables {
    trust = { roles = { sign-in = { role_arns = ["arn:aws:iam::111111111111:role/acme-sign-in"], source_identities = ["tara", "sofia"] } } }
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowRoleSignIn"]).Action) == toset(["sts:AssumeRole", "sts:SetSourceIdentity"])
    error_message = "Taking the role must be possible with a source identity and without session tags."
  }

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Sid == "AllowRoleSignIn"]).Condition.StringEquals["sts:SourceIdentity"] == ["sofia", "tara"]
    error_message = "The source identity must be one of the people; a missing one does not match."
  }
}

run "a_key_that_only_stores_objects_gives_no_more_than_s3_asks_for" {
  command = plan

  variables {
    keys = {
      data = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data", via_services = ["s3"] }
      jobs = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-jobs", via_services = ["s3", "sagemaker"] }
    }
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "UseKeyData"]).Action) == toset(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"])
    error_message = "Storing through S3 must take no other actions."
  }

  assert {
    condition     = contains(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "UseKeyJobs"]).Action, "kms:ReEncryptTo")
    error_message = "Another service must have what volumes take."
  }
}

run "keys_are_named_by_their_alias" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "UseKeyData"]).Resource == "arn:aws:kms:eu-west-1:111111111111:key/*" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "UseKeyData"]).Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == "alias/acme-lab-data"
    error_message = "The key must be narrowed by its alias."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "UseKeyData"]).Condition.StringEquals["kms:ViaService"] == "s3.eu-west-1.amazonaws.com"
    error_message = "The key must be used through S3."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "GrantKeyData"]).Action == "kms:CreateGrant" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "GrantKeyData"]).Condition.Bool["kms:GrantIsForAWSResource"] == "true" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "GrantKeyData"]).Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == "alias/acme-lab-data"
    error_message = "Grants must be for AWS services and this key."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "UseKeyModels"]).Resource == "arn:aws:kms:us-east-1:222222222222:key/*" && toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "UseKeyModels"]).Action) == toset(["kms:Decrypt", "kms:DescribeKey"])
    error_message = "A key of another account must be named in its own account and region, to decrypt."
  }

  assert {
    condition     = length([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "GrantKeyModels"]) == 0
    error_message = "A key to decrypt with must give no grants."
  }
}

run "a_role_is_passed_to_the_named_service_only" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "PassProcessingRole"]).Condition.StringEquals["iam:PassedToService"] == "sagemaker.amazonaws.com"
    error_message = "The role must be passed to SageMaker only."
  }
}

run "every_resource_needs_a_reason" {
  command = plan

  variables {
    statements = [
      {
        sid       = "SignInToRegistry"
        actions   = ["ecr:GetAuthorizationToken"]
        resources = ["*"]
      },
    ]
    unscoped_statements = { SignInToRegistry = "The sign-in names no repository." }
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "SignInToRegistry"]).Resource == "*"
    error_message = "A statement with a reason must name every resource."
  }
}

run "a_role_without_statements_has_no_policy" {
  command = plan

  variables {
    keys       = {}
    statements = []
  }

  assert {
    condition     = length(aws_iam_role_policy.this) == 0
    error_message = "An empty policy must not be attached."
  }
}

run "a_person_brings_the_name_that_the_identity_provider_gave_them" {
  command = plan

  variables {
    trust = { roles = { sign-in = { role_arns = ["arn:aws:iam::111111111111:role/acme-sign-in"], source_identities = ["tara", "sofia"], identity_tag = "person" } } }
  }

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Action == "sts:AssumeRole"]).Condition.StringEqualsIgnoreCase["sts:SourceIdentity"] == "$${aws:PrincipalTag/person}" && one([for s in jsondecode(output.trust_json).Statement : s if s.Action == "sts:AssumeRole"]).Condition.StringEquals["sts:RoleSessionName"] == "$${aws:PrincipalTag/person}"
    error_message = "Source identity and session must bear the name of the tag."
  }

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Action == "sts:AssumeRole"]).Condition.StringEquals["sts:SourceIdentity"] == ["sofia", "tara"]
    error_message = "The name must still be one of those that may take the role."
  }

  assert {
    condition     = one([for s in jsondecode(output.trust_json).Statement : s if s.Action == "sts:SetSourceIdentity"]).Condition.StringEquals["sts:SourceIdentity"] == "$${aws:PrincipalTag/person}"
    error_message = "Nobody may set another name."
  }
}
