# The order of a promotion, and what each of its roles may do.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account = { id = "111111111111", name = "lab", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arns = {
    delivery = "arn:aws:iam::111111111111:policy/acme-lab-boundary-delivery"
    service  = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  }
  approval = {
    emails     = { rita = "rita@example.com" }
    topic_name = "acme-lab-approvals"
  }
  artifacts = {
    bucket_name   = "acme-lab-artifacts"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  }
  bundle = {
    project_name = "acme-lab-bundle"
    signing_key = {
      alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-release-signing"
      arn       = "arn:aws:kms:eu-west-1:111111111111:key/22222222-2222-2222-2222-222222222222"
    }
  }
  log = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
  models_store = {
    bucket_name           = "acme-lab-models"
    image_repository_name = "acme/model"
    key_alias_arn         = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
  }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
  organization_prefix = "acme"
  pipelines           = { churn = { group_name = "acme-churn", name = "acme-churn-promotion", rollback_name = "acme-churn-rollback" } }
  role_names = {
    bundle            = "acme-lab-bundle"
    promotion         = "acme-lab-promotion"
    promotion_trigger = "acme-lab-promotion-trigger"
  }
  source_store = {
    bucket_name   = "acme-lab-source"
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    object_key    = "source/acme.zip"
  }
  targets = {
    staging = {
      deploy_role_arn = "arn:aws:iam::222222222222:role/acme-staging-deploy"
      kind            = "staging"
      projects        = { deploy = "acme-staging-deploy", test = "acme-staging-test", verify = "acme-staging-verify" }
      region          = "eu-west-1"
    }
    production-eu = {
      deploy_role_arn = "arn:aws:iam::333333333333:role/acme-production-eu-deploy"
      kind            = "production"
      projects        = { deploy = "acme-production-eu-deploy", test = "acme-production-eu-test", verify = "acme-production-eu-verify" }
      region          = "eu-west-1"
    }
    production-us = {
      deploy_role_arn = "arn:aws:iam::444444444444:role/acme-production-us-deploy"
      kind            = "production"
      projects        = { deploy = "acme-production-us-deploy", test = "acme-production-us-test", verify = "acme-production-us-verify" }
      region          = "eu-west-1"
    }
  }
}

run "puts_the_gate_before_everything_in_production" {
  command = plan

  assert {
    condition     = aws_codepipeline.this["churn"].stage[*].name == tolist(["Source", "Bundle", "Staging", "Test", "Approve", "Production", "Verify"])
    error_message = "The stages must come in this order."
  }

  assert {
    condition     = length(aws_codepipeline.this["churn"].stage[4].action) == 1 && aws_codepipeline.this["churn"].stage[4].action[0].category == "Approval"
    error_message = "Nothing may run beside the approval."
  }

  assert {
    condition     = aws_codepipeline.this["churn"].stage[4].action[0].timeout_in_minutes == 10080
    error_message = "An approval must expire."
  }
}

run "lets_people_decide_before_staging_where_the_organisation_wants_it" {
  command = plan

  variables {
    approval = merge(var.approval, { before_staging = true })
  }

  assert {
    condition     = aws_codepipeline.this["churn"].stage[*].name == tolist(["Source", "Bundle", "ApproveStaging", "Staging", "Test", "Approve", "Production", "Verify"])
    error_message = "The gate must come before anything in staging, and after what is approved is bundled."
  }

  assert {
    condition     = length(aws_codepipeline.this["churn"].stage[2].action) == 1 && aws_codepipeline.this["churn"].stage[2].action[0].category == "Approval" && aws_codepipeline.this["churn"].stage[2].action[0].timeout_in_minutes == 10080
    error_message = "Nothing may run beside the approval, and it must expire."
  }

  assert {
    condition     = startswith(aws_codepipeline.this["churn"].stage[2].action[0].configuration.CustomData, "Release of model churn to staging: ")
    error_message = "Whoever decides must be told that it is about staging."
  }
}

