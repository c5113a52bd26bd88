# Who takes which role and what each may do, rendered by the real provider on fake credentials.

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
  boundary_arn = "arn:aws:iam::111111111111:policy/acme-lab-boundary-persona"
  bucket_names = {
    artifacts = "acme-lab-artifacts"
    data      = "acme-lab-data"
    decisions = "acme-lab-decisions"
    models    = "acme-lab-models"
    source    = "acme-lab-source"
  }
  entry_networks = ["10.16.0.0/16"]
  key_alias_arns = {
    artifacts = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    audit     = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit"
    data      = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
    decisions = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-decisions"
    models    = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
  }
  organization_id     = "o-a1b2c3d4e5"
  organization_prefix = "acme"
  parameter_root      = "/acme/lab"
  people_by_persona = {
    auditor         = ["omar"]
    data-scientist  = ["sofia", "tara"]
    lead            = ["lena"]
    ml-engineer     = ["milo"]
    platform-admin  = ["petra"]
    release-manager = ["rita"]
  }
  project_names    = { bundle = "acme-lab-bundle", model-build = "acme-lab-model-build" }
  repository_names = { build = "acme/build", model = "acme/model" }
  role_names = {
    auditor         = "acme-lab-auditor"
    data-scientist  = "acme-lab-data-scientist"
    lead            = "acme-lab-lead"
    ml-engineer     = "acme-lab-ml-engineer"
    platform-admin  = "acme-lab-platform-admin"
    release-manager = "acme-lab-release-manager"
  }
  sign_in_role_arn = "arn:aws:iam::111111111111:role/acme-sign-in"
}

run "people_take_their_role_from_the_sign_in_role_and_under_their_own_name" {
  command = plan

  assert {
    condition     = toset(keys(output.role_arns)) == toset(["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"]) && output.role_arns.lead == "arn:aws:iam::111111111111:role/acme-lab-lead"
    error_message = "Each persona that somebody holds must have a role."
  }

  assert {
    condition     = jsondecode(output.trust_json["data-scientist"]).Statement[0].Condition.StringEquals["sts:SourceIdentity"] == ["sofia", "tara"] && jsondecode(output.trust_json["lead"]).Statement[0].Condition.StringEquals["sts:SourceIdentity"] == "lena"
    error_message = "Only the people of the persona may take its role."
  }

  assert {
    condition     = alltrue([for json in values(output.trust_json) : jsondecode(json).Statement[0].Condition.ArnEquals["aws:PrincipalArn"] == var.sign_in_role_arn && length(jsondecode(json).Statement) == 1])
    error_message = "People must arrive through the sign-in role."
  }

  assert {
    condition     = alltrue([for json in values(output.trust_json) : toset(jsondecode(json).Statement[0].Action) == toset(["sts:AssumeRole", "sts:SetSourceIdentity"])])
    error_message = "Nobody may tag a session."
  }
}

run "a_persona_without_people_has_no_role" {
  command = plan

  variables {
    people_by_persona = merge(var.people_by_persona, { lead = [] })
  }

  assert {
    condition     = !contains(keys(output.role_arns), "lead") && length(output.role_arns) == 5
    error_message = "A role that nobody holds must not exist."
  }
}

run "only_a_lead_decides_on_versions_and_only_to_approve_or_reject" {
  command = plan

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "sagemaker:UpdateModelPackage")] == ["lead"]
    error_message = "Nobody but a lead may change a version."
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json["lead"]).Statement : s if s.Sid == "DecideOnPackages"]).Condition.StringEquals["sagemaker:ModelApprovalStatus"]) == toset(["Approved", "Rejected"]) && one([for s in jsondecode(output.policy_json["lead"]).Statement : s if s.Sid == "DecideOnPackages"]).Resource == "arn:aws:sagemaker:eu-west-1:111111111111:model-package/acme-*/*"
    error_message = "A lead must approve or reject versions of the models, and change nothing else."
  }

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "sagemaker:CreateModelPackage")] == []
    error_message = "Nobody may register a version by hand."
  }
}

run "only_a_data_scientist_trains_and_brings_data" {
  command = plan

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "sagemaker:StartPipelineExecution")] == ["data-scientist"]
    error_message = "Nobody but a data scientist may start training."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["data-scientist"]).Statement : s if s.Sid == "BringData"]).Resource == "arn:aws:s3:::acme-lab-data/raw/*"
    error_message = "Data must be brought under its prefixes."
  }

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if length([for s in jsondecode(output.policy_json[persona]).Statement : s if contains(flatten([s.Action]), "s3:PutObject") && anytrue([for r in flatten([s.Resource]) : startswith(r, "arn:aws:s3:::acme-lab-data")])]) > 0] == ["data-scientist"]
    error_message = "Nobody else may write data."
  }
}

