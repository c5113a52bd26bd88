# What may be touched, by the names that the platform gives; where AWS gives the name, by type
# within this account and region.

locals {
  _bucket_arns = ["arn:${local._partition}:s3:::${local._ours}-${local._id}"]
  _key_places = [
    for region in distinct(concat([var.account.region], var.further_regions)) :
    "arn:${local._partition}:kms:${region}:${local._id}"
  ]
  _key_arns   = [for place in local._key_places : "${place}:key/*"]
  _alias_arns = [for place in local._key_places : "${place}:alias/${local._ours}"]

  _repository_arns = ["arn:${local._partition}:ecr:${local._end}:repository/${var.account.prefix}/*"]
  _package_arns = [
    "arn:${local._partition}:codeartifact:${local._end}:domain/${local._ours}",
    "arn:${local._partition}:codeartifact:${local._end}:repository/${local._ours}/*",
  ]

  _network_types = [
    "network-acl", "route-table", "security-group", "security-group-rule", "subnet", "vpc",
    "vpc-endpoint", "vpc-flow-log",
  ]
  _network_arns = [
    for type in local._network_types : "arn:${local._partition}:ec2:${local._end}:${type}/*"
  ]
  _resolver_arns = [
    for type in [
      "firewall-config", "firewall-domain-list", "firewall-rule-group",
      "firewall-rule-group-association", "resolver-query-log-config",
    ] : "arn:${local._partition}:route53resolver:${local._end}:${type}/*"
  ]

  _log_arns = [
    "arn:${local._partition}:cloudwatch:${local._end}:alarm:${local._all_ours}",
    "arn:${local._partition}:logs:${local._end}:log-group:/${local._ours}",
    "arn:${local._partition}:logs:${local._end}:log-group:/${var.account.prefix}/*",
    "arn:${local._partition}:logs:${local._end}:log-group:/aws/codebuild/${local._ours}",
    "arn:${local._partition}:logs:${local._end}:log-group:/aws/lambda/${local._ours}",
    "arn:${local._partition}:logs:${local._end}:log-group:/aws/sagemaker/*",
  ]
  _delivery_arns = [
    "arn:${local._partition}:codebuild:${local._end}:project/${local._ours}",
    "arn:${local._partition}:codepipeline:${local._end}:${local._all_ours}",
    "arn:${local._partition}:events:${local._end}:rule/${local._all_ours}",
    "arn:${local._partition}:sns:${local._end}:${local._all_ours}",
    "arn:${local._partition}:sqs:${local._end}:${local._ours}",
  ]
  _function_arns = ["arn:${local._partition}:lambda:${local._end}:function:${local._ours}"]
  _sagemaker_arns = concat(
    [
      for type in ["app", "domain", "space", "user-profile"] :
      "arn:${local._partition}:sagemaker:${local._end}:${type}/*"
    ],
    [
      for type in ["model-package", "model-package-group", "studio-lifecycle-config"] :
      "arn:${local._partition}:sagemaker:${local._end}:${type}/${local._all_ours}"
    ],
  )
  # What is tried out where models are built bears no account's name.
  _serving_arns = [
    for pair in setproduct(["endpoint", "endpoint-config", "model"], [local._ours, "${var.organization.prefix}-x-*"]) :
    "arn:${local._partition}:sagemaker:${local._end}:${pair[0]}/${pair[1]}"
  ]
  _audit_arns = [
    "arn:${local._partition}:access-analyzer:${local._end}:analyzer/${local._all_ours}",
    "arn:${local._partition}:cloudtrail:${local._end}:trail/${local._all_ours}",
    "arn:${local._partition}:config:${local._end}:config-rule/*",
    "arn:${local._partition}:config:${local._end}:configuration-recorder/*",
    "arn:${local._partition}:config:${local._end}:conformance-pack/${local._all_ours}",
    "arn:${local._partition}:guardduty:${local._end}:detector/*",
    "arn:${local._partition}:macie2:${local._end}:classification-job/*",
    "arn:${local._partition}:securityhub:${local._end}:hub/default",
  ]

  # Things that AWS names by itself are ours by the tags that the provider puts on everything.
  _tagged = [
    for name, value in { account = var.account.name, project = var.organization.prefix } :
    { test = "StringEquals", variable = "aws:ResourceTag/${name}", values = [value] }
  ]
  _tagging = [
    for name, value in { account = var.account.name, project = var.organization.prefix } :
    { test = "StringEquals", variable = "aws:RequestTag/${name}", values = [value] }
  ]
}
