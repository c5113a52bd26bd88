# Who may plan and apply: jobs of the forge by their exact subject, and platform admins by name.

locals {
  # Null where the account keeps none.
  _features  = length(module.naming.feature_groups) > 0 ? try(module.naming.role_names[var.account].features, null) : null
  _forecasts = length(module.naming.forecast_pipelines) > 0
  # Nobody asks for forecasts in a target.
  _asked_forecasts = one([
    for name in [module.naming.forecasts_name] : { has_dashboard = module.naming.dashboard != null, name = name }
    if local._forecasts && local.account.kind == "data-science"
  ])
  _builders = concat(["branch-model-build", "bundle", "model-build", "release", "test", "verify"], local._forecasts ? ["forecast"] : [])
  _carriers = concat(["promotion"], local._forecasts ? ["forecast-promotion"] : [])
  _triggers = concat(["model-build-trigger", "promotion-trigger"], local._forecasts ? ["forecast-trigger"] : [])

  # The roles that Terraform hands to services, by service.
  _passed_roles = {
    "cloudtrail.amazonaws.com"   = ["trail"]
    "codebuild.amazonaws.com"    = [for purpose in local._builders : purpose if can(local.roles[purpose])]
    "codepipeline.amazonaws.com" = [for purpose in local._carriers : purpose if can(local.roles[purpose])]
    "events.amazonaws.com"       = [for purpose in local._triggers : purpose if can(local.roles[purpose])]
    "lambda.amazonaws.com" = concat(
      ["detective", "detective-*"],
      [for purpose in ["training-trigger", "trial-function"] : purpose if can(local.roles[purpose])],
      local._features == null ? [] : ["features"],
    )
    "sagemaker.amazonaws.com" = concat(
      local.account.kind == "data-science" ? ["studio", "studio-*"] : [],
      local._features == null ? [] : ["features-pipeline", "features-store"],
    )
    "servicecatalog.amazonaws.com" = (
      local.account.kind == "data-science" ? ["experiment-launch"] : []
    )
    "vpc-flow-logs.amazonaws.com" = ["flow-log"]
  }

  _network = local.account.network
  _end     = "${local.account.region}:${local.account.id}"
  # A network that was brought along is put into, and never changed.
  _given_network_arns = [
    for id in concat(
      compact([try(local._network.vpc_id, null)]),
      try(coalesce(local._network.subnet_ids, []), []),
      try(coalesce(local._network.route_table_ids, []), []),
    ) :
    "arn:${local._partition}:ec2:${local._end}:${local._id_types[split("-", id)[0]]}/${id}"
  ]
  _id_types = { rtb = "route-table", subnet = "subnet", vpc = "vpc" }
}

# An AWS account has one provider of an issuer's identities, however many accounts of ours share it.
resource "aws_iam_openid_connect_provider" "forge" {
  count = module.naming.keeps_account_settings ? 1 : 0

  url            = "https://${module.naming.forge.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

module "deployment_access" {
  source = "../../modules/deployment-access"

  account        = local.account
  features       = local._features
  forecasts      = local._asked_forecasts
  boundary_arns  = values(module.naming.boundary_arns[var.account])
  forge          = module.naming.forge
  network_arns   = local._given_network_arns
  organization   = { id = module.naming.organization_id, prefix = local.organization.organization.prefix }
  parameter_root = module.naming.parameter_root
  state          = local._state

  template_bucket_name = one(values(local._template_buckets))

  # Artefacts of a promotion into another region stand there.
  further_regions = local.account.kind != "data-science" ? [] : sort(setsubtract(
    [for name in module.naming.target_accounts : module.naming.accounts[name].region],
    [local.account.region],
  ))

  # A release is signed where it was built; in production its tests count as well.
  signing_account_ids = local.account.kind == "data-science" ? [] : sort(distinct([
    for name in concat(
      [module.naming.data_science_account],
      local.account.kind == "production" ? module.naming.staging_accounts : [],
    ) : module.naming.accounts[name].id
  ]))

  passed_roles = {
    for service, purposes in local._passed_roles : service => [
      for purpose in purposes :
      "arn:${local._partition}:iam::${local.account.id}:role/${local.account.prefix}-${purpose}"
    ] if length(purposes) > 0
  }
  sign_in = {
    role_arn          = module.naming.sign_in_role_arn
    source_identities = module.naming.people_by_persona["platform-admin"]
  }
}
