# What the roles may do and who takes them, read in the documents that AWS would be given.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account       = { id = "111111111111", name = "lab", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arns = ["arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"]
  organization  = { id = "o-a1b2c3d4e5", prefix = "acme" }

  forge = {
    apply_subject = "repo:acme/platform:environment:lab"
    issuer        = "token.actions.githubusercontent.com"
    plan_subject  = "repo:acme/platform:pull_request"
  }
  parameter_root = "/acme/lab"
  passed_roles = {
    "codebuild.amazonaws.com" = ["arn:aws:iam::111111111111:role/acme-lab-model-build"]
    "sagemaker.amazonaws.com" = ["arn:aws:iam::111111111111:role/acme-lab-studio-*"]
  }
  sign_in = {
    role_arn          = "arn:aws:iam::111111111111:role/OrganizationAccountAccessRole"
    source_identities = ["petra"]
  }
  state = {
    bucket_name     = "acme-lab-tfstate-111111111111"
    key_alias_arn   = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-tfstate"
    log_bucket_name = "acme-lab-tfstate-logs-111111111111"
    path            = "accounts/lab/terraform.tfstate"
    setup_path      = "bootstrap/lab/terraform.tfstate"
  }
}

run "trusts_one_exact_subject_for_each_role_and_platform_admins_by_name" {
  command = plan

  assert {
    condition     = jsondecode(output.trust_policies.apply).Statement[0].Condition.StringEquals == { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com", "token.actions.githubusercontent.com:sub" = "repo:acme/platform:environment:lab" } && jsondecode(output.trust_policies.plan).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:acme/platform:pull_request"
    error_message = "A job of the forge must bring audience and exact subject."
  }

  assert {
    condition = alltrue([
      for policy in values(output.trust_policies) : alltrue([
        for statement in jsondecode(policy).Statement :
        statement.Condition.ArnEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/OrganizationAccountAccessRole" && statement.Condition.StringEquals == { "aws:PrincipalOrgID" = "o-a1b2c3d4e5", "sts:SourceIdentity" = "petra" }
        if statement.Sid == "AllowPlatformAdmins"
      ])
    ])
    error_message = "A person must arrive through the sign-in role and under the name of a platform admin."
  }

  assert {
    condition     = join(" ", jsondecode(output.trust_policies.state).Statement[*].Sid) == "AllowPlatformAdmins"
    error_message = "No job of the forge may touch the state of this set-up."
  }
}

run "lets_the_plan_role_read_settings_and_write_nothing_but_its_lock" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for policy in values(output.policies.plan) : [
        for statement in jsondecode(policy).Statement : [
          for action in flatten([statement.Action]) :
          can(regex(":(BatchGet|Describe|Get|List)[A-Za-z]*$", action)) || contains(["HoldLock", "UseStateKey"], statement.Sid)
        ]
      ]
    ]))
    error_message = "The plan role must only read."
  }

  assert {
    condition = toset(flatten([
      for policy in values(output.policies.plan) : [
        for statement in jsondecode(policy).Statement : statement.Resource
        if length([for action in flatten([statement.Action]) : action if can(regex("^s3:(Get|Put|Delete)Object$", action))]) > 0
      ]
    ])) == toset(["arn:aws:s3:::acme-lab-tfstate-111111111111/accounts/lab/terraform.tfstate", "arn:aws:s3:::acme-lab-tfstate-111111111111/accounts/lab/terraform.tfstate.tflock"])
    error_message = "The plan role must read no object but state and lock."
  }
}

