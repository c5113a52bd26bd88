# What Terraform reads to compare what is with what is meant: settings, never data, never a secret.

locals {
  _read_policies = {
    read-network = [
      {
        sid = "SeeNetwork"
        actions = [
          "ec2:DescribeAccountAttributes",
          "ec2:DescribeAvailabilityZones",
          "ec2:DescribeFlowLogs",
          "ec2:DescribeManagedPrefixLists",
          "ec2:DescribeNetworkAcls",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribePrefixLists",
          "ec2:DescribeRouteTables",
          "ec2:DescribeSecurityGroupRules",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeTags",
          "ec2:DescribeVpcBlockPublicAccessOptions",
          "ec2:DescribeVpcEndpoints",
          "ec2:DescribeVpcs",
          "ec2:GetEbsEncryptionByDefault",
          "ec2:GetImageBlockPublicAccessState",
          "ec2:GetInstanceMetadataDefaults",
          "ec2:GetSerialConsoleAccessStatus",
          "ec2:GetSnapshotBlockPublicAccessState",
        ]
        resources = ["*"]
      },
      {
        sid       = "SeeSettingsOfNetworks"
        actions   = ["ec2:DescribeVpcAttribute"]
        resources = ["arn:${local._partition}:ec2:${local._end}:vpc/*"]
      },
      {
        sid = "SeeNameResolution"
        actions = [
          "route53resolver:GetFirewallConfig",
          "route53resolver:GetFirewallDomainList",
          "route53resolver:GetFirewallRuleGroup",
          "route53resolver:GetFirewallRuleGroupAssociation",
          "route53resolver:GetResolverQueryLogConfig",
          "route53resolver:ListFirewallDomains",
          "route53resolver:ListFirewallRules",
          "route53resolver:ListTagsForResource",
        ]
        resources = local._resolver_arns
      },
      {
        sid = "FindNameResolution"
        actions = [
          "route53resolver:GetResolverQueryLogConfigAssociation",
          "route53resolver:ListFirewallConfigs",
          "route53resolver:ListFirewallDomainLists",
          "route53resolver:ListFirewallRuleGroupAssociations",
          "route53resolver:ListFirewallRuleGroups",
          "route53resolver:ListResolverQueryLogConfigAssociations",
          "route53resolver:ListResolverQueryLogConfigs",
        ]
        resources = ["*"]
      },
    ]

    read-platform = [
      {
        sid = "SeeBuckets"
        actions = [
          "s3:GetAccelerateConfiguration",
          "s3:GetBucketAcl",
          "s3:GetBucketCORS",
          "s3:GetBucketLocation",
          "s3:GetBucketLogging",
          "s3:GetBucketNotification",
          "s3:GetBucketObjectLockConfiguration",
          "s3:GetBucketOwnershipControls",
          "s3:GetBucketPolicy",
          "s3:GetBucketPolicyStatus",
          "s3:GetBucketPublicAccessBlock",
          "s3:GetBucketRequestPayment",
          "s3:GetBucketTagging",
          "s3:GetBucketVersioning",
          "s3:GetBucketWebsite",
          "s3:GetEncryptionConfiguration",
          "s3:GetLifecycleConfiguration",
          "s3:GetReplicationConfiguration",
          "s3:ListBucket",
        ]
        resources = local._bucket_arns
      },
      {
        sid       = "SeeAccountOfBuckets"
        actions   = ["kms:ListAliases", "s3:GetAccountPublicAccessBlock", "ssm:DescribeParameters"]
        resources = ["*"]
      },
      {
        sid = "SeeKeys"
        actions = [
          "kms:DescribeKey",
          "kms:GetKeyPolicy",
          "kms:GetKeyRotationStatus",
          "kms:ListResourceTags",
        ]
        resources = local._key_arns
      },
      {
        sid = "SeeRepositories"
        actions = [
          "ecr:DescribeRepositories",
          "ecr:GetLifecyclePolicy",
          "ecr:GetRepositoryPolicy",
          "ecr:ListTagsForResource",
        ]
        resources = local._repository_arns
      },
      {
        sid = "SeePackages"
        actions = [
          "codeartifact:DescribeDomain",
          "codeartifact:DescribeRepository",
          "codeartifact:GetDomainPermissionsPolicy",
          "codeartifact:GetRepositoryPermissionsPolicy",
          "codeartifact:ListTagsForResource",
        ]
        resources = local._package_arns
      },
      {
        sid = "SeeRoles"
        actions = [
          "iam:GetRole",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies",
          "iam:ListInstanceProfilesForRole",
          "iam:ListRolePolicies",
          "iam:ListRoleTags",
        ]
        resources = [
          "arn:${local._partition}:iam::${local._id}:role/${local._ours}",
          "arn:${local._partition}:iam::${local._id}:role/aws-service-role/*",
        ]
      },
      {
        sid     = "SeeParameters"
        actions = ["ssm:GetParameter", "ssm:GetParameters", "ssm:ListTagsForResource"]
        resources = [
          "arn:${local._partition}:ssm:${local._end}:parameter${var.parameter_root}/*",
          # What a function of ours reads its settings from bears the function's name.
          "arn:${local._partition}:ssm:${local._end}:parameter/${local._ours}",
        ]
      },
      {
        sid       = "SeeServiceSettings"
        actions   = ["ssm:GetServiceSetting"]
        resources = ["arn:${local._partition}:ssm:${local._end}:servicesetting/ssm/*"]
      },
    ]
  }
}
