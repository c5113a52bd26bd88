# What the boundaries let through of each service, by the kinds of things that are laid out: none of
# it reads data or runs anything. Actions of SageMaker are named one by one.

locals {
  # What reads, as far as the kinds of things below do not say it already.
  _boundary_reads = [
    {
      sid = "ReadSettings"
      actions = [
        "codeartifact:Describe*",
        "codebuild:BatchGetProjects", "config:Describe*", "ec2:Describe*", "ec2:Get*Access*",
        "ec2:Get*Default*", "ecr:DescribeRepositories", "events:ListTa*", "guardduty:Describe*",
        "guardduty:List*", "inspector2:BatchGetAcc*", "ecr:GetRegistryS*", "iam:GetRole*", "iam:List*Role*", "kms:DescribeKey", "kms:Get*",
        "kms:ListAliases", "lambda:GetFunction*", "lambda:GetPolicy",
        "lambda:List*", "logs:*LogDeliver*", "logs:Describe*", "s3:Get*Configuration",
        "s3:GetAcc*", "s3:GetBucket*", "s3:ListBucket*", "sagemaker:DescribeApp",
        "sagemaker:DescribeDomain", "sagemaker:DescribeModelPackageGroup",
        "sagemaker:DescribeSpace", "sagemaker:DescribeStudioLifecycleConfig",
        "sagemaker:DescribeUserProfile", "sagemaker:GetModelPackageGroupPolicy",
        "sagemaker:GetSagemakerServicecatalogPortfolioStatus", "sagemaker:ListApps",
        "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListTags",
        "sagemaker:ListUserProfiles", "sns:List*", "ssm:DescribeParameters", "ssm:GetParameter*",
      ]
      resources = ["*"]
    },
  ]
  _boundary_reads_of_plan = [
    {
      sid = "ReadThings"
      actions = concat(local._query_boundary_reads, [
        "access-analyzer:Get*", "access-analyzer:ListTags*", "cloudtrail:DescribeTrails", "cloudtrail:Get*Selectors",
        "cloudtrail:GetTrail*",
        "cloudtrail:ListTags", "cloudwatch:DescribeAlarms", "cloudwatch:ListTags*",
        "codeartifact:Get*Policy", "codeartifact:ListTags*", "codepipeline:GetPipeline",
        "codepipeline:ListTags*", "config:ListTags*", "ecr:Get*Policy", "ecr:ListTags*",
        "events:DescribeRule", "guardduty:GetDetector", "lambda:GetPolicy", "logs:ListTags*",
        "macie2:Describe*", "macie2:Get*Configuration", "macie2:GetMacieSession",
        "macie2:List*", "route53resolver:Get*", "route53resolver:List*",
        "securityhub:Describe*", "securityhub:GetEnabledStandards", "securityhub:ListTags*",
        "kms:ListResourceTags", "sns:Get*Attributes", "sqs:GetQueueAttributes", "sqs:ListQueueTags",
        "ssm:GetServiceSetting", "ssm:ListTags*",
      ])
      resources = ["*"]
    },
  ]

  _boundary_changes = [
    {
      sid = "LayOut"
      actions = concat(local._catalog_boundary_actions, local._query_boundary_actions, [
        "access-analyzer:*Analyzer", "access-analyzer:*Tag*",
        "cloudtrail:*Logging", "cloudtrail:*Selectors", "cloudtrail:*Tags", "cloudtrail:*Trail*",
        "cloudwatch:*Alarm*", "cloudwatch:*Tag*", "codeartifact:*Connection",
        "codeartifact:*Domain", "codeartifact:*Policy", "codeartifact:*Tag*",
        "codeartifact:*eRepository", "codeartifact:AssociateWith*", "codebuild:*Project",
        "codepipeline:*Pipeline", "codepipeline:*Tag*", "config:*Tag*", "config:Delete*",
        "config:Put*", "config:St*", "ec2:*FlowLogs", "ec2:*NetworkAcl*",
        "ec2:*NetworkInterface", "ec2:*RouteTable*", "ec2:*SecurityGroup*", "ec2:*Subnet*",
        "ec2:*Tags", "ec2:*Vpc", "ec2:*VpcA*", "ec2:*VpcB*", "ec2:*VpcE*",
        "ec2:*able*Access", "ec2:*able*Default",
        "ec2:Modify*Defaults", "ecr:*Policy", "ecr:*Tag*", "ecr:*eRepository",
        "ecr:Put*Scanning*", "events:*Rule", "events:*Tag*", "events:*Targets",
        "guardduty:*Detector", "guardduty:*Tag*", "iam:*ServiceLinkedRole*",
        "inspector2:*able", "inspector2:ListAcc*", "inspector2:ListCov*", "kms:*Alias",
        "kms:*KeyDe*", "kms:*Tag*", "kms:CreateKey", "kms:DisableKey", "kms:EnableKey*",
        "kms:PutKeyPolicy", "lambda:*Permission", "lambda:*Tag*", "lambda:CreateFunction",
        "lambda:DeleteFunction*", "lambda:PutFunction*", "lambda:UpdateFunction*",
        "logs:*KmsKey", "logs:*Group", "logs:*MetricFilter", "logs:*Policy", "logs:*Tag*",
        "macie2:*Configuration", "macie2:*Job", "macie2:*Macie*", "macie2:*Tag*",
        "route53:AssociateVPC*", "route53resolver:*Firewall*", "route53resolver:*QueryLog*",
        "route53resolver:*Tag*", "s3:CreateBucket", "s3:DeleteBucket*", "s3:Put*Configuration",
        "s3:PutAcc*Block", "s3:PutBucket*", "sagemaker:????teDomain", "sagemaker:????teStudioL*", "sagemaker:*Tags", "sagemaker:????teUserProfile",
        "sagemaker:CreateModelPackageGroup",
        "sagemaker:DeleteApp",
        "sagemaker:DeleteEndpoint*", "sagemaker:DeleteModel", "sagemaker:DeleteModelPackage*",
        "sagemaker:DeleteSpace",
        "sagemaker:DisableSagemakerServicecatalogPortfolio",
        "sagemaker:PutModelPackageGroupPolicy", "securityhub:*Hub*", "securityhub:*Stand*",
        "securityhub:*Tag*", "sns:*Attributes", "sns:*Tag*", "sns:*Topic", "sns:*ubscribe",
        "sqs:*Queue", "sqs:*QueueAttributes", "sqs:*Tag*", "ssm:*ServiceSetting", "ssm:*Tag*",
        "ssm:DeleteParameter", "ssm:PutParameter",
      ])
      resources = ["*"]
    },
    {
      sid        = "LendKeysToServices"
      actions    = ["kms:CreateGrant"]
      resources  = ["*"]
      conditions = [{ test = "Bool", variable = "kms:GrantIsForAWSResource", values = ["true"] }]
    },
  ]
}