run "only_an_ml_engineer_publishes_code_and_images_and_never_with_own_instructions" {
  command = plan

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "ecr:PutImage")] == ["ml-engineer"]
    error_message = "Nobody but an ML engineer may push."
  }

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "codebuild:StartBuild")] == ["ml-engineer"]
    error_message = "Nobody but an ML engineer may start the build."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["ml-engineer"]).Statement : s if s.Sid == "StartModelBuild"]).Resource == "arn:aws:codebuild:eu-west-1:111111111111:project/acme-lab-model-build"
    error_message = "The bundle build must be out of reach."
  }

  assert {
    condition     = alltrue([for key in ["codebuild:source.buildspec", "codebuild:environment.image", "codebuild:serviceRole", "codebuild:source.location"] : one([for s in jsondecode(output.policy_json["ml-engineer"]).Statement : s if s.Sid == "StartModelBuild"]).Condition.Null[key] == "true"])
    error_message = "A build must run the project's own instructions, image, source and role."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["ml-engineer"]).Statement : s if s.Sid == "StartModelBuild"]).Condition["ForAllValues:StringEquals"]["codebuild:environment.environmentVariables.name"] == "MODEL"
    error_message = "A build must be told the model and nothing else."
  }
}

run "only_a_release_manager_decides_on_releases" {
  command = plan

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "codepipeline:PutApprovalResult")] == ["release-manager"]
    error_message = "Nobody but a release manager may approve."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["release-manager"]).Statement : s if s.Sid == "DecideOnReleases"]).Resource == "arn:aws:codepipeline:eu-west-1:111111111111:acme-*-promotion/Approve/Approve"
    error_message = "A release manager must decide at the gate only."
  }

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "codepipeline:StartPipelineExecution")] == ["release-manager"]
    error_message = "Nobody but a release manager may start a pipeline of delivery."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["release-manager"]).Statement : s if s.Sid == "StartRollbacks"]).Resource == "arn:aws:codepipeline:eu-west-1:111111111111:acme-*-rollback"
    error_message = "Nobody may start a promotion by hand."
  }
}

run "only_a_release_manager_signs_and_only_under_their_own_name" {
  command = plan

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "kms:Sign")] == ["release-manager"]
    error_message = "Nobody but a release manager may sign."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["release-manager"]).Statement : s if s.Sid == "SignOwnDecisions"]).Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == "alias/acme-lab-approval-$${aws:SourceIdentity}"
    error_message = "The key must be that of the person of the session."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["release-manager"]).Statement : s if s.Sid == "SignOwnDecisions"]).Condition.StringEquals == { "kms:MessageType" = ["DIGEST", "RAW"], "kms:SigningAlgorithm" = "ECDSA_SHA_256" }
    error_message = "There must be one way to sign."
  }

  assert {
    condition     = alltrue([for r in one([for s in jsondecode(output.policy_json["release-manager"]).Statement : s if s.Sid == "PutOwnDecisions"]).Resource : startswith(r, "arn:aws:s3:::acme-lab-decisions/") && strcontains(r, "/$${aws:SourceIdentity}-*.dsse.json")])
    error_message = "A decision must bear the name of the person of the session."
  }

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if length([for s in jsondecode(output.policy_json[persona]).Statement : s if contains(flatten([s.Action]), "s3:PutObject") && anytrue([for r in flatten([s.Resource]) : startswith(r, "arn:aws:s3:::acme-lab-decisions")])]) > 0] == ["release-manager"]
    error_message = "Nobody else may write a decision."
  }
}

run "a_platform_admin_unblocks_everything_but_the_gate" {
  command = plan

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "codepipeline:RetryStageExecution")] == ["platform-admin"]
    error_message = "Nobody but a platform admin may retry."
  }

  assert {
    condition     = !anytrue([for resource in one([for s in jsondecode(output.policy_json["platform-admin"]).Statement : s if s.Sid == "UnblockPromotions"]).Resource : endswith(resource, "/Approve")])
    error_message = "The gate must not be retried."
  }

  assert {
    condition     = alltrue([for action in flatten(jsondecode(output.policy_json["platform-admin"]).Statement[*].Action) : !can(regex("^s3:(Get|Put)Object|^kms:(Decrypt|Encrypt)", action))])
    error_message = "Whoever looks after the platform must not see data."
  }
}

run "an_auditor_changes_nothing_and_sees_no_data" {
  command = plan

  assert {
    condition     = alltrue([for action in flatten(jsondecode(output.policy_json["auditor"]).Statement[*].Action) : can(regex(":(BatchGet|Describe|Filter|Get|List|Lookup)", action)) || action == "kms:Decrypt"])
    error_message = "An auditor must only look."
  }

  assert {
    condition     = [for s in jsondecode(output.policy_json["auditor"]).Statement : s.Sid if length(setintersection(flatten([s.Action]), ["s3:GetObject", "s3:GetObjectVersion", "kms:Decrypt"])) > 0] == ["ReadDecisions", "UseKeyDecisions"]
    error_message = "An auditor must see what was decided, and no data."
  }
}

