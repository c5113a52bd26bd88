# What runs by itself: the pipeline, which starts jobs and registers models, and the roles that it
# and jobs.tf describe.

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
  # Names of jobs that a pipeline starts begin so; of tuning jobs, AWS does not say it.
  _job_arns = {
    processing = "${local._sagemaker_arn}:processing-job/pipelines-*"
    training   = "${local._sagemaker_arn}:training-job/pipelines-*"
    tuning     = "${local._sagemaker_arn}:hyper-parameter-tuning-job/*"
  }

  # What SageMaker may act for when it takes a role. AWS asks not to name a single application of
  # Studio; a tuning job's own jobs bear names that it chooses.
  _sources = {
    pipeline   = ["${local._sagemaker_arn}:pipeline/${local._prefix}-*"]
    processing = [local._job_arns.processing]
    training   = [local._job_arns.training]
    tuning     = [local._job_arns.tuning, "${local._sagemaker_arn}:training-job/*"]
  }

  # Every job runs in the private network, isolated, with every byte under a key of our own, on an
  # instance that is listed and not longer than a day. A request that leaves one of these out does
  # not match. Which subnets and groups is decided where a job's role joins them.
  _job_conditions = [
    { test = "ArnLike", variable = "sagemaker:OutputKmsKey", values = [local._own_keys] },
    { test = "ArnLike", variable = "sagemaker:VolumeKmsKey", values = [local._own_keys] },
    { test = "Bool", variable = "sagemaker:InterContainerTrafficEncryption", values = ["true"] },
    { test = "Bool", variable = "sagemaker:NetworkIsolation", values = ["true"] },
    { test = "ForAllValues:StringEquals", variable = "sagemaker:InstanceTypes", values = local._instance_types },
    { test = "Null", variable = "sagemaker:InstanceTypes", values = ["false"] },
    { test = "Null", variable = "sagemaker:VpcSecurityGroupIds", values = ["false"] },
    { test = "Null", variable = "sagemaker:VpcSubnets", values = ["false"] },
    { test = "NumericLessThanEquals", variable = "sagemaker:MaxRuntimeInSeconds", values = ["86400"] },
  ]
  # Whoever wants remote debugging or a warm instance must say so, and is refused.
  _training_conditions = concat(local._job_conditions, [
    { test = "BoolIfExists", variable = "sagemaker:EnableRemoteDebug", values = ["false"] },
    { test = "NumericLessThanEqualsIfExists", variable = "sagemaker:KeepAlivePeriod", values = ["0"] },
  ])
  _instance_types = [
    "ml.c5.2xlarge", "ml.c5.4xlarge", "ml.c5.xlarge",
    "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m5.large", "ml.m5.xlarge",
  ]
  # Patterns, not lists: a policy ends at 10 240 characters, the number of models does not.
  _package_arns = [
    "${local._sagemaker_arn}:model-package-group/${local._prefix}-*",
    "${local._sagemaker_arn}:model-package/${local._prefix}-*/*",
  ]

  _workloads = {
    pipeline = {
      description = "Runs the training pipelines and is their registrar: starts isolated jobs, registers what they made, and leaves approving to a person."
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
          conditions = local._training_conditions
        },
        {
          sid        = "StartIsolatedTuning"
          actions    = ["sagemaker:CreateHyperParameterTuningJob"]
          resources  = [local._job_arns.tuning]
          conditions = local._job_conditions
        },
        {
          sid = "FollowJobs"
          actions = [
            "sagemaker:DescribeHyperParameterTuningJob",
            "sagemaker:DescribeProcessingJob",
            "sagemaker:DescribeTrainingJob",
            "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
            "sagemaker:StopHyperParameterTuningJob",
            "sagemaker:StopProcessingJob",
            "sagemaker:StopTrainingJob",
          ]
          resources = values(local._job_arns)
        },
        {
          sid       = "TagWhatItMakes"
          actions   = ["sagemaker:AddTags"]
          resources = concat(values(local._job_arns), local._package_arns)
          conditions = [{
            test     = "StringEquals"
            variable = "sagemaker:TaggingAction"
            values = [
              "CreateHyperParameterTuningJob", "CreateModelPackage", "CreateProcessingJob", "CreateTrainingJob",
            ]
          }]
        },
        {
          sid       = "PassJobRoles"
          actions   = ["iam:PassRole"]
          resources = [local.roles.processing, local.roles.training, local.roles.tuning]
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
  }
}

module "workload_role" {
  source   = "../../modules/workload-role"
  for_each = merge(local._workloads, local._jobs)

  account             = local.account
  boundary_arn        = local.boundaries.workload
  denials             = each.key == "processing" ? local._no_records : []
  description         = each.value.description
  keys                = each.value.keys
  name                = local.role_names[each.key]
  organization_id     = module.naming.organization_id
  statements          = each.value.statements
  unscoped_statements = each.value.reasons

  trust = {
    services = {
      sagemaker = { principal = "sagemaker.amazonaws.com", source_arns = local._sources[each.key] }
    }
  }
}
