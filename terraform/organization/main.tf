# The guardrails of the organisation, rendered from policies/guardrails and attached by unit.

module "guardrails" {
  source = "../../modules/guardrails"

  policies = local.policies
  prefix   = local.organization.prefix
  targets  = local.targets
}
