# What records, judges and tells, and what stops that which slipped past the guardrails. All of it
# exists once for the AWS account, whichever account entries share it.

locals {
  _audit = toset(module.naming.keeps_account_settings ? ["this"] : [])

  # Every account entry of this AWS account: only one where accounts are not shared.
  _sharing = [
    for name, account in module.naming.accounts : name if account.id == local.account.id
  ]
  _detective_name = "${local.account.prefix}-detective"
  detective_role_arn = (
    "arn:${local.account.partition}:iam::${local.account.id}:role/${local._detective_name}"
  )

  # The role of Macie's own with which it reads what it looks into.
  macie_role_arn = join("", [
    "arn:${local.account.partition}:iam::${local.account.id}:role/aws-service-role/",
    "macie.amazonaws.com/AWSServiceRoleForAmazonMacie",
  ])
}

module "audit_trail" {
  source   = "../../modules/audit-trail"
  for_each = local._audit

  account      = local.account
  boundary_arn = local.boundaries.service
  bucket_name  = module.bucket["trail"].name
  kms_key_arn  = module.key["audit"].key_arn
  log          = { key_arn = module.key["logs"].key_arn }
  name         = local.account.prefix
  role_name    = "${local.account.prefix}-trail"

  data_bucket_names = flatten([
    for name in local._sharing : [
      for purpose, bucket in module.naming.bucket_names[name] : bucket
      if !contains(["configuration", "logs", "trail"], purpose)
    ]
  ])
}

module "security_alarms" {
  source   = "../../modules/security-alarms"
  for_each = local._audit

  account             = local.account
  kms_key_arn         = module.key["audit"].key_arn
  log_group_name      = module.audit_trail[each.key].log_group_name
  publisher_role_arns = local.alarm_publishers
  topic_name          = "${local.account.prefix}-security"

  emails = {
    for name in concat(
      module.naming.people_by_persona["platform-admin"],
      module.naming.people_by_persona["auditor"],
    ) : name => module.naming.people[name].email
  }
  # A release changes endpoints through one role, a trial through another, and nobody else does.
  promotion_role_arns = [
    for pair in setproduct(local._sharing, ["release", "trial-function"]) : module.naming.role_arns[pair[0]][pair[1]]
    if contains(keys(module.naming.role_arns[pair[0]]), pair[1])
  ]
}

module "configuration_record" {
  source   = "../../modules/configuration-record"
  for_each = local._audit

  account     = local.account
  bucket_name = module.bucket["configuration"].name
  kms_key_arn = module.key["audit"].key_arn
  name        = local.account.prefix
}

module "detective_control" {
  source   = "../../modules/detective-control"
  for_each = local._audit

  account       = local.account
  boundary_arn  = local.boundaries.service
  key_alias_arn = local.key_aliases.audit
  kms_key_arn   = module.key["audit"].key_arn
  log           = { key_arn = module.key["logs"].key_arn }
  name          = local._detective_name
  role_name     = local._detective_name
  topic_arn     = module.security_alarms[each.key].topic_arn

  network = {
    security_group_ids = local.network.security_group_ids
    subnet_ids         = local.network.subnet_ids
  }
  subnet_parameter_names = [
    for name in local._sharing :
    "/${local.organization.organization.prefix}/${name}/network/subnet-ids"
  ]
}

module "threat_detection" {
  source   = "../../modules/threat-detection"
  for_each = local._audit

  account      = local.account
  function_arn = module.detective_control[each.key].function_arn

  data_bucket_names = [
    for pair in setproduct(local._sharing, ["capture", "data"]) : module.naming.bucket_names[pair[0]][pair[1]]
    if contains(keys(module.naming.bucket_names[pair[0]]), pair[1])
  ]
}
