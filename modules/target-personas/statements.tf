# What is looked at, built from names.

locals {
  _partition = var.account.partition
  _place     = "${var.account.region}:${var.account.id}"
  _arns = {
    for service in ["access-analyzer", "cloudtrail", "cloudwatch", "codebuild", "config", "ecr", "events", "guardduty", "kms", "logs", "sagemaker", "securityhub", "ssm"] :
    service => "arn:${local._partition}:${service}:${local._place}"
  }
  _log_actions = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]

  _look = [
    {
      sid       = "ReadParameters"
      actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
      resources = ["${local._arns.ssm}:parameter${var.parameter_root}/*"]
    },
    {
      sid     = "SeeEndpoints"
      actions = ["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel"]
      resources = [
        for kind in ["endpoint", "endpoint-config", "model"] :
        "${local._arns.sagemaker}:${kind}/${var.account.prefix}-*"
      ]
    },
    {
      sid       = "SeeAlarms"
      actions   = ["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms"]
      resources = ["${local._arns.cloudwatch}:alarm:${var.account.prefix}-*"]
    },
    {
      sid       = "SeeMetrics"
      actions   = ["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "sagemaker:ListEndpoints"]
      resources = ["*"]
    },
    {
      sid       = "ReadEndpointLogs"
      actions   = local._log_actions
      resources = local._log_groups["/aws/sagemaker/Endpoints/${var.account.prefix}-*"]
    },
  ]

  _log_groups = {
    for group in [
      "/${var.account.prefix}/*",
      "/aws/cloudtrail/${var.account.prefix}*",
      "/aws/codebuild/${var.account.prefix}-*",
      "/aws/sagemaker/Endpoints/${var.account.prefix}-*",
    ] : group => ["${local._arns.logs}:log-group:${group}", "${local._arns.logs}:log-group:${group}:*"]
  }

  _read_evidence = [
    {
      sid       = "ReadEvidence"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["arn:${local._partition}:s3:::${var.evidence.bucket_name}/*"]
    },
    {
      sid       = "ListEvidence"
      actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
      resources = ["arn:${local._partition}:s3:::${var.evidence.bucket_name}"]
    },
  ]

  _read_audit = [
    {
      sid       = "ReadTrail"
      actions   = ["cloudtrail:GetEventSelectors", "cloudtrail:GetTrail", "cloudtrail:GetTrailStatus"]
      resources = ["${local._arns.cloudtrail}:trail/${var.account.prefix}*"]
    },
    {
      sid     = "ReadAuditLogs"
      actions = local._log_actions
      resources = concat(
        local._log_groups["/${var.account.prefix}/*"],
        local._log_groups["/aws/cloudtrail/${var.account.prefix}*"],
        local._log_groups["/aws/codebuild/${var.account.prefix}-*"],
      )
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
      "config:DescribeConfigurationRecorderStatus",
      "config:GetComplianceDetailsByConfigRule",
      "guardduty:GetDetector",
      "securityhub:GetEnabledStandards",
      "securityhub:GetFindings",
    ]
    resources = [
      "${local._arns["access-analyzer"]}:analyzer/*",
      "${local._arns.config}:config-rule/*",
      "${local._arns.config}:configuration-recorder/*",
      "${local._arns.guardduty}:detector/*",
      "${local._arns.securityhub}:hub/default",
    ]
  }

  _read_settings = {
    sid = "ReadSettings"
    actions = [
      "codebuild:BatchGetBuilds",
      "codebuild:BatchGetProjects",
      "codebuild:ListBuildsForProject",
      "ecr:DescribeImages",
      "ecr:DescribeRepositories",
      "ecr:GetRepositoryPolicy",
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
      "s3:GetBucketPolicy",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketVersioning",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
    ]
    resources = [
      "${local._arns.codebuild}:project/${var.account.prefix}-*",
      "${local._arns.ecr}:repository/${var.account.prefix}/*",
      "${local._arns.events}:rule/*",
      "${local._arns.kms}:key/*",
      "arn:${local._partition}:iam::${var.account.id}:policy/${var.account.prefix}-*",
      "arn:${local._partition}:iam::${var.account.id}:role/${var.account.prefix}-*",
      "arn:${local._partition}:s3:::${var.account.prefix}-*-${var.account.id}",
    ]
  }

  _list_everything = {
    sid = "ListEverything"
    actions = [
      "access-analyzer:ListAnalyzers",
      "cloudtrail:DescribeTrails",
      "cloudtrail:LookupEvents",
      "codebuild:ListProjects",
      "config:DescribeComplianceByConfigRule",
      "config:DescribeConfigRules",
      "ec2:DescribeFlowLogs",
      "ec2:DescribeRouteTables",
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
      "ssm:DescribeParameters",
    ]
    resources = ["*"]
  }
}
