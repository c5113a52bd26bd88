# What each AWS service is called, which names it answers to in DNS, and which of its actions work
# in the network may pass. Whatever changes a service's policies, keys or settings is not listed.

locals {
  _domain = "${var.account.region}.amazonaws.com"

  _image_actions = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:ListImages",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
  ]

  _catalogue = {
    athena = {
      domains = ["athena.${local._domain}"]
      actions = [
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
      ]
    }
    "codeartifact.api" = {
      domains = ["codeartifact.${local._domain}"]
      actions = [
        "codeartifact:GetAuthorizationToken",
        "codeartifact:GetRepositoryEndpoint",
      ]
    }
    "codeartifact.repositories" = {
      domains = ["*.d.codeartifact.${local._domain}"]
      # Nothing that runs in the network publishes.
      actions = ["codeartifact:ReadFromRepository"]
    }
    codebuild = {
      domains = ["codebuild.${local._domain}"]
      actions = [
        "codebuild:BatchGetBuilds",
        "codebuild:BatchGetProjects",
        "codebuild:ListBuildsForProject",
        "codebuild:StartBuild",
        "codebuild:StopBuild",
      ]
    }
    codepipeline = {
      domains = ["codepipeline.${local._domain}"]
      actions = [
        "codepipeline:GetPipeline",
        "codepipeline:GetPipelineExecution",
        "codepipeline:GetPipelineState",
        "codepipeline:ListActionExecutions",
        "codepipeline:ListPipelineExecutions",
      ]
    }
    "ecr.api" = { domains = ["api.ecr.${local._domain}"], actions = local._image_actions }
    "ecr.dkr" = { domains = ["*.dkr.ecr.${local._domain}"], actions = local._image_actions }
    events    = { domains = ["events.${local._domain}"], actions = ["events:PutEvents"] }
    kms = {
      domains = ["kms.${local._domain}"]
      actions = [
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:GetPublicKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        "kms:Sign",
        "kms:Verify",
      ]
    }
    logs = {
      domains = ["logs.${local._domain}"]
      actions = [
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:PutLogEvents",
      ]
    }
    monitoring = {
      domains = ["monitoring.${local._domain}"]
      actions = [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DescribeAlarmHistory",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
        "cloudwatch:GetMetricStatistics",
        "cloudwatch:ListMetrics",
        "cloudwatch:ListTagsForResource",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:PutMetricData",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ]
    }
    "sagemaker.api" = {
      domains = ["api.sagemaker.${local._domain}"]
      actions = local._sagemaker_actions
    }
    "sagemaker.featurestore-runtime" = {
      domains = ["featurestore-runtime.sagemaker.${local._domain}"]
      actions = [
        "sagemaker:BatchGetRecord",
        "sagemaker:DeleteRecord",
        "sagemaker:GetRecord",
        "sagemaker:PutRecord",
      ]
    }
    "sagemaker.runtime" = {
      domains = ["runtime.sagemaker.${local._domain}"]
      actions = [
        "sagemaker:InvokeEndpoint",
        "sagemaker:InvokeEndpointAsync",
        "sagemaker:InvokeEndpointWithResponseStream",
      ]
    }
    secretsmanager = {
      domains = ["secretsmanager.${local._domain}"]
      actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    }
    sns = { domains = ["sns.${local._domain}"], actions = ["sns:Publish"] }
    ssm = {
      domains = ["ssm.${local._domain}"]
      actions = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    }
    sts = {
      domains = ["sts.${local._domain}"]
      actions = [
        "sts:AssumeRole",
        "sts:GetCallerIdentity",
        "sts:GetServiceBearerToken",
        "sts:SetSourceIdentity",
        "sts:TagSession",
      ]
    }
    # The endpoint of Studio carries the way into one's own profile; its domain is not AWS's usual.
    studio = {
      domains = ["*.studio.${var.account.region}.sagemaker.aws"]
      actions = ["sagemaker:CreatePresignedDomainUrl"]
    }
  }

  _services = merge(
    {
      for service, settings in local._catalogue : service => merge(settings, {
        name = (
          # The endpoint of Studio is named the other way round.
          service == "studio"
          ? "aws.sagemaker.${var.account.region}.studio"
          : "com.amazonaws.${var.account.region}.${service}"
        )
      })
    },
    {
      s3 = {
        actions = local._object_actions
        domains = ["s3.${local._domain}", "*.s3.${local._domain}"]
        name    = "com.amazonaws.${var.account.region}.s3"
      }
    },
  )
}
