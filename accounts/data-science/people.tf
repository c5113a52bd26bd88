# People: the role of each persona, and who holds it.

module "personas" {
  source = "../../modules/personas"

  account             = local.account
  boundary_arn        = local.boundaries.persona
  bucket_names        = local.buckets
  entry_networks      = module.naming.entry_networks
  features            = length(local._groups) == 0 ? null : local.role_names.features
  forecasts           = local._has_forecasts ? module.naming.forecasts_name : null
  gates               = module.naming.approvals.staging > 0 ? ["ApproveStaging/Approve", "Approve/Approve"] : ["Approve/Approve"]
  key_alias_arns      = local.key_aliases
  organization_id     = module.naming.organization_id
  organization_prefix = local.organization.organization.prefix
  parameter_root      = module.naming.parameter_root
  people_by_persona   = module.naming.people_by_persona
  project_names = {
    for purpose, name in local.projects : purpose => name
    if purpose != "forecast" || length(local._forecasts) > 0
  }
  repository_names = local.repositories
  role_names       = local.role_names
  sign_in_role_arn = module.naming.sign_in_role_arn
  sign_in_tag      = module.naming.sign_in_tag
}
