# ARNs of what people work with, built from names.

locals {
  _place     = "${var.account.region}:${var.account.id}"
  _partition = var.account.partition

  _bucket_arns = {
    for purpose, name in var.bucket_names : purpose => "arn:${local._partition}:s3:::${name}"
  }

  # Patterns, not lists: an inline policy ends at 10 240 characters, the number of models does not.
  _named          = "${var.organization_prefix}-*"
  _group_arns     = ["arn:${local._partition}:sagemaker:${local._place}:model-package-group/${local._named}"]
  _package_arns   = ["arn:${local._partition}:sagemaker:${local._place}:model-package/${local._named}/*"]
  _pipeline_arns  = ["arn:${local._partition}:sagemaker:${local._place}:pipeline/${local._named}"]
  _execution_arns = [for arn in local._pipeline_arns : "${arn}/execution/*"]

  # SageMaker names the jobs of a pipeline's steps so.
  _job_arns = [
    "arn:${local._partition}:sagemaker:${local._place}:processing-job/pipelines-*",
    "arn:${local._partition}:sagemaker:${local._place}:training-job/pipelines-*",
  ]
  _job_log_arns = flatten([
    for group in ["ProcessingJobs", "TrainingJobs"] : [
      "arn:${local._partition}:logs:${local._place}:log-group:/aws/sagemaker/${group}",
      "arn:${local._partition}:logs:${local._place}:log-group:/aws/sagemaker/${group}:*",
    ]
  ])

  _forecast_arns  = var.forecasts != null ? ["arn:${local._partition}:codepipeline:${local._place}:${local._named}-forecast"] : []
  _promotion_arns = concat(["arn:${local._partition}:codepipeline:${local._place}:${local._named}-promotion"], local._forecast_arns)
  _rollback_arns  = ["arn:${local._partition}:codepipeline:${local._place}:${local._named}-rollback"]
  # CodePipeline keeps artefacts under the first twenty characters of the pipeline's name.
  _artifact_prefixes = ["${local._named}/*"]
  _artifact_arns     = ["${local._bucket_arns.artifacts}/${local._named}/*"]

  _project_arns = {
    for purpose, name in var.project_names :
    purpose => "arn:${local._partition}:codebuild:${local._place}:project/${name}"
  }
  _project_log_arns = {
    for purpose, name in var.project_names : purpose => [
      "arn:${local._partition}:logs:${local._place}:log-group:/aws/codebuild/${name}",
      "arn:${local._partition}:logs:${local._place}:log-group:/aws/codebuild/${name}:*",
    ]
  }
  _repository_arns = sort([
    for name in values(var.repository_names) :
    "arn:${local._partition}:ecr:${local._place}:repository/${name}"
  ])
  _parameter_arns = [
    "arn:${local._partition}:ssm:${local._place}:parameter${var.parameter_root}/*",
  ]

  # A key is known by its alias before it exists; each release manager signs with one of their own.
  _key_arns           = ["arn:${local._partition}:kms:${local._place}:key/*"]
  _own_approval_alias = "alias/${var.account.prefix}-approval-$${aws:SourceIdentity}"
  _own_decision_arns = [
    "${local._bucket_arns.decisions}/approvals/*/$${aws:SourceIdentity}-*.dsse.json",
    "${local._bucket_arns.decisions}/freezes/$${aws:SourceIdentity}-*.dsse.json",
    "${local._bucket_arns.decisions}/revocations/*/$${aws:SourceIdentity}-*.dsse.json",
    "${local._bucket_arns.decisions}/rollbacks/*/$${aws:SourceIdentity}-*.dsse.json",
  ]

  # What several personas do alike.
  _read_parameters = {
    sid       = "ReadParameters"
    actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    resources = local._parameter_arns
  }
  _read_packages = {
    sid = "ReadPackages"
    actions = [
      "sagemaker:DescribeModelPackage",
      "sagemaker:DescribeModelPackageGroup",
      "sagemaker:ListModelPackages",
    ]
    resources = concat(local._group_arns, local._package_arns)
  }
  _read_evaluations = {
    sid       = "ReadEvaluations"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._bucket_arns.models}/*/*"]
  }
  _list_evaluations = {
    sid       = "ListEvaluations"
    actions   = ["s3:ListBucket"]
    resources = [local._bucket_arns.models]
    conditions = [{
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["*/*"]
    }]
  }
  _read_decisions = {
    sid       = "ReadDecisions"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._bucket_arns.decisions}/*"]
  }
  _list_decisions = {
    sid       = "ListDecisions"
    actions   = ["s3:ListBucket"]
    resources = [local._bucket_arns.decisions]
    conditions = [{
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["approvals/*", "freezes/*", "revocations/*", "rollbacks/*"]
    }]
  }
  _read_promotions = {
    sid = "ReadPromotions"
    actions = [
      "codepipeline:GetPipeline",
      "codepipeline:GetPipelineExecution",
      "codepipeline:GetPipelineState",
      "codepipeline:ListActionExecutions",
      "codepipeline:ListPipelineExecutions",
    ]
    resources = concat(local._promotion_arns, local._rollback_arns)
  }
  _find_branches = {
    sid       = "FindBranches"
    actions   = ["sagemaker:ListModelPackageGroups", "sagemaker:ListPipelines"]
    resources = ["*"]
  }
  _read_runs = {
    sid = "ReadRuns"
    actions = [
      "sagemaker:DescribePipeline",
      "sagemaker:DescribePipelineDefinitionForExecution",
      "sagemaker:DescribePipelineExecution",
      "sagemaker:ListPipelineExecutionSteps",
      "sagemaker:ListPipelineExecutions",
      "sagemaker:ListPipelineParametersForExecution",
    ]
    resources = concat(local._pipeline_arns, local._execution_arns)
  }
  _read_jobs = {
    sid       = "ReadJobs"
    actions   = ["sagemaker:DescribeProcessingJob", "sagemaker:DescribeTrainingJob"]
    resources = local._job_arns
  }
  _read_job_logs = {
    sid       = "ReadJobLogs"
    actions   = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]
    resources = local._job_log_arns
  }

  # What is tried out bears the name of its model behind an x.
  _trial_arns = ["arn:${local._partition}:sagemaker:${local._place}:endpoint/${var.organization_prefix}-x-*"]
  _ask_trials = {
    sid       = "AskTrials"
    actions   = ["sagemaker:InvokeEndpoint"]
    resources = local._trial_arns
  }

  # Studio knows people by their profile, whose name is the source identity of their session. The
  # variable is filled in when a request is decided; without a source identity it matches nothing.
  _own_profile = "arn:${local._partition}:sagemaker:${local._place}:user-profile/*/$${aws:SourceIdentity}"
  _studio_arns = [
    for kind in ["app", "domain", "space"] :
    "arn:${local._partition}:sagemaker:${local._place}:${kind}/*"
  ]
  _work_in_studio = [
    {
      # The private address is there only for a request that came through a VPC endpoint, and is
      # known before the endpoint; the second condition binds as soon as SageMaker sends its key.
      sid       = "OpenOwnProfile"
      actions   = ["sagemaker:CreatePresignedDomainUrl"]
      resources = [local._own_profile]
      conditions = [
        { test = "IpAddress", variable = "aws:VpcSourceIp", values = sort(var.entry_networks) },
        { test = "StringEqualsIfExists", variable = "aws:VpceAccount", values = [var.account.id] },
      ]
    },
    {
      # They are made from Studio itself, with the role of the profile.
      sid       = "EndOwnApplicationsAndSpaces"
      actions   = ["sagemaker:DeleteApp", "sagemaker:DeleteSpace"]
      resources = [for arn in local._studio_arns : arn if !strcontains(arn, ":domain/")]
      conditions = [
        { test = "ArnLike", variable = "sagemaker:OwnerUserProfileArn", values = [local._own_profile] },
        { test = "StringEquals", variable = "sagemaker:SpaceSharingType", values = ["Private"] },
      ]
    },
    {
      sid       = "SeeStudio"
      actions   = ["sagemaker:DescribeApp", "sagemaker:DescribeDomain", "sagemaker:DescribeSpace"]
      resources = local._studio_arns
    },
    {
      sid       = "SeeOwnProfile"
      actions   = ["sagemaker:DescribeUserProfile"]
      resources = [local._own_profile]
    },
    {
      sid = "ListStudio"
      actions = [
        "sagemaker:ListApps",
        "sagemaker:ListDomains",
        "sagemaker:ListSpaces",
        "sagemaker:ListUserProfiles",
      ]
      resources = ["*"]
    },
  ]
}
