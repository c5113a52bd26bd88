# What a person may do from Studio.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account           = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn      = "arn:aws:iam::111111111111:policy/acme-lab-boundary-persona"
  default_role_name = "acme-lab-studio"
  entry_networks    = ["10.16.0.0/16"]
  key_alias_arn     = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-studio"
  kms_key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  lifecycle_script  = "#!/bin/bash\nset -eu\npip config set global.index-url https://<package-domain>-<account-id>.d.codeartifact.<region>.amazonaws.com/\n"
  organization_id   = "o-a1b2c3d4e5"
  package_source    = { domain_name = "acme", repository_name = "acme-lab-python" }
  people = {
    lena  = { persona = "lead" }
    milo  = { persona = "ml-engineer" }
    rita  = { persona = "release-manager" }
    sofia = { persona = "data-scientist" }
  }
  role_names = {
    lena  = "acme-lab-studio-lena"
    milo  = "acme-lab-studio-milo"
    sofia = "acme-lab-studio-sofia"
  }
  security_group_id = "sg-0a1b2c3d"
  subnet_ids        = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
  vpc_id            = "vpc-0a1b2c3d"
}

run "a_person_opens_only_their_own_profile_and_only_through_the_endpoint" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json.sofia).Statement : s if s.Sid == "OpenOwnProfile"]) == { Sid = "OpenOwnProfile", Effect = "Allow", Action = "sagemaker:CreatePresignedDomainUrl", Resource = "arn:aws:sagemaker:eu-west-1:111111111111:user-profile/*/sofia", Condition = { IpAddress = { "aws:VpcSourceIp" = "10.16.0.0/16" }, StringEqualsIfExists = { "aws:VpceAccount" = "111111111111" } } }
    error_message = "The link must be for one's own profile and asked for from inside the network."
  }

  assert {
    condition     = alltrue([for name, json in output.policy_json : length([for s in jsondecode(json).Statement : s if contains(flatten([s.Action]), "sagemaker:CreatePresignedDomainUrl")]) == 1])
    error_message = "No other statement may open a profile."
  }
}

run "spaces_are_ones_own_private_and_on_allowed_machines" {
  command = plan

  assert {
    condition     = alltrue([for name, json in output.policy_json : alltrue([for s in jsondecode(json).Statement : s.Condition.ArnLike["sagemaker:OwnerUserProfileArn"] == "arn:aws:sagemaker:eu-west-1:111111111111:user-profile/*/${name}" && s.Condition.StringEquals["sagemaker:SpaceSharingType"] == "Private" if length(setintersection(flatten([s.Action]), ["sagemaker:CreateApp", "sagemaker:CreateSpace", "sagemaker:DeleteApp", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"])) > 0])])
    error_message = "Nobody may touch the space of another, or share one."
  }

  assert {
    condition     = alltrue([for s in jsondecode(output.policy_json.sofia).Statement : s.Condition.Null["sagemaker:InstanceTypes"] == "false" && toset(s.Condition["ForAllValues:StringEquals"]["sagemaker:InstanceTypes"]) == toset(var.instance_types.allowed) if contains(["HaveOwnSpaces", "RunOwnApplications"], s.Sid)])
    error_message = "An instance type must be named, and be one of the list."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json.sofia).Statement : s if s.Sid == "HaveOwnSpaces"]).Condition.StringNotEquals["sagemaker:RemoteAccess"] == "ENABLED" && !strcontains(output.policy_json.sofia, "StartSession")
    error_message = "Nobody may come in from outside Studio."
  }
}

run "images_and_scripts_come_from_the_platform" {
  command = plan

  assert {
    condition     = alltrue([for s in jsondecode(output.policy_json.sofia).Statement : s.Condition["ForAllValues:ArnLike"]["sagemaker:StudioLifecycleConfigArns"] == "arn:aws:sagemaker:eu-west-1:111111111111:studio-lifecycle-config/acme-lab-*" && toset(s.Condition["ForAllValues:ArnLike"]["sagemaker:ImageArns"]) == toset(["arn:aws:sagemaker:eu-west-1:111111111111:image/*", "arn:aws:sagemaker:eu-west-1:819792524951:image/*"]) if contains(["HaveOwnSpaces", "RunOwnApplications"], s.Sid)])
    error_message = "Images must be the account's or AWS's own, scripts the account's."
  }
}

run "tags_only_what_is_being_made" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json.sofia).Statement : s if contains(flatten([s.Action]), "sagemaker:AddTags")]).Condition.StringEquals["sagemaker:TaggingAction"]) == toset(["CreateApp", "CreateSpace"]) && !strcontains(output.policy_json.sofia, "DeleteTags")
    error_message = "What exists must keep its tags."
  }
}

run "what_a_persona_may_see_is_added_for_its_holders_only" {
  command = plan

  variables {
    access = {
      data-scientist = {
        keys       = { data = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data", via_services = ["s3"] } }
        statements = [{ sid = "ReadRawData", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::acme-lab-data/raw/*"] }]
      }
    }
  }

  assert {
    condition     = [for name, json in output.policy_json : name if strcontains(json, "acme-lab-data")] == ["sofia"]
    error_message = "Only data scientists may see data."
  }

  assert {
    condition     = alltrue(flatten([for name, json in output.policy_json : [for action in flatten(jsondecode(json).Statement[*].Action) : !can(regex("^(iam|organizations):|^sagemaker:(Create|Update|Delete|Start|Stop)(Model|Endpoint|Pipeline|Training|Processing|Domain|UserProfile)|^s3:(Put|Delete)", action))]]))
    error_message = "Nobody may train, register, deploy, write data or change roles from Studio."
  }
}
