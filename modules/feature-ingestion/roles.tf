# The roles of an ingestion: the pipeline that starts the one job, the job itself, and Feature
# Store's own hand.

locals {
  _ec2      = "arn:${var.account.partition}:ec2:${local._arn_end}"
  _own_keys = "arn:${var.account.partition}:kms:${local._arn_end}:key/*"
  # Jobs that a pipeline starts are called so by SageMaker.
  _job_arn = "${local._sagemaker}:processing-job/pipelines-*"

  _role_arns = {
    for purpose in ["pipeline", "processing", "store"] :
    purpose => "arn:${var.account.partition}:iam::${var.account.id}:role/${var.name}-${purpose}"
  }

  # An isolated job in the private network, with every byte under a key of our own. A request that
  # leaves one of these out does not match.
  _job_conditions = concat(local._named_network, [
    { test = "ArnLike", variable = "sagemaker:OutputKmsKey", values = [local._own_keys] },
    { test = "ArnLike", variable = "sagemaker:VolumeKmsKey", values = [local._own_keys] },
    { test = "Bool", variable = "sagemaker:InterContainerTrafficEncryption", values = ["true"] },
    { test = "Bool", variable = "sagemaker:NetworkIsolation", values = ["true"] },
    { test = "ForAllValues:StringEquals", variable = "sagemaker:InstanceTypes", values = ["ml.m5.large"] },
    { test = "Null", variable = "sagemaker:InstanceTypes", values = ["false"] },
    { test = "Null", variable = "sagemaker:VpcSecurityGroupIds", values = ["false"] },
    { test = "Null", variable = "sagemaker:VpcSubnets", values = ["false"] },
    { test = "NumericLessThanEquals", variable = "sagemaker:MaxRuntimeInSeconds", values = ["3600"] },
  ])

  # A network that is made together with the roles has ids that a plan does not know: it is known
  # by its tags, where the job's role joins it.
  _is_tagged = var.network.tags != null
  _named_network = [
    for condition in [
      { test = "ForAllValues:StringEquals", variable = "sagemaker:VpcSecurityGroupIds", values = var.network.security_group_ids },
      { test = "ForAllValues:StringEquals", variable = "sagemaker:VpcSubnets", values = var.network.subnet_ids },
    ] : condition if !local._is_tagged
  ]
  _own_tags = [
    for name, value in coalesce(var.network.tags, {}) :
    { test = "StringEquals", variable = "aws:ResourceTag/${name}", values = [value] }
  ]
  _joining = concat(
    [
      for statement in [{
        sid     = "JoinNetwork"
        actions = ["ec2:CreateNetworkInterface"]
        resources = concat(
          [for id in var.network.security_group_ids : "${local._ec2}:security-group/${id}"],
          [for id in var.network.subnet_ids : "${local._ec2}:subnet/${id}"],
        )
        conditions = []
      }] : statement if !local._is_tagged
    ],
    [
      for statement in [
        {
          sid        = "JoinOwnGroups"
          actions    = ["ec2:CreateNetworkInterface"]
          resources  = ["${local._ec2}:security-group/*"]
          conditions = local._own_tags
        },
        {
          sid        = "JoinOwnSubnets"
          actions    = ["ec2:CreateNetworkInterface"]
          resources  = var.network.has_own_subnets ? ["${local._ec2}:subnet/*"] : [for id in var.network.subnet_ids : "${local._ec2}:subnet/${id}"]
          conditions = [for condition in local._own_tags : condition if var.network.has_own_subnets]
        },
      ] : statement if local._is_tagged
    ],
  )

  _roles = {
    processing = {
      description = "Runs the jobs that check rows and write them as records."
      sources     = [local._job_arn]
      keys        = { data = { alias_arn = var.data_key.alias_arn, grants = true, via_services = ["s3", "sagemaker"] } }
      reasons = {
        SeeNetwork            = "These actions know no resources."
        SignInToImageRegistry = "This action knows no resources."
        WriteJobMetrics       = "This action knows no resources; its namespace is fixed."
      }
      statements = concat(local._joining, [
        {
          sid       = "ReadArrivals"
          actions   = ["s3:GetObject"]
          resources = ["${local._bucket_arn}/features/*/accepted/*"]
        },
        { sid = "ListBucket", actions = ["s3:ListBucket"], resources = [local._bucket_arn] },
        {
          sid       = "WriteRecordsAndReports"
          actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
          resources = ["${local._bucket_arn}/features/*/reports/*", "${local._bucket_arn}/features/*/store/*"]
        },
        {
          sid       = "PullImage"
          actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
          resources = [local._image_repository_arn]
        },
        { sid = "SignInToImageRegistry", actions = ["ecr:GetAuthorizationToken"], resources = ["*"] },
        {
          sid       = "WriteJobLogs"
          actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
          resources = ["arn:${var.account.partition}:logs:${local._arn_end}:log-group:/aws/sagemaker/ProcessingJobs:*"]
        },
        {
          sid        = "WriteJobMetrics"
          actions    = ["cloudwatch:PutMetricData"]
          resources  = ["*"]
          conditions = [{ test = "StringEquals", variable = "cloudwatch:namespace", values = ["/aws/sagemaker/ProcessingJobs"] }]
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
          sid = "KeepInterfaces"
          actions = [
            "ec2:CreateNetworkInterface",
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
          ]
          resources = ["${local._ec2}:network-interface/*"]
        },
      ])
    }
    pipeline = {
      description = "Starts the isolated job of an ingestion, and nothing else."
      sources     = [for name in values(local._pipelines) : "${local._sagemaker}:pipeline/${name}"]
      keys        = {}
      reasons     = {}
      statements = [
        {
          sid        = "StartIsolatedJob"
          actions    = ["sagemaker:CreateProcessingJob"]
          resources  = [local._job_arn]
          conditions = local._job_conditions
        },
        {
          sid       = "FollowJob"
          actions   = ["sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"]
          resources = [local._job_arn]
        },
        {
          sid        = "TagJob"
          actions    = ["sagemaker:AddTags"]
          resources  = [local._job_arn]
          conditions = [{ test = "StringEquals", variable = "sagemaker:TaggingAction", values = ["CreateProcessingJob"] }]
        },
        {
          sid        = "PassJobRole"
          actions    = ["iam:PassRole"]
          resources  = [local._role_arns.processing]
          conditions = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] }]
        },
      ]
    }
    store = {
      description = "Lets Feature Store write records that it is given by itself."
      sources     = [for name in values(local._pipelines) : "${local._sagemaker}:feature-group/${name}"]
      keys        = { data = { alias_arn = var.data_key.alias_arn, via_services = ["s3"] } }
      reasons     = {}
      statements = [
        { sid = "SeeBucket", actions = ["s3:GetBucketAcl"], resources = [local._bucket_arn] },
        { sid = "WriteRecords", actions = ["s3:PutObject"], resources = ["${local._bucket_arn}/features/*/store/*"] },
      ]
    }
  }
}

module "role" {
  source   = "../workload-role"
  for_each = local._roles

  account             = var.account
  boundary_arn        = var.boundary_arns.workload
  description         = each.value.description
  keys                = each.value.keys
  name                = "${var.name}-${each.key}"
  organization_id     = var.organization_id
  statements          = each.value.statements
  tags                = var.tags
  unscoped_statements = each.value.reasons

  trust = {
    services = {
      sagemaker = { principal = "sagemaker.amazonaws.com", source_arns = each.value.sources }
    }
  }
}