run "tells_who_decides_where_to_read_about_it" {
  command = plan

  assert {
    condition     = endswith(aws_codepipeline.this["churn"].stage[4].action[0].configuration.CustomData, "gatehouse release dossier churn --execution #{codepipeline.PipelineExecutionId} --out dossier")
    error_message = "The notice must tell how to get the dossier of exactly this promotion."
  }

  assert {
    condition     = aws_codepipeline.this["churn"].stage[4].action[0].configuration.ExternalEntityLink == "https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/${aws_codepipeline.this["churn"].name}/executions/#{codepipeline.PipelineExecutionId}/timeline?region=eu-west-1"
    error_message = "The notice must link to what ran."
  }
}

run "takes_the_role_of_each_account_that_it_enters" {
  command = plan

  assert {
    condition     = aws_codepipeline.this["churn"].stage[2].action[*].role_arn == tolist(["arn:aws:iam::222222222222:role/acme-staging-deploy"])
    error_message = "Staging must be entered by its own role."
  }

  assert {
    condition     = aws_codepipeline.this["churn"].stage[5].action[*].role_arn == tolist(["arn:aws:iam::333333333333:role/acme-production-eu-deploy", "arn:aws:iam::444444444444:role/acme-production-us-deploy"])
    error_message = "Each production account must be entered by its own role."
  }
}

run "enters_one_production_account_after_the_other" {
  command = plan

  assert {
    condition     = aws_codepipeline.this["churn"].stage[5].action[*].run_order == tolist([1, 2])
    error_message = "Production accounts must not be changed at the same time."
  }

  assert {
    condition     = aws_codepipeline.this["churn"].stage[5].action[*].name == tolist(["production-eu-Deploy", "production-us-Deploy"])
    error_message = "Actions must be named after their account."
  }
}

run "carries_exactly_one_package_and_queues" {
  command = plan

  assert {
    condition     = aws_codepipeline.this["churn"].execution_mode == "QUEUED" && aws_codepipeline.this["churn"].pipeline_type == "V2"
    error_message = "Promotions must queue."
  }

  assert {
    condition     = one([for v in aws_codepipeline.this["churn"].variable : v.default_value if v.name == "PackageArn"]) == null
    error_message = "There must be no package by default."
  }

  assert {
    condition     = aws_codepipeline.this["churn"].stage[0].action[0].configuration.PollForSourceChanges == "false"
    error_message = "A new source must not start a promotion."
  }

  assert {
    condition     = one([for v in jsondecode(aws_codepipeline.this["churn"].stage[5].action[0].configuration.EnvironmentVariables) : v.value if v.name == "ACCOUNT"]) == "production-eu"
    error_message = "A build must be told its account."
  }
}

run "hands_the_tests_of_staging_to_each_deployment_to_production" {
  command = plan

  assert {
    condition     = alltrue([for action in aws_codepipeline.this["churn"].stage[5].action : action.input_artifacts == tolist(["Source", "Release", "Tested_staging"])])
    error_message = "Production must be able to judge what staging has tested."
  }

  assert {
    condition     = aws_codepipeline.this["churn"].stage[2].action[0].input_artifacts == tolist(["Source", "Release"])
    error_message = "Staging must be handed the release."
  }
}

run "hands_the_reports_of_earlier_builds_to_the_verification" {
  command = plan

  assert {
    condition     = aws_codepipeline.this["churn"].stage[6].action[0].input_artifacts == tolist(["Source", "Release", "Tested_staging", "Deployed_production_eu", "Deployed_staging"])
    error_message = "Evidence must be complete."
  }

  assert {
    condition     = aws_codepipeline.this["churn"].stage[6].action[1].input_artifacts[3] == "Deployed_production_us"
    error_message = "Evidence must be that of the account."
  }
}

run "encrypts_artefacts_with_the_given_key" {
  command = plan

  assert {
    condition     = one(one(aws_codepipeline.this["churn"].artifact_store).encryption_key).id == var.artifacts.key_arn
    error_message = "Artefacts must be encrypted with the given key."
  }

  assert {
    condition     = aws_sns_topic.approvals.kms_master_key_id == var.artifacts.key_arn
    error_message = "Notices must be encrypted."
  }
}

