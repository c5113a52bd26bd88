# Who may enter a target, and what its roles may do there.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account = { id = "222222222222", name = "staging", prefix = "acme-staging", region = "eu-west-1" }
  boundary_arns = {
    delivery = "arn:aws:iam::222222222222:policy/acme-staging-boundary-delivery"
    workload = "arn:aws:iam::222222222222:policy/acme-staging-boundary-workload"
  }
  data_science = {
    account_id         = "111111111111"
    promotion_role_arn = "arn:aws:iam::111111111111:role/acme-lab-promotion"
    region             = "eu-west-1"
    artifacts = {
      bucket_name   = "acme-lab-artifacts"
      key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    }
    decisions = {
      bucket_name   = "acme-lab-decisions"
      key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-decisions"
    }
    models_store = {
      bucket_name           = "acme-lab-models"
      image_repository_name = "acme/model"
      key_alias_arn         = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
    }
  }
  image_repository_name = "acme/model"
  joins                 = { tags = { account = "staging", project = "acme" } }
  log                   = { key_arn = "arn:aws:kms:eu-west-1:222222222222:key/11111111-1111-1111-1111-111111111111" }
  models                = { churn = { endpoint_name = "acme-staging-churn", group_name = "acme-churn" } }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
  organization_id = "o-a1b2c3d4e5"
  parameter_root  = "/acme/live"
  project_names   = { deploy = "acme-staging-deploy", test = "acme-staging-test", verify = "acme-staging-verify" }
  role_names = {
    consumer   = "acme-staging-consumer"
    deploy     = "acme-staging-deploy"
    monitoring = "acme-staging-monitoring"
    release    = "acme-staging-release"
    serving    = "acme-staging-serving"
    test       = "acme-staging-test"
    verify     = "acme-staging-verify"
  }
  stores = {
    capture  = { bucket_name = "acme-staging-capture", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-capture" }
    evidence = { bucket_name = "acme-staging-evidence", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-evidence" }
    models   = { bucket_name = "acme-staging-models", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-models" }
    releases = { bucket_name = "acme-staging-releases", key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-models" }
  }
}

run "trusts_exactly_the_promotion_role" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.deploy_trust.json).Statement : s if s.Sid == "AllowPromotion"]).Principal.AWS == "arn:aws:iam::111111111111:root"
    error_message = "Only the account of the promotion must be trusted."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.deploy_trust.json).Statement : s if s.Sid == "AllowPromotion"]).Condition.ArnEquals["aws:PrincipalArn"] == var.data_science.promotion_role_arn
    error_message = "It must be narrowed to the promotion role."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.deploy_trust.json).Statement : s if s.Sid == "AllowPromotion"]).Condition.StringEquals["aws:PrincipalOrgID"] == var.organization_id
    error_message = "It must be narrowed to the organisation."
  }

  assert {
    condition     = length(jsondecode(data.aws_iam_policy_document.deploy_trust.json).Statement) == 1
    error_message = "Nobody else must be trusted."
  }
}

run "lets_the_deploy_role_only_start_its_own_builds" {
  command = plan

  assert {
    condition     = toset(jsondecode(data.aws_iam_policy_document.deploy.json).Statement[*].Sid) == toset(["ExchangeArtifacts", "FollowOwnBuilds", "RunOwnBuilds", "SeeArtifactBucket", "UseArtifactKey"])
    error_message = "There must be no further permission."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : s if s.Sid == "RunOwnBuilds"]).Resource) == toset([for name in values(var.project_names) : "arn:aws:codebuild:eu-west-1:222222222222:project/${name}"])
    error_message = "Only the three builds must be started."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.deploy.json).Statement : s if s.Sid == "RunOwnBuilds"]).Condition.Null == { for key in ["environment.image", "environment.privilegedMode", "serviceRole", "source.buildspec"] : "codebuild:${key}" => "true" }
    error_message = "A build must run what its project says."
  }
}

run "lets_the_release_role_only_read_in_the_account_of_origin" {
  command = plan

  assert {
    condition     = alltrue([for action in flatten(jsondecode(data.aws_iam_policy_document.read_release.json).Statement[*].Action) : can(regex("^(s3:GetObject|kms:Decrypt|sagemaker:DescribeModelPackage|ecr:(BatchGetImage|GetDownloadUrlForLayer))", action))])
    error_message = "Origin must only be read."
  }

  assert {
    condition     = alltrue([for resource in flatten([jsondecode(data.aws_iam_policy_document.store_release.json).Statement[*].Resource, jsondecode(data.aws_iam_policy_document.serve_release.json).Statement[*].Resource]) : !strcontains(resource, "111111111111") && !strcontains(resource, "acme-lab")])
    error_message = "Everything that is written must lie in the own account."
  }
}