run "lets_nobody_read_secrets_data_or_use_another_key_than_the_states" {
  command = plan

  assert {
    condition = length([
      for action in flatten([
        for policy in flatten([for role in values(output.policies) : values(role)]) : [
          for statement in jsondecode(policy).Statement : statement.Action
          if !contains(["HoldLock", "KeepState", "KeepStateOfSetup", "ReadState", "UseStateKey"], statement.Sid)
        ]
      ]) : action
      if can(regex("^(secretsmanager:|s3:.*Object$|kms:(Decrypt|Encrypt|GenerateData|ReEncrypt)|ecr:GetDownload|logs:GetLogEvents|lambda:Invoke|sts:)", action))
    ]) == 0
    error_message = "Data, secrets, keys and other roles must be out of reach."
  }

  assert {
    condition = alltrue(flatten([
      for policy in flatten([for role in values(output.policies) : values(role)]) : [
        for statement in jsondecode(policy).Statement :
        statement.Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == "alias/acme-lab-tfstate" && statement.Condition.StringEquals["kms:ViaService"] == "s3.eu-west-1.amazonaws.com"
        if contains(flatten([statement.Action]), "kms:Decrypt")
      ]
    ]))
    error_message = "The one key that is used must be the state's, through S3."
  }
}

run "creates_roles_only_under_a_boundary_and_passes_them_only_to_named_services" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policies.apply["change-identity"]).Statement : s if s.Sid == "ChangeBoundedRoles"]).Condition.ArnEquals["iam:PermissionsBoundary"] == "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"
    error_message = "A role without one of the boundaries must not be created."
  }

  assert {
    condition = alltrue([
      for s in jsondecode(output.policies.apply["change-identity"]).Statement :
      s.Condition.StringEquals["iam:PassedToService"] != "" if contains(flatten([s.Action]), "iam:PassRole")
    ])
    error_message = "A role must be passed to a named service."
  }

  assert {
    condition = length([
      for action in flatten([for policy in values(output.policies.apply) : [for s in jsondecode(policy).Statement : s.Action]]) : action
      if can(regex("^iam:(.*Policy(Version)?|.*OpenIDConnect.*|.*User.*|.*AccessKey.*|.*LoginProfile.*|DeleteRolePermissionsBoundary)$", action)) && !contains(["iam:DeleteRolePolicy", "iam:GetRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], action)
    ]) == 0
    error_message = "Policies, users and providers of identities must be out of reach."
  }
}

run "keeps_templates_and_products_and_never_launches" {
  command = plan

  variables {
    template_bucket_name = "acme-lab-catalog-111111111111"
  }

  assert {
    condition     = one([for s in jsondecode(output.policies.apply["state-apply"]).Statement : s if s.Sid == "KeepTemplates"]).Resource == "arn:aws:s3:::acme-lab-catalog-111111111111/*"
    error_message = "Templates must be kept in the one bucket."
  }

  assert {
    condition = length([
      for action in flatten([for policy in values(output.policies.apply) : [for s in jsondecode(policy).Statement : s.Action]]) : action
      if can(regex("^servicecatalog:(Provision|Terminate|Execute|UpdateProvisioned|CreatePortfolioShare|UpdatePortfolioShare)", action))
    ]) == 0
    error_message = "Who applies must neither launch nor share."
  }
}

run "changes_neither_itself_nor_where_state_is_kept" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(output.boundary_policies.apply).Statement : s if s.Sid == "DenyChangingAccess"]).Resource) == toset(values(output.role_arns))
    error_message = "None of the roles may change one of them."
  }

  assert {
    condition     = contains(one([for s in jsondecode(output.boundary_policies.apply).Statement : s if s.Sid == "DenyChangingStateStore"]).Resource, "arn:aws:s3:::acme-lab-tfstate-111111111111") && contains(one([for s in jsondecode(output.boundary_policies.apply).Statement : s if s.Sid == "DenyChangingStateStore"]).Action, "s3:Put*")
    error_message = "The bucket of the state must stay as it is."
  }

  assert {
    condition = length([
      for role in values(aws_iam_role.this) : role if !endswith(role.permissions_boundary == null ? "" : role.permissions_boundary, "-boundary-${trimprefix(role.name, "acme-lab-")}")
    ]) == 0
    error_message = "Each of the roles must carry its own boundary."
  }
}

run "puts_into_a_given_network_and_never_changes_it" {
  command = plan

  variables {
    network_arns = ["arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-0123", "arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-0123"]
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policies.apply["change-network"]).Statement : s if s.Sid == "UseGivenNetwork"]).Action) == toset(["ec2:CreateFlowLogs", "ec2:CreateSecurityGroup", "ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"])
    error_message = "Nothing of a given network may be deleted or changed."
  }
}