run "lets_the_promotion_do_nothing_but_promote" {
  command = plan

  assert {
    condition     = toset(jsondecode(data.aws_iam_policy_document.promotion.json).Statement[*].Sid) == toset(["AskForApproval", "ExchangeArtifacts", "FollowBundle", "ReadSource", "SeeBuckets", "StartBundle", "TakeDeployRoles", "UseArtifactKey"])
    error_message = "There must be no further permission."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.promotion.json).Statement : s if s.Sid == "TakeDeployRoles"]).Resource) == toset(values(var.targets)[*].deploy_role_arn)
    error_message = "Only the deploy roles must be taken."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.promotion.json).Statement : s if s.Sid == "StartBundle"]).Condition.Null == { for key in ["environment.image", "environment.privilegedMode", "serviceRole", "source.buildspec"] : "codebuild:${key}" => "true" }
    error_message = "A build must run what its project says."
  }
}

run "lets_the_bundle_write_nothing_but_its_artefact" {
  command = plan

  assert {
    condition     = toset(jsondecode(data.aws_iam_policy_document.bundle.json).Statement[*].Sid) == toset(["DecryptModels", "ReadModels", "ReadPackages", "ReadTrainingRuns", "SeeModelImage", "SeeOwnPromotions", "SeeSigningKey", "SignReleases"])
    error_message = "There must be no further permission."
  }

  assert {
    condition     = alltrue([for action in flatten(jsondecode(data.aws_iam_policy_document.bundle.json).Statement[*].Action) : can(regex("^(s3:Get|kms:(Decrypt|GetPublicKey|Sign)$|sagemaker:Describe|codepipeline:GetPipelineExecution$|ecr:(BatchGet|Describe))", action))])
    error_message = "The bundle must only read, and sign what it states."
  }
}

run "starts_on_the_approval_of_its_own_group_only" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.approved["churn"].event_pattern).detail == { ModelApprovalStatus = ["Approved"], ModelPackageGroupName = ["acme-churn"] }
    error_message = "Only an approval of the group must match."
  }

  assert {
    condition     = toset(flatten([one([for s in jsondecode(data.aws_iam_policy_document.trigger.json).Statement : s if s.Sid == "StartPromotions"]).Action])) == toset(["codepipeline:StartPipelineExecution"])
    error_message = "The rule must only start."
  }

  assert {
    condition     = toset(flatten([one([for s in jsondecode(data.aws_iam_policy_document.trigger.json).Statement : s if s.Sid == "StartPromotions"]).Resource])) == toset(["arn:aws:codepipeline:eu-west-1:111111111111:acme-churn-promotion"])
    error_message = "The rule must start its own pipeline only."
  }
}

run "hands_the_approved_version_to_the_execution" {
  command = plan

  assert {
    condition     = jsondecode(replace(aws_cloudwatch_event_target.promotion["churn"].input_transformer[0].input_template, "<package>", "arn")) == { variables = [{ name = "PackageArn", value = "arn" }] }
    error_message = "The execution must get the package as its variable."
  }
}

run "hands_artefacts_over_in_the_region_of_each_target" {
  command = plan

  variables {
    targets  = merge(var.targets, { production-us = merge(var.targets.production-us, { region = "us-east-1" }) })
    replicas = { us-east-1 = { bucket_name = "acme-lab-us-east-1", key_alias_arn = "arn:aws:kms:us-east-1:111111111111:alias/acme-lab-artifacts-us-east-1", key_arn = "arn:aws:kms:us-east-1:111111111111:key/22222222-2222-2222-2222-222222222222" } }
  }

  assert {
    condition = alltrue([
      for pipeline in aws_codepipeline.this :
      { for store in pipeline.artifact_store : store.region => store.location }["us-east-1"] == "acme-lab-us-east-1" && length(pipeline.artifact_store) == 2
    ])
    error_message = "A region with targets must have an artefact store of its own."
  }

  assert {
    condition = alltrue(flatten([
      for pipeline in aws_codepipeline.this : [
        for stage in pipeline.stage : [
          for action in stage.action : action.region == "us-east-1" if startswith(action.name, "production-us-")
        ]
      ]
    ]))
    error_message = "An action must run in the region of its target."
  }

  assert {
    condition     = contains(one([for s in jsondecode(data.aws_iam_policy_document.promotion.json).Statement : s if s.Sid == "ExchangeArtifacts"]).Resource, "arn:aws:s3:::acme-lab-us-east-1/*") && contains(one([for s in jsondecode(data.aws_iam_policy_document.promotion.json).Statement : s if s.Sid == "UseArtifactKey"]).Condition.StringEquals["kms:ViaService"], "s3.us-east-1.amazonaws.com")
    error_message = "The promotion must reach the artefacts of every region."
  }
}

