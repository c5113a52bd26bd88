# What this account tells the code that runs in it. Names and addresses, never a secret.

locals {
  _strings = merge(
    { for purpose, key in merge(module.key, module.signing_key) : "keys/${purpose}-arn" => key.key_arn },
    { for purpose, bucket in module.bucket : "buckets/${purpose}" => bucket.name },
    { "buckets/logs" = module.log_bucket.name },
    { "roles/serving-arn" = module.deployment_target.serving_role_arn },
    { for purpose, repository in module.image_repository : "images/${purpose}-repository-url" => repository.url },
    local._retraining_facts,
  )
  _lists = {
    "network/subnet-ids"                  = join(",", local.network.subnet_ids)
    "network/workload-security-group-ids" = join(",", local.network.security_group_ids)
  }
}

resource "aws_ssm_parameter" "string" {
  for_each = local._strings

  name  = "${module.naming.parameter_root}/${each.key}"
  type  = "String"
  value = each.value
}

resource "aws_ssm_parameter" "list" {
  for_each = local._lists

  name  = "${module.naming.parameter_root}/${each.key}"
  type  = "StringList"
  value = each.value
}