run "nobody_changes_roles_keys_or_buckets_and_nobody_takes_another_role" {
  command = plan

  assert {
    condition     = alltrue(flatten([for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : [for action in flatten(jsondecode(output.policy_json[persona]).Statement[*].Action) : !can(regex("^(sts|organizations):|^iam:(Put|Attach|Create|Update|Delete|Pass)|^kms:(Put|Create|Schedule|Disable)|^s3:(PutBucket|Delete|PutEncryption|PutLifecycle)", action))]]))
    error_message = "No persona may change who may do what."
  }

  assert {
    condition     = alltrue(flatten([for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : [for s in jsondecode(output.policy_json[persona]).Statement : s.Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] != "" if contains(flatten([s.Action]), "kms:Decrypt")]]))
    error_message = "Keys must be named by their alias."
  }
}

run "only_builders_open_studio_and_only_their_own_profile_through_the_endpoint" {
  command = plan

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if strcontains(output.policy_json[persona], "CreatePresignedDomainUrl")] == ["data-scientist", "lead", "ml-engineer"]
    error_message = "Nobody but builders may open Studio."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["data-scientist"]).Statement : s if s.Sid == "OpenOwnProfile"]) == { Sid = "OpenOwnProfile", Effect = "Allow", Action = "sagemaker:CreatePresignedDomainUrl", Resource = "arn:aws:sagemaker:eu-west-1:111111111111:user-profile/*/$${aws:SourceIdentity}", Condition = { IpAddress = { "aws:VpcSourceIp" = "10.16.0.0/16" }, StringEqualsIfExists = { "aws:VpceAccount" = "111111111111" } } }
    error_message = "The link must be for one's own profile and asked for from inside the network."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["lead"]).Statement : s if s.Sid == "EndOwnApplicationsAndSpaces"]).Condition.ArnLike["sagemaker:OwnerUserProfileArn"] == "arn:aws:sagemaker:eu-west-1:111111111111:user-profile/*/$${aws:SourceIdentity}"
    error_message = "Nobody may end what belongs to another."
  }

  assert {
    condition     = alltrue(flatten([for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : [for action in ["CreateApp", "CreateSpace", "UpdateSpace", "StartSession", "CreateUserProfile", "UpdateDomain"] : !strcontains(output.policy_json[persona], action)]]))
    error_message = "Spaces must be made from Studio, with the role of the profile."
  }
}

run "a_name_may_come_from_the_identity_provider" {
  command = plan

  variables {
    sign_in_tag = "person"
  }

  assert {
    condition     = alltrue([for json in values(output.trust_json) : alltrue([for s in jsondecode(json).Statement : strcontains(jsonencode(s.Condition), "aws:PrincipalTag/person")])])
    error_message = "Nobody may take a persona under a name that the provider did not give."
  }
}

