# The place where people build models, and what the holders of each persona see from there.

locals {
  studio_role_names = module.naming.studio_role_names[var.account]
  studio_roles      = module.naming.studio_role_arns[var.account]
  scientists_in_studio = [
    for person in module.naming.people_by_persona["data-scientist"] : local.studio_roles[person]
  ]

  _studio_reasons = { FindPipelines = "Lists have no resources." }
  _follow_work = [
    {
      sid       = "FindPipelines"
      actions   = ["sagemaker:ListModelPackageGroups", "sagemaker:ListPipelines"]
      resources = ["*"]
    },
    {
      sid = "FollowPipelines"
      actions = [
        "sagemaker:DescribePipeline",
        "sagemaker:DescribePipelineExecution",
        "sagemaker:ListPipelineExecutionSteps",
        "sagemaker:ListPipelineExecutions",
      ]
      resources = ["${local._sagemaker_arn}:pipeline/${local._prefix}-*"]
    },
    {
      sid       = "SeePackages"
      actions   = ["sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup", "sagemaker:ListModelPackages"]
      resources = local._package_arns
    },
  ]
}

module "studio" {
  source = "../../modules/studio"

  account           = local.account
  boundary_arn      = local.boundaries.persona
  default_role_name = local.role_names.studio
  entry_networks    = module.naming.entry_networks
  key_alias_arn     = local.key_aliases.studio
  kms_key_arn       = module.key["studio"].key_arn
  lifecycle_script  = file("${path.module}/../../modules/studio/lifecycle/prepare.sh")
  organization_id   = module.naming.organization_id
  people            = module.naming.people
  role_names        = local.studio_role_names
  security_group_id = one(local.network.security_group_ids)
  subnet_ids        = local.network.subnet_ids
  vpc_id            = local.network.vpc_id

  access = {
    data-scientist = {
      keys = { data = { alias_arn = local.key_aliases.data, via_services = ["s3"] } }
      statements = concat(local._follow_work, [
        { sid = "ReadRawData", actions = ["s3:GetObject"], resources = ["${local._data_arn}/raw/*"] },
        { sid = "ListData", actions = ["s3:ListBucket"], resources = [local._data_arn] },
        { sid = "AskTrials", actions = ["sagemaker:InvokeEndpoint"], resources = ["${local._sagemaker_arn}:endpoint/${local._prefix}-x-*"] },
      ])
      unscoped_statements = local._studio_reasons
    }
    lead        = { statements = local._follow_work, unscoped_statements = local._studio_reasons }
    ml-engineer = { statements = local._follow_work, unscoped_statements = local._studio_reasons }
  }
  package_source = {
    domain_name     = module.package_source.domain_name
    repository_name = module.package_source.repository_name
  }
  # What a person makes in Studio is tagged like their profile.
  tags = { cost-centre = module.naming.business_unit, data-class = "confidential" }
}
