# The settings of services: what runs, what is announced, what is recorded.

locals {
  _read_service_policies = {
    read-services = [
      {
        sid = "SeeLogsAndAlarms"
        actions = [
          "cloudwatch:DescribeAlarms",
          "cloudwatch:ListTagsForResource",
          "logs:DescribeMetricFilters",
          "logs:ListTagsForResource",
        ]
        resources = local._log_arns
      },
      {
        sid = "FindServices"
        actions = [
          "cloudtrail:DescribeTrails",
          "config:DescribeConfigRules",
          "config:DescribeDeliveryChannels",
          "config:DescribeRetentionConfigurations",
          "ecr:GetRegistryScanningConfiguration",
          "guardduty:ListDetectors",
          "inspector2:BatchGetAccountStatus",
          "logs:DescribeLogGroups",
          "logs:DescribeResourcePolicies",
          "macie2:GetMacieSession",
          "macie2:ListClassificationJobs",
          "sagemaker:GetSagemakerServicecatalogPortfolioStatus",
          "sagemaker:ListApps",
          "sagemaker:ListDomains",
          "sagemaker:ListSpaces",
          "sagemaker:ListUserProfiles",
          "sns:GetSubscriptionAttributes",
        ]
        resources = ["*"]
      },
      {
        sid = "SeeDelivery"
        actions = [
          "codebuild:BatchGetProjects",
          "codepipeline:GetPipeline",
          "codepipeline:ListTagsForResource",
          "events:DescribeRule",
          "events:ListTagsForResource",
          "events:ListTargetsByRule",
          "sns:GetTopicAttributes",
          "sns:ListSubscriptionsByTopic",
          "sns:ListTagsForResource",
          "sqs:GetQueueAttributes",
          "sqs:ListQueueTags",
        ]
        resources = local._delivery_arns
      },
      {
        sid = "SeeFunctions"
        actions = [
          "lambda:GetFunction",
          "lambda:GetFunctionCodeSigningConfig",
          "lambda:GetFunctionConcurrency",
          "lambda:GetFunctionConfiguration",
          "lambda:GetFunctionEventInvokeConfig",
          "lambda:GetPolicy",
          "lambda:ListTags",
          "lambda:ListVersionsByFunction",
        ]
        resources = local._function_arns
      },
      {
        sid = "SeeStudioAndRegistry"
        actions = [
          "sagemaker:DescribeApp",
          "sagemaker:DescribeDomain",
          "sagemaker:DescribeModelPackageGroup",
          "sagemaker:DescribeSpace",
          "sagemaker:DescribeStudioLifecycleConfig",
          "sagemaker:DescribeUserProfile",
          "sagemaker:GetModelPackageGroupPolicy",
          "sagemaker:ListTags",
        ]
        resources = local._sagemaker_arns
      },
      {
        sid = "SeeAudit"
        actions = [
          "access-analyzer:GetAnalyzer",
          "access-analyzer:ListTagsForResource",
          "cloudtrail:GetEventSelectors",
          "cloudtrail:GetInsightSelectors",
          "cloudtrail:GetTrail",
          "cloudtrail:GetTrailStatus",
          "cloudtrail:ListTags",
          "config:DescribeConfigurationRecorderStatus",
          "config:DescribeConfigurationRecorders",
          "config:ListTagsForResource",
          "guardduty:GetDetector",
          "guardduty:ListTagsForResource",
          "macie2:DescribeClassificationJob",
          "macie2:ListTagsForResource",
          "securityhub:DescribeHub",
          "securityhub:GetEnabledStandards",
          "securityhub:ListTagsForResource",
        ]
        resources = local._audit_arns
      },
    ]
  }
}
