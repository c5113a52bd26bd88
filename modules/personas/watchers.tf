# People who look after the platform, and people who look at it.

locals {
  _platform_admin = [
    local._read_parameters,
    {
      sid = "UnblockPromotions"
      actions = [
        "codepipeline:RetryStageExecution",
        "codepipeline:StopPipelineExecution",
      ]
      resources = concat(local._promotion_arns, [
        # Every stage but the gate: nobody but a release manager touches that.
        for pair in setproduct(local._promotion_arns, [
          "Bundle", "Production", "Source", "Staging", "Test", "Verify",
        ]) : "${pair[0]}/${pair[1]}"
      ])
    },
    local._read_promotions,
    local._read_runs,
    local._read_jobs,
    local._read_job_logs,
    local._read_packages,
    local._read_builds,
    local._read_build_logs,
    local._list_everything,
    local._read_settings,
  ]

  _auditor = [
    local._read_parameters,
    local._read_promotions,
    local._read_runs,
    local._read_jobs,
    local._read_job_logs,
    local._read_packages,
    local._read_builds,
    local._read_build_logs,
    local._list_everything,
    local._read_settings,
  ]

  _read_builds = {
    sid = "ReadBuilds"
    actions = [
      "codebuild:BatchGetBuilds",
      "codebuild:BatchGetProjects",
      "codebuild:ListBuildsForProject",
    ]
    resources = values(local._project_arns)
  }
  _read_build_logs = {
    sid       = "ReadBuildLogs"
    actions   = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]
    resources = flatten(values(local._project_log_arns))
  }
  _list_everything = {
    sid = "ListEverything"
    actions = [
      "cloudtrail:LookupEvents",
      "cloudwatch:DescribeAlarms",
      "codebuild:ListProjects",
      "codepipeline:ListPipelines",
      "ec2:DescribeFlowLogs",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
      "iam:ListPolicies",
      "iam:ListRoles",
      "kms:ListAliases",
      "kms:ListKeys",
      "logs:DescribeLogGroups",
      "s3:ListAllMyBuckets",
      "sagemaker:ListDomains",
      "sagemaker:ListModelPackageGroups",
      "sagemaker:ListPipelines",
      "ssm:DescribeParameters",
    ]
    resources = ["*"]
  }
  _read_settings = {
    sid = "ReadSettings"
    actions = [
      "ecr:DescribeImageScanFindings",
      "ecr:DescribeImages",
      "ecr:DescribeRepositories",
      "ecr:GetLifecyclePolicy",
      "ecr:GetRepositoryPolicy",
      "ecr:ListImages",
      "events:DescribeRule",
      "events:ListTargetsByRule",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketOwnershipControls",
      "s3:GetBucketPolicy",
      "s3:GetBucketPolicyStatus",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketVersioning",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "sagemaker:DescribeDomain",
      "sagemaker:DescribeUserProfile",
      "sagemaker:GetModelPackageGroupPolicy",
    ]
    resources = concat(
      local._repository_arns,
      values(local._bucket_arns),
      local._group_arns,
      [
        "arn:${local._partition}:events:${local._place}:rule/*",
        "arn:${local._partition}:iam::${var.account.id}:policy/${var.account.prefix}-*",
        "arn:${local._partition}:iam::${var.account.id}:role/${var.account.prefix}-*",
        "arn:${local._partition}:kms:${local._place}:key/*",
        "arn:${local._partition}:sagemaker:${local._place}:domain/*",
        "arn:${local._partition}:sagemaker:${local._place}:user-profile/*",
      ],
    )
  }
}
