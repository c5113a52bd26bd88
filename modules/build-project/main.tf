# A build with a role of its own, inside the private network. What it runs is laid down here;
# nothing that it fetches can change that.

locals {
  _arn_end     = "${var.account.region}:${var.account.id}"
  _ec2_arn     = "arn:${var.account.partition}:ec2:${local._arn_end}"
  _log_group   = "/aws/codebuild/${var.project.name}"
  _project_arn = "arn:${var.account.partition}:codebuild:${local._arn_end}:project/${var.project.name}"

  # A pipeline hands over artefacts; otherwise the build fetches one object.
  _by_pipeline = var.source_store.object_key == null
  # An image of our own is pulled with the role of the build, a curated one with AWS's.
  _own_image = !startswith(var.image, "aws/codebuild/")
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local._log_group
  kms_key_id        = var.log.key_arn
  retention_in_days = var.log.retention_days
  tags              = var.tags
}

resource "aws_codebuild_project" "this" {
  name           = var.project.name
  description    = var.project.description
  service_role   = aws_iam_role.this.arn
  encryption_key = var.encryption_key_arn
  build_timeout  = var.project.timeout_minutes
  queued_timeout = var.project.queued_timeout_minutes
  tags           = var.tags

  artifacts {
    type                = local._by_pipeline ? "CODEPIPELINE" : "NO_ARTIFACTS"
    encryption_disabled = false
  }

  environment {
    type                        = "LINUX_CONTAINER"
    compute_type                = var.compute_type
    image                       = var.image
    image_pull_credentials_type = local._own_image ? "SERVICE_ROLE" : "CODEBUILD"
    privileged_mode             = false

    dynamic "environment_variable" {
      for_each = var.environment

      content {
        name  = environment_variable.key
        value = environment_variable.value
        type  = "PLAINTEXT"
      }
    }
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.this.name
      status     = "ENABLED"
    }

    s3_logs {
      status = "DISABLED"
    }
  }

  source {
    type      = local._by_pipeline ? "CODEPIPELINE" : "S3"
    location  = local._by_pipeline ? null : "${var.source_store.bucket_name}/${var.source_store.object_key}"
    buildspec = var.buildspec
  }

  vpc_config {
    vpc_id             = var.network.vpc_id
    subnets            = var.network.subnet_ids
    security_group_ids = var.network.security_group_ids
  }

  depends_on = [aws_iam_role_policy.this]
}
