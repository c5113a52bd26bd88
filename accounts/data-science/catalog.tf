# What people launch by themselves, and the role of each product that makes it. Templates are read
# in the order of their names; a new version is a new file.

locals {
  _experiment_prefix = "${local._prefix}-x-"
  _experiment_log    = "/${local.account.prefix}/x/"
  _experiment_path   = "${module.naming.parameter_root}/x/"
  _launchers = sort(flatten([
    for persona in ["data-scientist", "lead"] : module.naming.people_by_persona[persona]
  ]))

  # Names that a template cannot know; what is unknown before the apply, it asks of a parameter.
  _experiment_templates = [
    for name in sort(fileset("${path.module}/catalog/experiment", "*.yaml")) :
    replace(replace(replace(file("${path.module}/catalog/experiment/${name}"),
      "<account-prefix>", local.account.prefix),
      "<parameter-root>", module.naming.parameter_root),
    "<prefix>", local._prefix)
  ]
}

module "project_catalog" {
  source   = "../../modules/project-catalog"
  for_each = toset(length(local._launchers) > 0 ? ["this"] : [])

  account              = local.account
  boundary_arn         = local.boundaries.service
  organization_id      = module.naming.organization_id
  tag_options          = { owner = local._launchers }
  template_bucket_name = local.buckets.catalog

  launcher_arns = {
    for persona in ["data-scientist", "lead"] : persona => module.personas.role_arns[persona]
    if length(module.naming.people_by_persona[persona]) > 0
  }
  portfolio = {
    description   = "What people launch by themselves."
    name          = local.account.prefix
    provider_name = local._prefix
  }
  products = {
    experiment = {
      description = "A place to try something out, out of the way of every promotion."
      limits      = { RetentionDays = ["30", "90", "365"] }
      role_name   = local.role_names["experiment-launch"]
      templates   = local._experiment_templates

      statements = [
        {
          sid = "KeepGroups"
          actions = [
            "sagemaker:AddTags",
            "sagemaker:CreateModelPackageGroup",
            "sagemaker:DeleteModelPackageGroup",
            "sagemaker:DescribeModelPackageGroup",
            "sagemaker:GetModelPackageGroupPolicy",
            "sagemaker:ListTags",
          ]
          resources = ["${local._sagemaker_arn}:model-package-group/${local._experiment_prefix}*"]
        },
        {
          sid = "KeepLogs"
          actions = [
            "logs:AssociateKmsKey",
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DescribeIndexPolicies",
            "logs:GetDataProtectionPolicy",
            "logs:ListTagsForResource",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
          ]
          resources = ["arn:${local._partition}:logs:${local._end}:log-group:${local._experiment_log}*"]
        },
        {
          sid = "KeepNames"
          actions = [
            "ssm:AddTagsToResource",
            "ssm:DeleteParameter",
            "ssm:GetParameters",
            "ssm:ListTagsForResource",
            "ssm:PutParameter",
          ]
          resources = ["arn:${local._partition}:ssm:${local._end}:parameter${local._experiment_path}*"]
        },
        {
          sid       = "ReadLogKey"
          actions   = ["ssm:GetParameters"]
          resources = ["arn:${local._partition}:ssm:${local._end}:parameter${module.naming.parameter_root}/keys/logs-arn"]
        },
        { sid = "FindLogs", actions = ["logs:DescribeLogGroups"], resources = ["*"] },
      ]
      unscoped_statements = { FindLogs = "AWS lets this listing name no resource." }
    }
  }
}
