# What exists once for the AWS account, whichever account entries share it.

module "account_settings" {
  source   = "../../modules/account-settings"
  for_each = toset(module.naming.keeps_account_settings ? ["this"] : [])

  account = local.account
}
