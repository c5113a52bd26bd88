# The way back: production alone, account after account, to a release that each of them keeps. No
# approval stands in it: who may have it so is judged in the target, by a signed word or by the
# registry that rejects what runs.

locals {
  _rollback_arns = {
    for model, pipeline in var.pipelines :
    model => "arn:${var.account.partition}:codepipeline:${local._arn_end}:${pipeline.rollback_name}"
  }

  # By model, account and build.
  _rollback_build = {
    for model, variables in local._variables : model => {
      for account in local._production : account => {
        for build, project in {
          rollback        = var.targets[account].projects.deploy
          verify-rollback = var.targets[account].projects.verify
          } : build => {
          ProjectName   = project
          PrimarySource = "Source"
          EnvironmentVariables = jsonencode([
            for name, value in merge(variables, {
              ACCOUNT  = account
              BUILD    = build
              DECISION = "#{variables.Decision}"
              RELEASE  = "#{variables.Release}"
              WHY      = "#{variables.Why}"
            }) : { name = name, value = value, type = "PLAINTEXT" }
          ])
        }
      }
    }
  }
}

resource "aws_codepipeline" "rollback" {
  for_each = var.pipelines

  name           = each.value.rollback_name
  role_arn       = aws_iam_role.promotion.arn
  pipeline_type  = "V2"
  execution_mode = "QUEUED"
  tags           = var.tags

  # Named for the same reasons as the promotion's.
  artifact_store {
    location = var.artifacts.bucket_name
    type     = "S3"
    region   = length(var.replicas) > 0 ? var.account.region : null

    encryption_key {
      id   = var.artifacts.key_arn
      type = "KMS"
    }
  }

  dynamic "artifact_store" {
    for_each = var.replicas

    content {
      location = artifact_store.value.bucket_name
      type     = "S3"
      region   = artifact_store.key

      encryption_key {
        id   = artifact_store.value.key_arn
        type = "KMS"
      }
    }
  }

  variable {
    name        = "Why"
    description = "command: a release manager has signed a decision; rejected: the registry rejects a package. An execution without it does not start."
  }

  variable {
    name          = "Decision"
    default_value = "none"
    description   = "The name of the signed decision, such as rita-20261201T081530Z."
  }

  variable {
    name          = "PackageArn"
    default_value = "none"
    description   = "The rejected model package, by its version's ARN."
  }

  variable {
    name          = "Release"
    default_value = "last"
    description   = "The release to go back to, by its id; last is the one before that which runs."
  }

  stage {
    name = "Source"

    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "S3"
      version          = "1"
      namespace        = "Source"
      output_artifacts = ["Source"]

      configuration = {
        S3Bucket             = var.source_store.bucket_name
        S3ObjectKey          = var.source_store.object_key
        PollForSourceChanges = "false"
      }
    }
  }

  stage {
    name = "Rollback"

    # One account after the other, as in a promotion.
    dynamic "action" {
      for_each = local._production

      content {
        name             = "${action.value}-Rollback"
        category         = "Build"
        owner            = "AWS"
        provider         = "CodeBuild"
        version          = "1"
        run_order        = action.key + 1
        namespace        = "Rollback_${action.value}"
        role_arn         = var.targets[action.value].deploy_role_arn
        region           = local._regions[action.value]
        input_artifacts  = ["Source"]
        output_artifacts = ["Deployed_${replace(action.value, "-", "_")}"]
        configuration    = local._rollback_build[each.key][action.value].rollback
      }
    }
  }

  stage {
    name = "Verify"

    dynamic "action" {
      for_each = local._production

      content {
        name             = "${action.value}-Verify"
        category         = "Test"
        owner            = "AWS"
        provider         = "CodeBuild"
        version          = "1"
        namespace        = "Verify_${action.value}"
        role_arn         = var.targets[action.value].deploy_role_arn
        region           = local._regions[action.value]
        input_artifacts  = ["Source", "Deployed_${replace(action.value, "-", "_")}"]
        output_artifacts = ["Verified_${replace(action.value, "-", "_")}"]
        configuration    = local._rollback_build[each.key][action.value]["verify-rollback"]
      }
    }
  }

  depends_on = [aws_iam_role_policy.promotion]
}

resource "aws_cloudwatch_event_rule" "rejected" {
  for_each = var.pipelines

  name        = each.value.rollback_name
  description = "A version of model ${each.key} was rejected."
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.sagemaker"]
    detail-type = ["SageMaker Model Package State Change"]
    account     = [var.account.id]
    detail = {
      ModelApprovalStatus   = ["Rejected"]
      ModelPackageGroupName = [each.value.group_name]
    }
  })
}

resource "aws_cloudwatch_event_target" "rollback" {
  for_each = var.pipelines

  rule      = aws_cloudwatch_event_rule.rejected[each.key].name
  target_id = "rollback"
  arn       = aws_codepipeline.rollback[each.key].arn
  role_arn  = aws_iam_role.trigger.arn

  input_transformer {
    input_paths = { package = "$.detail.ModelPackageArn" }
    input_template = join("", [
      "{\"variables\":[{\"name\":\"Why\",\"value\":\"rejected\"},",
      "{\"name\":\"PackageArn\",\"value\":\"<package>\"}]}",
    ])
  }

  depends_on = [aws_iam_role_policy.trigger]
}
