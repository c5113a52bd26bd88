# People who make models and the code that makes them.

locals {
  _data_scientist = concat(local._work_in_studio, local._launch_products, local._see_forecasts, local._use_features, local._ask_in_sql, [
    local._read_parameters,
    {
      sid = "BringData"
      actions = [
        "s3:AbortMultipartUpload",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ]
      resources = [for prefix in var.data_prefixes : "${local._bucket_arns.data}/${prefix}*"]
    },
    {
      sid       = "ListData"
      actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
      resources = [local._bucket_arns.data]
      conditions = [{
        test     = "StringLike"
        variable = "s3:prefix"
        values   = [for prefix in var.data_prefixes : "${prefix}*"]
      }]
    },
    {
      sid = "RunTraining"
      actions = [
        "sagemaker:RetryPipelineExecution",
        "sagemaker:StartPipelineExecution",
        "sagemaker:StopPipelineExecution",
      ]
      resources = concat(local._pipeline_arns, local._execution_arns)
    },
    local._ask_trials,
    local._read_runs,
    local._read_jobs,
    local._read_job_logs,
    local._read_packages,
    local._read_evaluations,
    local._list_evaluations,
    local._read_promotions,
    local._find_branches,
  ])

  _ml_engineer = concat(local._work_in_studio, [
    local._read_parameters,
    {
      sid       = "PublishSource"
      actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
      resources = ["${local._bucket_arns.source}/source/*"]
    },
    {
      sid       = "ListSource"
      actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
      resources = [local._bucket_arns.source]
      conditions = [{
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["source/*"]
      }]
    },
    {
      sid       = "SignInToRegistry"
      actions   = ["ecr:GetAuthorizationToken"]
      resources = ["*"]
    },
    {
      sid = "PublishImages"
      actions = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:ListImages",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ]
      resources = local._repository_arns
    },
    {
      # A build that brings its own instructions, image, source or role would act with the
      # project's rights and somebody else's code.
      sid       = "StartModelBuild"
      actions   = ["codebuild:StartBuild"]
      resources = local._build_arns
      conditions = concat(
        [for key in local._build_overrides : { test = "Null", variable = key, values = ["true"] }],
        # True without any variable too, which is meant: then the project's own values hold.
        [{
          test     = "ForAllValues:StringEquals"
          variable = "codebuild:environment.environmentVariables.name"
          values   = ["MODEL"]
        }],
      )
    },
    {
      sid       = "FollowModelBuild"
      actions   = ["codebuild:BatchGetBuilds", "codebuild:ListBuildsForProject", "codebuild:StopBuild"]
      resources = local._build_arns
    },
    {
      sid       = "ReadBuildLogs"
      actions   = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]
      resources = local._build_log_arns
    },
    local._find_branches,
    local._read_runs,
    local._read_jobs,
    local._read_job_logs,
    local._read_packages,
    local._read_promotions,
  ])

  # The build of the models' pipelines, and that of the pipelines of experiment branches.
  _build_arns     = [for purpose, arn in local._project_arns : arn if endswith(purpose, "model-build")]
  _build_log_arns = flatten([for purpose, arns in local._project_log_arns : arns if endswith(purpose, "model-build")])

  _build_overrides = [
    "codebuild:artifacts",
    "codebuild:artifacts.location",
    "codebuild:cache",
    "codebuild:encryptionKey",
    "codebuild:environment.certificate",
    "codebuild:environment.fleet.fleetArn",
    "codebuild:environment.image",
    "codebuild:environment.privilegedMode",
    "codebuild:environment.registryCredential",
    "codebuild:logsConfig",
    "codebuild:secondaryArtifacts",
    "codebuild:secondarySources",
    "codebuild:serviceRole",
    "codebuild:source",
    "codebuild:source.auth.resource",
    "codebuild:source.buildspec",
    "codebuild:source.location",
  ]
}
