# What runs by itself: the pipeline that starts jobs, the jobs, and the applications of Studio.

locals {
  _end           = "${local.account.region}:${local.account.id}"
  _partition     = local.account.partition
  _prefix        = local.organization.organization.prefix
  _sagemaker_arn = "arn:${local._partition}:sagemaker:${local._end}"
  _ec2_arn       = "arn:${local._partition}:ec2:${local._end}"
  _own_keys      = "arn:${local._partition}:kms:${local._end}:key/*"
  _data_arn      = "arn:${local._partition}:s3:::${local.buckets.data}"
  _models_arn    = "arn:${local._partition}:s3:::${local.buckets.models}"
  _image_arn     = "arn:${local._partition}:ecr:${local._end}:repository/${local.repositories.model}"
  # Names of jobs that a pipeline starts begin so.
  _job_arns = {
    processing = "${local._sagemaker_arn}:processing-job/pipelines-*"
    training   = "${local._sagemaker_arn}:training-job/pipelines-*"
  }

  # What SageMaker may act for when it takes a role. AWS asks not to name a single application of
  # Studio; a tuning job's own jobs bear names that it chooses.
  _sources = {
    pipeline   = ["${local._sagemaker_arn}:pipeline/${local._prefix}-*"]
    processing = [local._job_arns.processing]
    studio     = ["${local._sagemaker_arn}:*"]
    training   = [local._job_arns.training]
  }

  # What every job needs: its image, its log, its metrics and the private network.
  _job_statements = {
    for purpose, log_group in { processing = "ProcessingJobs", training = "TrainingJobs" } : purpose => [
      {
        sid       = "PullModelImage"
        actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        resources = [local._image_arn]
      },
      { sid = "SignInToImageRegistry", actions = ["ecr:GetAuthorizationToken"], resources = ["*"] },
      {
        sid       = "WriteJobLogs"
        actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        resources = ["arn:${local._partition}:logs:${local._end}:log-group:/aws/sagemaker/${log_group}:*"]
      },
      {
        sid        = "WriteJobMetrics"
        actions    = ["cloudwatch:PutMetricData"]
        resources  = ["*"]
        conditions = [{ test = "StringEquals", variable = "cloudwatch:namespace", values = ["/aws/sagemaker/${log_group}"] }]
      },
      {
        sid = "SeeNetwork"
        actions = [
          "ec2:DescribeDhcpOptions",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcs",
        ]
        resources = ["*"]
      },
      {
        sid = "JoinPrivateNetwork"
        actions = [
          "ec2:CreateNetworkInterface",
          "ec2:CreateNetworkInterfacePermission",
          "ec2:DeleteNetworkInterface",
          "ec2:DeleteNetworkInterfacePermission",
        ]
        resources = [for kind in ["network-interface", "security-group", "subnet"] : "${local._ec2_arn}:${kind}/*"]
      },
    ]
  }
  _job_reasons = {
    SeeNetwork            = "These actions know no resources."
    SignInToImageRegistry = "This action knows no resources."
    WriteJobMetrics       = "This action knows no resources; its namespace is fixed."
  }

  # Every job runs in the private network, isolated, with every byte under a key of our own.
  _job_conditions = [
    { test = "ArnLike", variable = "sagemaker:OutputKmsKey", values = [local._own_keys] },
    { test = "ArnLike", variable = "sagemaker:VolumeKmsKey", values = [local._own_keys] },
    { test = "Bool", variable = "sagemaker:InterContainerTrafficEncryption", values = ["true"] },
    { test = "Bool", variable = "sagemaker:NetworkIsolation", values = ["true"] },
    { test = "Null", variable = "sagemaker:VpcSecurityGroupIds", values = ["false"] },
    { test = "Null", variable = "sagemaker:VpcSubnets", values = ["false"] },
  ]
  # Patterns, not lists: a policy ends at 10 240 characters, the number of models does not.
  _package_arns = [
    "${local._sagemaker_arn}:model-package-group/${local._prefix}-*",
    "${local._sagemaker_arn}:model-package/${local._prefix}-*/*",
  ]

  _workloads = {
    pipeline = {
      description = "Runs the training pipelines: starts isolated jobs and registers what they made, for a person to approve."
      keys = {
        data   = { alias_arn = local.key_aliases.data, grants = true, via_services = ["s3", "sagemaker"] }
        models = { alias_arn = local.key_aliases.models, grants = true, via_services = ["s3", "sagemaker"] }
      }
      reasons = {}
      statements = [
        {
          sid        = "StartIsolatedProcessing"
          actions    = ["sagemaker:CreateProcessingJob"]
          resources  = [local._job_arns.processing]
          conditions = local._job_conditions
        },
        {
          sid        = "StartIsolatedTraining"
          actions    = ["sagemaker:CreateTrainingJob"]
          resources  = [local._job_arns.training]
          conditions = local._job_conditions
        },
        {
          sid = "FollowJobs"
          actions = [
            "sagemaker:AddTags",
            "sagemaker:DescribeProcessingJob",
            "sagemaker:DescribeTrainingJob",
            "sagemaker:StopProcessingJob",
            "sagemaker:StopTrainingJob",
          ]
          resources = values(local._job_arns)
        },
        {
          sid       = "PassJobRoles"
          actions   = ["iam:PassRole"]
          resources = [local.roles.processing, local.roles.training]
          conditions = [
            { test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] },
          ]
        },
        {
          sid       = "RegisterForApproval"
          actions   = ["sagemaker:CreateModelPackage"]
          resources = local._package_arns
          conditions = [
            { test = "StringEquals", variable = "sagemaker:ModelApprovalStatus", values = ["PendingManualApproval"] },
          ]
        },
        {
          sid       = "SeePackages"
          actions   = ["sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup"]
          resources = local._package_arns
        },
        {
          sid       = "ReadWhatJobsMade"
          actions   = ["s3:GetObject"]
          resources = ["${local._data_arn}/*/prepared/*", "${local._models_arn}/*"]
        },
        { sid = "ListWhatJobsMade", actions = ["s3:ListBucket"], resources = [local._data_arn, local._models_arn] },
        { sid = "SeeModelImage", actions = ["ecr:BatchGetImage", "ecr:DescribeImages"], resources = [local._image_arn] },
      ]
    }
    processing = {
      description = "Runs the jobs that prepare data and measure models."
      keys = {
        data   = { alias_arn = local.key_aliases.data, grants = true, via_services = ["s3", "sagemaker"] }
        models = { alias_arn = local.key_aliases.models, grants = true, via_services = ["s3", "sagemaker"] }
      }
      reasons = local._job_reasons
      statements = concat(local._job_statements.processing, [
        {
          sid       = "ReadDataAndModels"
          actions   = ["s3:GetObject"]
          resources = ["${local._data_arn}/raw/*", "${local._data_arn}/*/prepared/*", "${local._models_arn}/*/training/*"]
        },
        { sid = "ListDataAndModels", actions = ["s3:ListBucket"], resources = [local._data_arn, local._models_arn] },
        {
          sid       = "WritePreparedDataAndEvaluations"
          actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
          resources = ["${local._data_arn}/*/prepared/*", "${local._models_arn}/*/evaluation/*"]
        },
      ])
    }
    studio = {
      description = "Runs the applications of Studio: looks at data, models and pipelines, and changes none of them."
      keys = {
        data   = { alias_arn = local.key_aliases.data, access = "decrypt", via_services = ["s3"] }
        studio = { alias_arn = local.key_aliases.studio, grants = true, via_services = ["sagemaker"] }
      }
      reasons = { FindPipelines = "Lists have no resources." }
      statements = [
        { sid = "ReadRawData", actions = ["s3:GetObject"], resources = ["${local._data_arn}/raw/*"] },
        { sid = "ListData", actions = ["s3:ListBucket"], resources = [local._data_arn] },
        {
          sid       = "FindPipelines"
          actions   = ["sagemaker:ListModelPackageGroups", "sagemaker:ListPipelines"]
          resources = ["*"]
        },
        {
          sid = "FollowPipelines"
          actions = [
            "sagemaker:DescribePipeline",
            "sagemaker:DescribePipelineExecution",
            "sagemaker:ListPipelineExecutionSteps",
            "sagemaker:ListPipelineExecutions",
          ]
          resources = ["${local._sagemaker_arn}:pipeline/${local._prefix}-*"]
        },
        {
          sid       = "SeePackages"
          actions   = ["sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup", "sagemaker:ListModelPackages"]
          resources = local._package_arns
        },
      ]
    }
    training = {
      description = "Runs the jobs that train models."
      keys = {
        data   = { alias_arn = local.key_aliases.data, access = "decrypt", via_services = ["s3"] }
        models = { alias_arn = local.key_aliases.models, grants = true, via_services = ["s3", "sagemaker"] }
      }
      reasons = local._job_reasons
      statements = concat(local._job_statements.training, [
        {
          sid       = "ReadPreparedData"
          actions   = ["s3:GetObject"]
          resources = ["${local._data_arn}/*/prepared/*"]
        },
        { sid = "ListData", actions = ["s3:ListBucket"], resources = [local._data_arn, local._models_arn] },
        {
          sid       = "WriteModels"
          actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
          resources = ["${local._models_arn}/*/training/*"]
        },
      ])
    }
  }
}

module "workload_role" {
  source   = "../../modules/workload-role"
  for_each = local._workloads

  account             = local.account
  boundary_arn        = each.key == "studio" ? local.boundaries.persona : local.boundaries.workload
  description         = each.value.description
  keys                = each.value.keys
  name                = local.role_names[each.key]
  organization_id     = module.naming.organization_id
  statements          = each.value.statements
  unscoped_statements = each.value.reasons

  trust = {
    services = {
      sagemaker = {
        principal            = "sagemaker.amazonaws.com"
        sets_source_identity = each.key == "studio"
        source_arns          = local._sources[each.key]
      }
    }
  }
}
