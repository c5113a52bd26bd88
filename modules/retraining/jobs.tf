# The roles of jobs, one for each kind, and of who brings data: what each reads and writes is what it
# is for.

locals {
  _own_tags = [
    for name, value in var.joins.tags :
    { test = "StringEquals", variable = "aws:ResourceTag/${name}", values = [value] }
  ]
  _subnet_arns = (
    var.joins.subnet_ids == null
    ? ["${local._ec2_arn}:subnet/*"]
    : [for id in var.joins.subnet_ids : "${local._ec2_arn}:subnet/${id}"]
  )

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
        conditions = var.joins.subnet_ids == null ? local._own_tags : []
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

  _job_key = {
    data = { alias_arn = var.data.key_alias_arn, grants = true, via_services = ["s3", "sagemaker"] }
  }
  _list_data = { sid = "ListData", actions = ["s3:ListBucket"], resources = [local._data_arn] }
  _roles = {
    pipeline = {
      description = "Runs the pipelines that train what was promoted as code: starts isolated jobs and registers what they made."
      keys        = local._job_key
      reasons     = {}
      statements  = local._pipeline_statements
    }
    processing = {
      description = "Runs the jobs that prepare the account's own data and measure models."
      keys        = local._job_key
      reasons     = local._job_reasons
      statements = concat(local._job_statements.processing, [
        {
          sid       = "ReadDataAndModels"
          actions   = ["s3:GetObject"]
          resources = concat(local._raw, local._prepared, local._training, local._tuning)
        },
        local._list_data,
        {
          sid       = "WritePreparedDataAndEvaluations"
          actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
          resources = concat(local._prepared, local._evaluation)
        },
      ])
    }
    training = {
      description = "Runs the jobs that train models on the account's own data."
      keys        = local._job_key
      reasons     = local._job_reasons
      statements = concat(local._job_statements.training, [
        # Checkpoints too, of a training on spot instances that was interrupted.
        { sid = "ReadPreparedData", actions = ["s3:GetObject"], resources = concat(local._prepared, local._training) },
        local._list_data,
        { sid = "WriteModels", actions = ["s3:AbortMultipartUpload", "s3:PutObject"], resources = local._training },
      ])
    }
    tuning = {
      description = "Runs the jobs that try hyperparameters on the account's own data."
      keys        = local._job_key
      reasons     = local._job_reasons
      statements = concat(local._job_statements.tuning, [
        { sid = "ReadPreparedData", actions = ["s3:GetObject"], resources = local._prepared },
        local._list_data,
        { sid = "WriteTrials", actions = ["s3:AbortMultipartUpload", "s3:PutObject"], resources = local._tuning },
      ])
    }
  }

  # What SageMaker may act for when it takes a role; a tuning job's own jobs bear names that it chooses.
  _sources = {
    pipeline   = local._pipeline_arns
    processing = [local._job_arns.processing]
    training   = [local._job_arns.training]
    tuning     = [local._job_arns.tuning, "${local._sagemaker_arn}:training-job/*"]
  }
}

module "role" {
  source   = "../workload-role"
  for_each = local._roles

  account             = var.account
  boundary_arn        = var.boundary_arn
  description         = each.value.description
  keys                = each.value.keys
  name                = var.role_names[each.key]
  organization_id     = var.organization_id
  statements          = each.value.statements
  tags                = var.tags
  unscoped_statements = each.value.reasons

  trust = {
    services = {
      sagemaker = { principal = "sagemaker.amazonaws.com", source_arns = local._sources[each.key] }
    }
  }
}

# Whoever brings data writes it and reads none of it, not even what they have written.
module "loader" {
  source = "../workload-role"

  account         = var.account
  boundary_arn    = var.boundary_arn
  description     = "Brings the account's own data to train on, and reads none of it."
  name            = var.role_names.data-loader
  organization_id = var.organization_id
  tags            = var.tags

  statements = [
    { sid = "BringData", actions = ["s3:PutObject"], resources = local._raw },
    {
      sid       = "EncryptData"
      actions   = ["kms:GenerateDataKey"]
      resources = [local._own_keys]
      conditions = [
        { test = "ForAnyValue:StringEquals", variable = "kms:ResourceAliases", values = [local._key_alias] },
        { test = "StringEquals", variable = "kms:ViaService", values = [local._s3] },
      ]
    },
  ]

  trust = {
    roles = {
      sign-in = {
        identity_tag      = var.loaders.sign_in_tag
        role_arns         = [var.loaders.sign_in_role_arn]
        source_identities = var.loaders.names
      }
    }
  }
}
