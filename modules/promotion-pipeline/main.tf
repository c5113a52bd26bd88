# The way of a release: from the registry through staging and its tests, past a person, to
# production. Every action in another account is taken with that account's own role.

locals {
  _arn_end = "${var.account.region}:${var.account.id}"

  _staging    = sort([for name, target in var.targets : name if target.kind == "staging"])
  _production = sort([for name, target in var.targets : name if target.kind == "production"])

  _pipeline_arns = {
    for model, pipeline in var.pipelines :
    model => "arn:${var.account.partition}:codepipeline:${local._arn_end}:${pipeline.name}"
  }

  # A bucket for the artefacts in each region in which an action runs.
  _stores = merge({ (var.account.region) = var.artifacts }, var.replicas)
  # An action in the pipeline's own region names none.
  _regions = {
    for name, target in var.targets : name => target.region == var.account.region ? null : target.region
  }

  # Where whoever decides sees what ran. https://docs.aws.amazon.com/general/latest/gr/rande.html
  _console = lookup({
    aws-cn     = "console.amazonaws.cn"
    aws-us-gov = "console.amazonaws-us-gov.com"
  }, var.account.partition, "${var.account.region}.console.aws.amazon.com")

  # What people are asked at the gate of a stage.
  _asks = {
    for model, pipeline in var.pipelines : model => {
      for stage, accounts in { staging = local._staging, production = local._production } : stage => {
        NotificationArn                = local._topic_arn
        ExternalEntityLink             = "https://${local._console}/codesuite/codepipeline/pipelines/${pipeline.name}/executions/#{codepipeline.PipelineExecutionId}/timeline?region=${var.account.region}"
        CustomData = join(" ", [
          "Release of model ${model} to ${join(", ", accounts)}: package #{variables.PackageArn}.",
          "All about it: gatehouse release dossier ${model} --execution #{codepipeline.PipelineExecutionId} --out dossier",
        ])
      }
    }
  }

  # What every build is told; the configuration of an action is text.
  _variables = {
    for model in keys(var.pipelines) : model => {
      MODEL                 = model
      PACKAGE_ARN           = "#{variables.PackageArn}"
      PIPELINE_EXECUTION_ID = "#{codepipeline.PipelineExecutionId}"
      PREFIX                = var.organization_prefix
    }
  }
  _environment = {
    for model, variables in local._variables : model => {
      for account in concat([var.account.name], keys(var.targets)) : account => jsonencode([
        for name, value in merge(variables, { ACCOUNT = account }) :
        { name = name, value = value, type = "PLAINTEXT" }
      ])
    }
  }
  # What production judges a release by; a build takes five inputs at most.
  _judged = concat(
    ["Source", "Release"],
    [for staging in local._staging : "Tested_${replace(staging, "-", "_")}"],
  )
  # What verification keeps as evidence beside that, as far as its inputs go.
  _verified = {
    for name in local._production : name => concat(
      local._judged,
      ["Deployed_${replace(name, "-", "_")}"],
      [for staging in local._staging : "Deployed_${replace(staging, "-", "_")}"],
    )
  }
  # By model, account and purpose (deploy, test, verify).
  _build = {
    for model in keys(var.pipelines) : model => {
      for account, target in var.targets : account => {
        for purpose, project in target.projects : purpose => {
          ProjectName          = project
          PrimarySource        = "Source"
          EnvironmentVariables = local._environment[model][account]
        }
      }
    }
  }
}

resource "aws_codepipeline" "this" {
  for_each = var.pipelines

  name           = each.value.name
  role_arn       = aws_iam_role.promotion.arn
  pipeline_type  = "V2"
  execution_mode = "QUEUED"
  tags           = var.tags

  # Not one of the generated ones: what those are made from a plan does not tell, and a reviewer
  # could not see whose key protects the artefacts.
  artifact_store {
    location = var.artifacts.bucket_name
    type     = "S3"
    # A pipeline in one region must not name it, one in several must.
    region = length(var.replicas) > 0 ? var.account.region : null

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
    name        = "PackageArn"
    description = "The approved model package, by its version's ARN; an execution without it does not start."
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
    name = "Bundle"

    action {
      name             = "Bundle"
      category         = "Build"
      owner            = "AWS"
      provider         = "CodeBuild"
      version          = "1"
      namespace        = "Bundle"
      input_artifacts  = ["Source"]
      output_artifacts = ["Release"]

      configuration = {
        ProjectName          = var.bundle.project_name
        EnvironmentVariables = local._environment[each.key][var.account.name]
      }
    }
  }

  # Before staging people decide only where the organisation wants them to.
  dynamic "stage" {
    for_each = toset(var.approval.before_staging ? ["ApproveStaging"] : [])

    content {
      name = stage.value

      action {
        name               = "Approve"
        category           = "Approval"
        owner              = "AWS"
        provider           = "Manual"
        version            = "1"
        timeout_in_minutes = var.approval.timeout_minutes
        configuration      = local._asks[each.key].staging
      }
    }
  }

  stage {
    name = "Staging"

    dynamic "action" {
      for_each = local._staging

      content {
        name             = "${action.value}-Deploy"
        category         = "Build"
        owner            = "AWS"
        provider         = "CodeBuild"
        version          = "1"
        namespace        = "Deploy_${action.value}"
        role_arn         = var.targets[action.value].deploy_role_arn
        region           = local._regions[action.value]
        input_artifacts  = ["Source", "Release"]
        output_artifacts = ["Deployed_${replace(action.value, "-", "_")}"]
        configuration    = local._build[each.key][action.value].deploy
      }
    }
  }

  stage {
    name = "Test"

    dynamic "action" {
      for_each = local._staging

      content {
        name             = "${action.value}-Test"
        category         = "Test"
        owner            = "AWS"
        provider         = "CodeBuild"
        version          = "1"
        namespace        = "Test_${action.value}"
        role_arn         = var.targets[action.value].deploy_role_arn
        region           = local._regions[action.value]
        input_artifacts  = ["Source", "Release"]
        output_artifacts = ["Tested_${replace(action.value, "-", "_")}"]
        configuration    = local._build[each.key][action.value].test
      }
    }
  }

  stage {
    name = "Approve"

    action {
      name               = "Approve"
      category           = "Approval"
      owner              = "AWS"
      provider           = "Manual"
      version            = "1"
      timeout_in_minutes = var.approval.timeout_minutes

      configuration = local._asks[each.key].production
    }
  }

  stage {
    name = "Production"

    # One account after the other: what fails in the first never reaches the second.
    dynamic "action" {
      for_each = local._production

      content {
        name             = "${action.value}-Deploy"
        category         = "Build"
        owner            = "AWS"
        provider         = "CodeBuild"
        version          = "1"
        run_order        = action.key + 1
        namespace        = "Deploy_${action.value}"
        role_arn         = var.targets[action.value].deploy_role_arn
        region           = local._regions[action.value]
        input_artifacts  = local._judged
        output_artifacts = ["Deployed_${replace(action.value, "-", "_")}"]
        configuration    = local._build[each.key][action.value].deploy
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
        input_artifacts  = slice(local._verified[action.value], 0, min(5, length(local._verified[action.value])))
        output_artifacts = ["Verified_${replace(action.value, "-", "_")}"]
        configuration    = local._build[each.key][action.value].verify
      }
    }
  }

  depends_on = [aws_iam_role_policy.promotion]
}