run "lets_the_release_role_create_only_isolated_models" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.serve_release.json).Statement : s if s.Sid == "CreateIsolatedModels"]).Condition == { Bool = { "sagemaker:NetworkIsolation" = "true" }, Null = { "sagemaker:VpcSecurityGroupIds" = "false", "sagemaker:VpcSubnets" = "false" } }
    error_message = "A model must be isolated and in the network."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.serve_release.json).Statement : s if s.Sid == "CreateEncryptedConfigurations"]).Condition.ArnLike["sagemaker:VolumeKmsKey"] == "arn:aws:kms:eu-west-1:222222222222:key/*"
    error_message = "Volumes must be encrypted with a key of the account."
  }
}

run "lets_the_release_role_pass_only_the_serving_role" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.serve_release.json).Statement : s if s.Sid == "PassServingRole"]).Resource == "arn:aws:iam::222222222222:role/acme-staging-serving"
    error_message = "Only the serving role must be passed."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.serve_release.json).Statement : s if s.Sid == "PassServingRole"]).Condition.StringEquals["iam:PassedToService"] == "sagemaker.amazonaws.com"
    error_message = "It must be passed to SageMaker only."
  }
}

run "keeps_approved_models_from_being_deleted" {
  command = plan

  assert {
    condition     = !contains(flatten([for s in jsondecode(data.aws_iam_policy_document.release.json).Statement : s.Action if anytrue([for r in flatten([s.Resource]) : strcontains(r, "acme-staging-models")])]), "s3:DeleteObject")
    error_message = "Nothing may be deleted from the model store."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.store_release.json).Statement : s if s.Sid == "FreeStateLock"]).Resource == "arn:aws:s3:::acme-staging-releases/*/terraform.tfstate.tflock"
    error_message = "Only the lock of a state may be deleted."
  }
}

run "lets_the_consumer_only_invoke" {
  command = plan

  assert {
    condition     = toset(jsondecode(data.aws_iam_policy_document.consumer.json).Statement[*].Sid) == toset(["InvokeEndpoints"])
    error_message = "There must be no further permission."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.consumer.json).Statement : s if s.Sid == "InvokeEndpoints"]).Action == "sagemaker:InvokeEndpoint"
    error_message = "A consumer must only invoke."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.consumer_trust.json).Statement : s if s.Sid == "AllowConsumers"]).Condition.ArnEquals["aws:PrincipalArn"]) == toset(["arn:aws:iam::222222222222:role/acme-staging-test", "arn:aws:iam::222222222222:role/acme-staging-verify"])
    error_message = "Only the builds that look may become a consumer."
  }
}

run "lets_test_and_verify_change_nothing_that_is_live" {
  command = plan

  assert {
    condition     = alltrue([for action in flatten([jsondecode(data.aws_iam_policy_document.test.json).Statement[*].Action, jsondecode(data.aws_iam_policy_document.verify.json).Statement[*].Action]) : !can(regex("^(sagemaker:(Create|Update|Delete)|iam:|ecr:Put|s3:Delete)", action))])
    error_message = "Looking must change nothing."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.any_build.json).Statement : s if s.Sid == "LeaveEvidence"]).Resource == "arn:aws:s3:::acme-staging-evidence/releases/*"
    error_message = "Evidence must be left in its own place."
  }
}

run "lets_a_model_read_only_what_was_approved" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.serving.json).Statement : s if s.Sid == "ReadApprovedModels"]).Resource == "arn:aws:s3:::acme-staging-models/approved/*"
    error_message = "Only approved archives must be readable."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.serving_trust.json).Statement : s if s.Sid == "AllowEndpoints"]).Condition.StringEquals["aws:SourceAccount"] == "222222222222"
    error_message = "Only this account must hand out the role."
  }
}

