# The roles of jobs, one for each kind: what a job reads and writes is what its kind is for, and
# SageMaker takes the role for jobs of that kind only.

locals {
  # A subnet or a group is ours by the tags that Terraform gives it; a network that was there
  # before has no such tags, and its subnets are known by their ids.
  _subnets_are_ours = local.account.network.vpc_id == null
  _subnet_arns = (
    local._subnets_are_ours
    ? ["${local._ec2_arn}:subnet/*"]
    : [for id in local.account.network.subnet_ids : "${local._ec2_arn}:subnet/${id}"]
  )
  _own_tags = [
    for name in ["account", "project"] :
    { test = "StringEquals", variable = "aws:ResourceTag/${name}", values = [module.naming.default_tags[name]] }
  ]

  # What every job needs: its image, its log, its metrics and the private network.
  _job_statements = {
    for purpose, log_group in { processing = "ProcessingJobs", training = "TrainingJobs", tuning = "TrainingJobs" } : purpose => [
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
        sid        = "JoinOwnGroups"
        actions    = ["ec2:CreateNetworkInterface"]
        resources  = ["${local._ec2_arn}:security-group/*"]
        conditions = local._own_tags
      },
      {
        sid        = "JoinOwnSubnets"
        actions    = ["ec2:CreateNetworkInterface"]
        resources  = local._subnet_arns
        conditions = local._subnets_are_ours ? local._own_tags : []
      },
      {
        sid = "KeepInterfaces"
        actions = [
          "ec2:CreateNetworkInterface",
          "ec2:CreateNetworkInterfacePermission",
          "ec2:DeleteNetworkInterface",
          "ec2:DeleteNetworkInterfacePermission",
        ]
        resources = ["${local._ec2_arn}:network-interface/*"]
      },
    ]
  }
  _job_reasons = {
    SeeNetwork            = "These actions know no resources."
    SignInToImageRegistry = "This action knows no resources."
    WriteJobMetrics       = "This action knows no resources; its namespace is fixed."
  }

  _jobs = {
    processing = {
      description = "Runs the jobs that prepare data and measure models."
      keys = {
        data   = { alias_arn = local.key_aliases.data, grants = true, via_services = ["s3", "sagemaker"] }
        models = { alias_arn = local.key_aliases.models, grants = true, via_services = ["s3", "sagemaker"] }
      }
      reasons = local._job_reasons
      statements = concat(local._job_statements.processing, [
        {
          sid     = "ReadDataAndModels"
          actions = ["s3:GetObject"]
          resources = [
            "${local._data_arn}/raw/*", "${local._data_arn}/*/prepared/*",
            "${local._models_arn}/*/training/*", "${local._models_arn}/*/tuning/*",
          ]
        },
        { sid = "ListDataAndModels", actions = ["s3:ListBucket"], resources = [local._data_arn, local._models_arn] },
        {
          sid       = "WritePreparedDataAndEvaluations"
          actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
          resources = ["${local._data_arn}/*/prepared/*", "${local._models_arn}/*/evaluation/*"]
        },
      ], local._forecast_writing)
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
        # Of a training on spot instances that was interrupted.
        {
          sid       = "ReadCheckpoints"
          actions   = ["s3:GetObject"]
          resources = ["${local._models_arn}/*/training/*/checkpoints/*"]
        },
        {
          sid       = "WriteModels"
          actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
          resources = ["${local._models_arn}/*/training/*"]
        },
      ])
    }
    tuning = {
      description = "Runs the jobs that try hyperparameters."
      keys = {
        data   = { alias_arn = local.key_aliases.data, access = "decrypt", via_services = ["s3"] }
        models = { alias_arn = local.key_aliases.models, grants = true, via_services = ["s3", "sagemaker"] }
      }
      reasons = local._job_reasons
      statements = concat(local._job_statements.tuning, [
        {
          sid       = "ReadPreparedData"
          actions   = ["s3:GetObject"]
          resources = ["${local._data_arn}/*/prepared/*"]
        },
        { sid = "ListData", actions = ["s3:ListBucket"], resources = [local._data_arn, local._models_arn] },
        {
          sid       = "WriteTrials"
          actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
          resources = ["${local._models_arn}/*/tuning/*"]
        },
      ])
    }
  }
}