run "promotes_inside_one_account_in_a_trial" {
  command = plan

  variables {
    single_account = true
    targets = {
      for name, target in var.targets : name => merge(target, {
        deploy_role_arn = "arn:aws:iam::111111111111:role/acme-${name}-deploy"
      })
    }
  }

  assert {
    condition     = length(one([for s in jsondecode(data.aws_iam_policy_document.promotion.json).Statement : s if s.Sid == "TakeDeployRoles"]).Resource) == length(var.targets)
    error_message = "The promotion must take the deploy role of each target."
  }
}

run "lets_the_bundle_sign_what_it_states" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.bundle.json).Statement : s if s.Sid == "SignReleases"]).Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == "alias/acme-lab-release-signing"
    error_message = "The bundle must sign with the key for releases."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.bundle.json).Statement : s if s.Sid == "SignReleases"]).Condition.StringEquals == { "kms:MessageType" = ["DIGEST", "RAW"], "kms:SigningAlgorithm" = "ECDSA_SHA_256" }
    error_message = "There must be one way to sign."
  }

  assert {
    condition     = yamldecode(local._bundle_buildspec).artifacts.files == ["release.json", "release.dsse.json", "evaluation.json"]
    error_message = "The signed statement must be handed on with the release."
  }

  assert {
    condition     = !strcontains(data.aws_iam_policy_document.promotion.json, "kms:Sign")
    error_message = "The promotion must carry what is signed and sign nothing."
  }
}

run "lets_the_bundle_see_who_started_what" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.bundle.json).Statement : s if s.Sid == "SeeOwnPromotions"]).Resource == "arn:aws:codepipeline:eu-west-1:111111111111:${var.pipelines.churn.name}"
    error_message = "The bundle must see the promotions that it is part of."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.bundle.json).Statement : s if s.Sid == "ReadTrainingRuns"]).Resource == "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/${var.organization_prefix}-*/execution/*"
    error_message = "The bundle must see who started the training."
  }
}

run "goes_back_in_production_alone_and_one_account_after_the_other" {
  command = plan

  assert {
    condition     = aws_codepipeline.rollback["churn"].stage[*].name == tolist(["Source", "Rollback", "Verify"])
    error_message = "A rollback must go this way."
  }

  assert {
    condition     = aws_codepipeline.rollback["churn"].stage[1].action[*].role_arn == tolist(["arn:aws:iam::333333333333:role/acme-production-eu-deploy", "arn:aws:iam::444444444444:role/acme-production-us-deploy"])
    error_message = "A rollback must enter each production account by its own role, and no other account."
  }

  assert {
    condition     = aws_codepipeline.rollback["churn"].stage[1].action[*].run_order == tolist([1, 2])
    error_message = "Production accounts must not go back at the same time."
  }

  assert {
    condition     = aws_codepipeline.rollback["churn"].execution_mode == "QUEUED"
    error_message = "Rollbacks must queue."
  }

  assert {
    condition = alltrue([
      for action in aws_codepipeline.rollback["churn"].stage[1].action :
      contains(jsondecode(action.configuration.EnvironmentVariables)[*].value, "rollback")
    ])
    error_message = "The build must be told that it goes back."
  }
}

run "starts_a_rollback_by_a_rejection_of_its_group_only" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.rejected["churn"].event_pattern).detail == { ModelApprovalStatus = ["Rejected"], ModelPackageGroupName = ["acme-churn"] }
    error_message = "A rollback must be started by a rejection in its own group."
  }

  assert {
    condition     = strcontains(data.aws_iam_policy_document.trigger.json, "arn:aws:codepipeline:eu-west-1:111111111111:acme-churn-rollback")
    error_message = "The trigger must be able to start rollbacks."
  }
}
