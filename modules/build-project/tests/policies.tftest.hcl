# What a build may do and how it runs, rendered by the real provider on fake credentials.

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
  buildspec          = "phases: { build: { commands: [\"true\"] } }"
  encryption_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
  log                = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" }
  output_artifact    = "Released_by_lab"
  policy_json        = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"ReadContract\",\"Effect\":\"Allow\",\"Action\":\"ssm:GetParameters\",\"Resource\":\"arn:aws:ssm:eu-west-1:111111111111:parameter/acme/*\"}]}"
  project            = { name = "acme-lab-bundle", description = "Says what a release consists of." }
  role_name          = "acme-lab-bundle"
  source_store       = { bucket_name = "acme-lab-artifacts", key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts" }
  network = {
    security_group_ids = ["sg-0a1b2c3d"]
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
    vpc_id             = "vpc-0a1b2c3d"
  }
}

run "runs_in_the_private_network_without_privileges" {
  command = plan

  assert {
    condition     = aws_codebuild_project.this.environment[0].privileged_mode == false
    error_message = "A build must not be privileged."
  }

  assert {
    condition     = toset(aws_codebuild_project.this.vpc_config[0].subnets) == toset(var.network.subnet_ids)
    error_message = "A build must run in the private subnets."
  }

  assert {
    condition     = aws_codebuild_project.this.encryption_key == var.encryption_key_arn
    error_message = "What a build hands on must be encrypted with the given key."
  }

  assert {
    condition     = aws_codebuild_project.this.artifacts[0].encryption_disabled == false
    error_message = "Artefacts must be encrypted."
  }
}

run "writes_an_encrypted_log_that_is_kept_for_a_year" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == var.log.key_arn
    error_message = "The log must be encrypted with the given key."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 365
    error_message = "The log must be kept for a year."
  }

  assert {
    condition     = one(one([for s in jsondecode(data.aws_iam_policy_document.logs.json).Statement : s if s.Sid == "WriteOwnLogs"]).Resource[*]) == "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/codebuild/acme-lab-bundle:*"
    error_message = "A build must write to its own log only."
  }
}

run "lets_only_its_own_project_take_the_role" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.trust.json).Statement : s if s.Sid == "AllowOwnProject"]).Condition.ArnEquals["aws:SourceArn"] == "arn:aws:codebuild:eu-west-1:111111111111:project/acme-lab-bundle"
    error_message = "Only the project itself must be trusted."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.trust.json).Statement : s if s.Sid == "AllowOwnProject"]).Condition.StringEquals["aws:SourceAccount"] == "111111111111"
    error_message = "Only this account must be trusted."
  }
}

run "uses_a_key_by_its_alias_and_through_s3_only" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.store.json).Statement : s if s.Sid == "UseStoreKey"]).Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == "alias/acme-lab-artifacts"
    error_message = "The key must be named by its alias."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.store.json).Statement : s if s.Sid == "UseStoreKey"]).Condition.StringEquals["kms:ViaService"] == "s3.eu-west-1.amazonaws.com"
    error_message = "The key must be used through S3 only."
  }
}

run "carries_the_statements_it_is_given" {
  command = plan

  assert {
    condition     = contains(toset(jsondecode(data.aws_iam_policy_document.this.json).Statement[*].Sid), "ReadContract")
    error_message = "The given policy must be part of the role."
  }
}

run "hands_on_its_own_artefact_and_writes_no_other" {
  command = plan

  assert {
    condition = [
      for s in jsondecode(data.aws_iam_policy_document.store.json).Statement : s.Resource
      if contains(flatten([s.Action]), "s3:PutObject")
    ] == ["arn:aws:s3:::acme-lab-artifacts/*/Released_b/*"]
    error_message = "A build must write under the first ten characters of its own artefact's name only."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.store.json).Statement : s if s.Sid == "ReadArtifacts"]).Action) == toset(["s3:GetObject", "s3:GetObjectVersion"])
    error_message = "What others hand on must only be read."
  }
}

run "takes_a_source_of_one_object_and_writes_nothing_there" {
  command = plan

  variables {
    output_artifact = null
    source_store    = merge(var.source_store, { object_key = "source/acme.zip" })
  }

  assert {
    condition     = aws_codebuild_project.this.source[0].location == "acme-lab-artifacts/source/acme.zip"
    error_message = "The source must be the one object."
  }

  assert {
    condition     = aws_codebuild_project.this.artifacts[0].type == "NO_ARTIFACTS"
    error_message = "Without a pipeline there is nothing to hand on."
  }

  assert {
    condition     = toset(one([for s in jsondecode(data.aws_iam_policy_document.store.json).Statement : s if s.Sid == "ReadSource"]).Action) == toset(["s3:GetObject", "s3:GetObjectVersion"])
    error_message = "A source must only be read."
  }

  assert {
    condition     = !contains(flatten([for s in jsondecode(data.aws_iam_policy_document.store.json).Statement : s.Action]), "s3:PutObject")
    error_message = "There must be no permission to write."
  }
}

run "pulls_an_image_of_its_own_registry_with_its_own_role" {
  command = plan

  variables {
    image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme/build@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  assert {
    condition     = aws_codebuild_project.this.environment[0].image_pull_credentials_type == "SERVICE_ROLE"
    error_message = "An image of our own must be pulled with the role."
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.image.json).Statement : s if s.Sid == "PullBuildImage"]).Resource == "arn:aws:ecr:eu-west-1:111111111111:repository/acme/build"
    error_message = "Only that repository must be readable."
  }
}

run "asks_no_registry_for_a_curated_image" {
  command = plan

  assert {
    condition     = !contains(toset(jsondecode(data.aws_iam_policy_document.this.json).Statement[*].Sid), "SignInToImageRegistry")
    error_message = "A curated image needs no registry."
  }
}
