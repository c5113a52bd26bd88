# The role that runs the pipelines: it starts isolated jobs and registers what they made.

locals {
  # Every job runs in the private network, isolated, with every byte under a key of our own, on an
  # instance that is listed and not longer than a day. A request that leaves one of these out does
  # not match.
  _job_conditions = [
    { test = "ArnLike", variable = "sagemaker:OutputKmsKey", values = [local._own_keys] },
    { test = "ArnLike", variable = "sagemaker:VolumeKmsKey", values = [local._own_keys] },
    { test = "Bool", variable = "sagemaker:InterContainerTrafficEncryption", values = ["true"] },
    { test = "Bool", variable = "sagemaker:NetworkIsolation", values = ["true"] },
    {
      test     = "ForAllValues:StringEquals"
      variable = "sagemaker:InstanceTypes"
      values = [
        "ml.c5.2xlarge", "ml.c5.4xlarge", "ml.c5.xlarge",
        "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m5.large", "ml.m5.xlarge",
      ]
    },
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

  _pipeline_statements = [
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
      resources = [local._role_arns.processing, local._role_arns.training, local._role_arns.tuning]
      conditions = [
        { test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] },
      ]
    },
    {
      sid       = "RegisterWithoutDecision"
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
      resources = concat(local._prepared, local._evaluation, local._training, local._tuning)
    },
    { sid = "ListWhatJobsMade", actions = ["s3:ListBucket"], resources = [local._data_arn] },
    { sid = "SeeModelImage", actions = ["ecr:BatchGetImage", "ecr:DescribeImages"], resources = [local._image_arn] },
  ]
}