run "only_an_auditor_reads_the_trail" {
  command = plan

  assert {
    condition     = [for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager"] : persona if strcontains(output.policy_json[persona], "/aws/cloudtrail/")] == ["auditor"]
    error_message = "Whoever runs the platform must not read what watches it."
  }
}

run "lets_scientists_and_leads_launch_and_end_what_is_their_own" {
  command = plan

  assert {
    condition = alltrue([
      for persona in ["data-scientist", "lead"] :
      one([for s in jsondecode(output.policy_json[persona]).Statement : s if s.Sid == "KeepOwnProducts"]).Condition == { StringEquals = { "servicecatalog:userLevel" = "self" } }
    ])
    error_message = "What somebody else launched must be out of reach."
  }

  assert {
    condition = toset([
      for persona, policy in output.policy_json : persona
      if length([for action in flatten([for s in jsondecode(policy).Statement : s.Action]) : action if action == "servicecatalog:ProvisionProduct"]) > 0
    ]) == toset(["data-scientist", "lead"])
    error_message = "Only scientists and leads must launch."
  }

  assert {
    condition = length([
      for action in flatten([for policy in values(output.policy_json) : [for s in jsondecode(policy).Statement : s.Action]]) : action
      if can(regex("^(sagemaker:CreateModelPackageGroup|cloudformation:|servicecatalog:(Create|Update|Delete|Associate|Execute))", action))
    ]) == 0
    error_message = "Nobody must make what a product makes, or change the catalog."
  }
}

run "lets_data_scientists_read_forecasts_and_nobody_start_one" {
  command = plan

  variables {
    forecasts = "acme-lab-forecasts"
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["data-scientist"]).Statement : s if s.Sid == "ReadForecasts"]).Resource == "arn:aws:s3:::acme-lab-data/forecasts/*"
    error_message = "A data scientist must read what was forecast."
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json["data-scientist"]).Statement : s.Resource
      if s.Effect == "Allow" && contains(flatten([s.Action]), "s3:PutObject") && length([for arn in flatten([s.Resource]) : arn if strcontains(arn, "/forecasts/")]) > 0
    ] == ["arn:aws:s3:::acme-lab-data/forecasts/_queries/*"]
    error_message = "A data scientist must put nothing but the answers of Athena beside forecasts."
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json["data-scientist"]).Statement : s.Resource if contains(["AskInSql", "SeeTables"], s.Sid)
      ] == [
      "arn:aws:athena:eu-west-1:111111111111:workgroup/acme-lab-forecasts",
      ["arn:aws:glue:eu-west-1:111111111111:table/acme_lab_forecasts/*", "arn:aws:glue:eu-west-1:111111111111:database/acme_lab_forecasts", "arn:aws:glue:eu-west-1:111111111111:catalog"],
    ]
    error_message = "Questions must be asked in the one work group, by the tables of its database."
  }

  assert {
    condition = alltrue([
      for persona in ["auditor", "lead", "ml-engineer", "platform-admin", "release-manager"] : !strcontains(output.policy_json[persona], "athena:")
    ])
    error_message = "Nobody else may ask for forecasts."
  }

  assert {
    condition = alltrue([
      for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "platform-admin"] :
      !contains(flatten(jsondecode(output.policy_json[persona]).Statement[*].Action), "codepipeline:StartPipelineExecution")
    ])
    error_message = "Nobody of these may start a pipeline that carries approved versions."
  }
}

run "data_scientists_bring_objects_and_ask_for_records_but_write_none" {
  command = plan

  variables {
    features = "acme-lab-features"
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json["data-scientist"]).Statement : s.Resource
      if s.Effect == "Allow" && contains(flatten([s.Action]), "s3:PutObject") && length([for arn in flatten([s.Resource]) : arn if strcontains(arn, "/features/")]) > 0
    ] == ["arn:aws:s3:::acme-lab-data/features/*/incoming/*", "arn:aws:s3:::acme-lab-data/features/queries/*"]
    error_message = "A data scientist must put objects where they arrive, results where Athena keeps them, and nothing else."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json["data-scientist"]).Statement : s if s.Sid == "AskInSql"]).Resource == "arn:aws:athena:eu-west-1:111111111111:workgroup/acme-lab-features"
    error_message = "Questions must be asked in the one work group."
  }

  assert {
    condition     = alltrue([for sid in ["DenyIngestions", "DenyRecords"] : one([for s in jsondecode(output.policy_json["data-scientist"]).Statement : s if s.Sid == sid]).Effect == "Deny"])
    error_message = "A data scientist must not start an ingestion, or put anything among records."
  }

  assert {
    condition = alltrue([
      for persona in ["auditor", "lead", "ml-engineer", "platform-admin", "release-manager"] :
      !strcontains(output.policy_json[persona], "athena:") && !strcontains(output.policy_json[persona], "/features/")
    ])
    error_message = "Nobody else may ask for records or bring any."
  }
}

run "platform_admins_send_again_what_was_given_up_and_nobody_else" {
  command = plan

  variables {
    features = "acme-lab-features"
  }

  assert {
    condition = { for s in jsondecode(output.policy_json["platform-admin"]).Statement : s.Sid => s.Resource if contains(["TakeUndelivered", "SendArrivalsAgain"], s.Sid) } == {
      SendArrivalsAgain = "arn:aws:lambda:eu-west-1:111111111111:function:acme-lab-features"
      TakeUndelivered   = "arn:aws:sqs:eu-west-1:111111111111:acme-lab-features-undelivered"
    }
    error_message = "A platform admin must reach this queue and this function, and no other."
  }

  assert {
    condition = alltrue([
      for persona in ["auditor", "data-scientist", "lead", "ml-engineer", "release-manager"] :
      !strcontains(output.policy_json[persona], "lambda:") && !strcontains(output.policy_json[persona], "sqs:ReceiveMessage") && !strcontains(output.policy_json[persona], "sqs:DeleteMessage")
    ])
    error_message = "Nobody else may see or take what was given up, or call the function."
  }
}

run "nobody_reaches_a_queue_where_there_is_no_feature_group" {
  command = plan

  assert {
    condition     = alltrue([for text in values(output.policy_json) : !strcontains(text, "sqs:") && !strcontains(text, "lambda:")])
    error_message = "Without feature groups there must be nothing to send again."
  }
}
