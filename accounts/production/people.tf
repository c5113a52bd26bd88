# People who look into this account: they decide on releases, run the platform or audit it. Nobody
# builds here, and nobody changes anything by hand.

module "target_personas" {
  source = "../../modules/target-personas"

  account          = local.account
  boundary_arn     = local.boundaries.persona
  evidence         = { bucket_name = local.buckets.evidence, key_alias_arn = local.key_aliases.evidence }
  organization_id  = module.naming.organization_id
  parameter_root   = module.naming.parameter_root
  role_names       = local.role_names
  sign_in_role_arn = module.naming.sign_in_role_arn
  sign_in_tag      = module.naming.sign_in_tag

  people_by_persona = {
    for persona in ["auditor", "platform-admin", "release-manager"] :
    persona => module.naming.people_by_persona[persona]
  }
}
