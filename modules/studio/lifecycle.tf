# What runs whenever an application starts. The domain names it as built in: people can neither
# leave it out nor choose another. AWS cannot change a configuration, so its name carries the
# digest of its content: other content is another configuration.

locals {
  _tokens = {
    "<account-id>"         = var.account.id
    "<package-domain>"     = try(var.package_source.domain_name, "")
    "<package-repository>" = try(var.package_source.repository_name, "")
    "<region>"             = var.account.region
  }
  _lifecycle_content = replace(replace(replace(replace(
    var.lifecycle_script,
    "<account-id>", local._tokens["<account-id>"]),
    "<package-domain>", local._tokens["<package-domain>"]),
    "<package-repository>", local._tokens["<package-repository>"]),
    "<region>", local._tokens["<region>"]
  )
  _lifecycle_digest = sha256(local._lifecycle_content)
}

resource "aws_sagemaker_studio_lifecycle_config" "this" {
  for_each = toset(["CodeEditor", "JupyterLab"])

  studio_lifecycle_config_app_type = each.key
  studio_lifecycle_config_content  = base64encode(local._lifecycle_content)
  studio_lifecycle_config_name     = "${var.account.prefix}-${lower(each.key)}-${substr(local._lifecycle_digest, 0, 12)}"
  tags                             = merge(var.tags, { sha256 = local._lifecycle_digest })

  # The domain must name the new one before the old one can go.
  lifecycle {
    create_before_destroy = true
  }
}
