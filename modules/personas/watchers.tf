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
        ], local._rollback_arns, [
        for pair in setproduct(local._rollback_arns, ["Rollback", "Source", "Verify"]) : "${pair[0]}/${pair[1]}"
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
    local._read_findings,
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
    local._read_findings,
    local._read_decisions,
    local._list_decisions,
    {
      sid       = "SeePublicKeys"
      actions   = ["kms:GetPublicKey"]
      resources = local._key_arns
    },
    # Whoever runs the platform is watched by it, and does not read it.
    {
      sid       = "ReadTrail"
      actions   = ["cloudtrail:GetEventSelectors", "cloudtrail:GetTrail", "cloudtrail:GetTrailStatus"]
      resources = ["arn:${local._partition}:cloudtrail:${local._place}:trail/${var.account.prefix}*"]
    },
    {
      sid     = "ReadAuditLogs"
      actions = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]
      resources = flatten([
        for group in ["/aws/cloudtrail/${var.account.prefix}*", "/${var.account.prefix}/*"] : [
          "arn:${local._partition}:logs:${local._place}:log-group:${group}",
          "arn:${local._partition}:logs:${local._place}:log-group:${group}:*",
        ]
      ])
    },
  ]

  _read_findings = {
    sid = "ReadFindings"
    actions = [
      "access-analyzer:GetAnalyzer",
      "access-analyzer:GetFinding",
      "access-analyzer:GetFindingV2",
      "access-analyzer:ListFindings",
      "access-analyzer:ListFindingsV2",
      "cloudwatch:DescribeAlarms",
      "config:DescribeConfigurationRecorderStatus",
      "config:GetComplianceDetailsByConfigRule",
      "guardduty:GetDetector",
      "securityhub:GetEnabledStandards",
      "securityhub:GetFindings",
    ]
    resources = [
      "arn:${local._partition}:access-analyzer:${local._place}:analyzer/*",
      "arn:${local._partition}:cloudwatch:${local._place}:alarm:*",
      "arn:${local._partition}:config:${local._place}:config-rule/*",
      "arn:${local._partition}:config:${local._place}:configuration-recorder/*",
      "arn:${local._partition}:guardduty:${local._place}:detector/*",
      "arn:${local._partition}:securityhub:${local._place}:hub/default",
    ]
  }
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
      "access-analyzer:ListAnalyzers",
      "cloudtrail:DescribeTrails",
      "cloudtrail:LookupEvents",
      "codebuild:ListProjects",
      "codepipeline:ListPipelines",
      "config:DescribeComplianceByConfigRule",
      "config:DescribeConfigRules",
      "ec2:DescribeFlowLogs",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
      "guardduty:GetFindings",
      "guardduty:ListDetectors",
      "guardduty:ListFindings",
      "iam:ListPolicies",
      "iam:ListRoles",
      "kms:ListAliases",
      "kms:ListKeys",
      "logs:DescribeLogGroups",
      "s3:ListAllMyBuckets",
      "sagemaker:ListApps",
      "sagemaker:ListDomains",
      "sagemaker:ListModelPackageGroups",
      "sagemaker:ListPipelines",
      "sagemaker:ListSpaces",
      "sagemaker:ListStudioLifecycleConfigs",
      "sagemaker:ListUserProfiles",
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
      "sagemaker:DescribeStudioLifecycleConfig",
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
        "arn:${local._partition}:sagemaker:${local._place}:studio-lifecycle-config/*",
        "arn:${local._partition}:sagemaker:${local._place}:user-profile/*",
      ],
    )
  }
}