run "lets_monitoring_read_what_was_captured_and_write_reports_only" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.monitoring.json).Statement : s if s.Sid == "ReadCapture"]).Resource) == toset(["arn:aws:s3:::acme-staging-capture/baselines/*", "arn:aws:s3:::acme-staging-capture/acme-staging-*"])
    error_message = "Only captured requests and baselines must be readable."
  }

  assert {
    condition     = [for s in jsondecode(data.aws_iam_policy_document.monitoring.json).Statement : s.Resource if contains(flatten([s.Action]), "s3:PutObject")] == ["arn:aws:s3:::acme-staging-capture/reports/*"]
    error_message = "Only reports must be writable."
  }

  assert {
    condition     = toset(one(jsondecode(data.aws_iam_policy_document.monitoring_trust.json).Statement).Condition.ArnLike["aws:SourceArn"]) == toset(["arn:aws:sagemaker:eu-west-1:222222222222:monitoring-schedule/*", "arn:aws:sagemaker:eu-west-1:222222222222:processing-job/*"])
    error_message = "Only monitoring must take the role."
  }
}

run "lets_models_and_monitoring_join_the_own_network_only" {
  command = plan

  assert {
    condition = alltrue([
      for document in [data.aws_iam_policy_document.monitoring.json, data.aws_iam_policy_document.serving.json] : alltrue([
        for sid in ["JoinOwnGroups", "JoinOwnSubnets"] :
        one([for s in jsondecode(document).Statement : s if s.Sid == sid]).Condition.StringEquals == { "aws:ResourceTag/account" = "staging", "aws:ResourceTag/project" = "acme" }
      ])
    ])
    error_message = "Groups and subnets must bear the tags of the account."
  }
}

run "lets_models_join_the_subnets_that_were_there_before" {
  command = plan

  variables {
    joins = { tags = { project = "acme" }, subnet_ids = ["subnet-0a1b2c3d"] }
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.serving.json).Statement : s if s.Sid == "JoinOwnSubnets"]).Resource == "arn:aws:ec2:eu-west-1:222222222222:subnet/subnet-0a1b2c3d"
    error_message = "A brought subnet must be named."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.serving.json).Statement : s if s.Sid == "JoinOwnGroups"]).Condition.StringEquals["aws:ResourceTag/project"] == "acme"
    error_message = "Groups must still bear the tags."
  }
}

run "bounds_every_role_by_the_boundary_of_its_class" {
  command = plan

  assert {
    condition     = alltrue([for role in [aws_iam_role.consumer, aws_iam_role.monitoring, aws_iam_role.serving] : role.permissions_boundary == var.boundary_arns.workload]) && aws_iam_role.deploy.permissions_boundary == var.boundary_arns.delivery
    error_message = "Each role must have its boundary."
  }
}

run "signs_no_test_without_a_key" {
  command = plan

  assert {
    condition     = !strcontains(data.aws_iam_policy_document.test.json, "kms:Sign") && yamldecode(local._buildspecs.test).artifacts.files == ["test-report.json"]
    error_message = "A test that counts nowhere else must be left unsigned."
  }
}

run "lets_the_test_sign_what_it_found" {
  command = plan

  variables {
    signing_key_alias_arn = "arn:aws:kms:eu-west-1:222222222222:alias/acme-staging-test-signing"
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.test.json).Statement : s if s.Sid == "SignTests"]).Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == "alias/acme-staging-test-signing"
    error_message = "The test must sign with its own key."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.test.json).Statement : s if s.Sid == "SignTests"]).Condition.StringEquals == { "kms:MessageType" = ["DIGEST", "RAW"], "kms:SigningAlgorithm" = "ECDSA_SHA_256" }
    error_message = "There must be one way to sign."
  }

  assert {
    condition     = !strcontains(data.aws_iam_policy_document.release.json, "kms:Sign") && !strcontains(data.aws_iam_policy_document.verify.json, "kms:Sign")
    error_message = "Nobody else in a target may sign."
  }

  assert {
    condition     = yamldecode(local._buildspecs.test).artifacts.files == ["test-report.json", "test-report.dsse.json"]
    error_message = "The signed report must be handed on with the report."
  }
}

run "lets_releases_and_verifications_read_what_was_decided" {
  command = plan

  assert {
    condition = alltrue([
      for json in [data.aws_iam_policy_document.release.json, data.aws_iam_policy_document.verify.json] :
      toset([for s in jsondecode(json).Statement : s.Sid if strcontains(s.Sid, "Decisions")]) == toset(["ReadDecisions", "ListDecisions", "DecryptDecisions"])
    ])
    error_message = "Both must check what people decided."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.verify.json).Statement : s if s.Sid == "ReadDecisions"]).Resource == "arn:aws:s3:::acme-lab-decisions/*" && toset(one([for s in jsondecode(data.aws_iam_policy_document.verify.json).Statement : s if s.Sid == "ReadDecisions"]).Action) == toset(["s3:GetObject", "s3:GetObjectVersion"])
    error_message = "Decisions must be read and nothing else."
  }
}