run "keeps_keys_in_the_regions_that_are_named_only" {
  command = plan

  variables {
    further_regions = ["us-east-1"]
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policies.apply["change-stores"]).Statement : s if s.Sid == "ChangeKeys"]).Resource) == toset(["arn:aws:kms:eu-west-1:111111111111:key/*", "arn:aws:kms:us-east-1:111111111111:key/*"])
    error_message = "A key of another region must be changed only where that region is named."
  }
}

run "says_in_the_plan_which_policy_each_role_gets" {
  command = plan

  assert {
    condition     = aws_iam_role_policy_attachment.this["apply/change-audit"].policy_arn == "arn:aws:iam::111111111111:policy/acme-lab-access-change-audit"
    error_message = "A plan must know which policies it attaches, or nobody can judge a role before it exists."
  }
}

run "who_applies_reads_public_halves_of_keys_that_sign" {
  command = plan

  variables {
    signing_account_ids = ["222222222222"]
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policies.apply["change-stores"]).Statement : s if s.Sid == "SeeKeysToPin"]).Action) == toset(["kms:DescribeKey", "kms:GetPublicKey"])
    error_message = "Keys to pin must be looked at, and not used."
  }

  assert {
    condition     = one([for s in jsondecode(output.policies.apply["change-stores"]).Statement : s if s.Sid == "SeeKeysToPin"]).Resource == "arn:aws:kms:*:222222222222:key/*" && toset(one([for s in jsondecode(output.policies.apply["change-stores"]).Statement : s if s.Sid == "SeeKeysToPin"]).Condition["ForAnyValue:StringLike"]["kms:ResourceAliases"]) == toset(["alias/acme-*-approval-*", "alias/acme-*-release-signing", "alias/acme-*-test-signing"])
    error_message = "They must be keys that sign, of the accounts that are believed."
  }
}

run "who_believes_nobody_reads_no_key_of_others" {
  command = plan

  assert {
    condition     = length([for s in jsondecode(output.policies.apply["change-stores"]).Statement : s if s.Sid == "SeeKeysToPin"]) == 0
    error_message = "Without accounts there must be no statement."
  }
}

run "lays_out_what_shows_forecasts_and_asks_for_none" {
  command = plan

  variables {
    forecasts = { name = "acme-lab-forecasts", has_dashboard = true }
  }

  assert {
    condition     = one([for s in jsondecode(output.policies.apply["change-stores"]).Statement : s if s.Sid == "CreateTaggedSource"]).Condition.StringEquals == { "aws:RequestTag/account" = "lab", "aws:RequestTag/project" = "acme" }
    error_message = "A source that no resource can name must carry the tags of the platform."
  }

  assert {
    condition = one([for s in jsondecode(output.policies.apply["change-stores"]).Statement : s if s.Sid == "ChangeDashboard"]).Resource == [
      "arn:aws:quicksight:eu-west-1:111111111111:datasource/acme-lab-forecasts",
      "arn:aws:quicksight:eu-west-1:111111111111:dataset/acme-lab-forecasts-*",
    ]
    error_message = "Only the source and the data sets of forecasts may be changed."
  }

  assert {
    condition     = !strcontains(jsonencode(output.policies), "QueryExecution") && !strcontains(jsonencode(output.policies), "quicksight:CreateIngestion")
    error_message = "Who lays the account out must ask nothing and look at nothing."
  }
}

run "reaches_no_quicksight_where_nobody_looks" {
  command = plan

  variables {
    forecasts = { name = "acme-lab-forecasts" }
  }

  assert {
    condition     = !strcontains(jsonencode([output.policies, output.boundary_policies]), "quicksight:")
    error_message = "Without a dashboard nobody must reach QuickSight."
  }

  assert {
    condition     = one([for s in jsondecode(output.policies.plan["read-platform"]).Statement : s if s.Sid == "SeeWorkGroup"]).Resource == "arn:aws:athena:eu-west-1:111111111111:workgroup/acme-lab-forecasts"
    error_message = "The work group of forecasts must be seen."
  }
}
