# The way of a forecast: an approval in the registry, or newer hours that arrive, start a pipeline
# whose one build checks the version and lets an isolated job forecast with it. Nothing else answers.

locals {
  _arn_end       = "${var.account.region}:${var.account.id}"
  _sagemaker_arn = "arn:${var.account.partition}:sagemaker:${local._arn_end}"

  _pipeline_arns = {
    for model, pipeline in var.pipelines :
    model => "arn:${var.account.partition}:codepipeline:${local._arn_end}:${pipeline.name}"
  }

  # What every build is told; the configuration of an action is text.
  _environment = {
    for model in keys(var.pipelines) : model => jsonencode([
      for name, value in {
        ACCOUNT               = var.account.name
        MODEL                 = model
        PACKAGE_ARN           = "#{variables.PackageArn}"
        PIPELINE_EXECUTION_ID = "#{codepipeline.PipelineExecutionId}"
        PREFIX                = var.organization_prefix
        SERIES_URI            = "#{variables.SeriesUri}"
      } : { name = name, value = value, type = "PLAINTEXT" }
    ])
  }
}

resource "aws_codepipeline" "this" {
  for_each = var.pipelines

  name           = each.value.name
  role_arn       = aws_iam_role.promotion.arn
  pipeline_type  = "V2"
  execution_mode = "QUEUED"
  tags           = var.tags

  artifact_store {
    location = var.artifacts.bucket_name
    type     = "S3"

    encryption_key {
      id   = var.artifacts.key_arn
      type = "KMS"
    }
  }

  variable {
    name          = "PackageArn"
    default_value = "latest-approved"
    description   = "The model package, by its version's ARN, or the latest that is approved; one that is not approved does not forecast."
  }

  variable {
    name        = "SeriesUri"
    description = "The hours to forecast from: an object that people brought for this model, or `registered`, what the version was trained with; an execution without it does not start."
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
    name = "Forecast"

    action {
      name             = "Forecast"
      category         = "Build"
      owner            = "AWS"
      provider         = "CodeBuild"
      version          = "1"
      namespace        = "Forecast"
      input_artifacts  = ["Source"]
      output_artifacts = ["Batch"]

      configuration = {
        ProjectName          = var.build.project_name
        EnvironmentVariables = local._environment[each.key]
      }
    }
  }

  depends_on = [aws_iam_role_policy.promotion]
}
