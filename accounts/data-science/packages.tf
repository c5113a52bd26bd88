# Python packages for builds and notebooks, which cannot reach the internet.

locals {
  # Roles that act in the network and install packages; nobody else has a token.
  _package_readers = toset(["bundle", "model-build"])

  _package_policies = merge(
    { for purpose in local._package_readers : local.role_names[purpose] => module.package_source.read_policy_json },
    { for name in values(local.studio_role_names) : name => module.package_source.read_policy_json },
    { (local.role_names["ml-engineer"]) = module.package_source.publish_policy_json },
  )
}

module "package_source" {
  source = "../../modules/package-source"

  account         = local.account
  domain_name     = module.naming.package_domain_name
  kms_key_arn     = module.key["packages"].key_arn
  organization_id = module.naming.organization_id
  publishers      = [local.roles["ml-engineer"]]
  readers = concat(
    [for purpose in local._package_readers : local.roles[purpose]],
    values(local.studio_roles),
  )
}

resource "aws_iam_role_policy" "packages" {
  for_each = local._package_policies

  name   = "packages"
  role   = each.key
  policy = each.value

  depends_on = [
    module.model_build,
    module.personas,
    module.promotion_pipeline,
    module.studio,
    module.workload_role,
  ]
}
