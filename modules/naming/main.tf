# Every name that one part of the platform must know of another is derived here and only here:
# names, not state, connect the accounts.

data "aws_partition" "current" {}

locals {
  _organization = var.organization.organization
  _prefix       = local._organization.prefix
  _partition    = data.aws_partition.current.partition

  accounts = {
    for name, account in var.organization.accounts : name => {
      name      = name
      id        = account.id
      kind      = account.kind
      region    = coalesce(account.region, local._organization.region)
      partition = local._partition
      prefix    = "${local._prefix}-${name}"
      network   = account.network
    }
  }

  data_science = one([for name, account in local.accounts : name if account.kind == "data-science"])
  targets      = sort([for name, account in local.accounts : name if account.kind != "data-science"])
  staging      = sort([for name, account in local.accounts : name if account.kind == "staging"])
  production   = sort([for name, account in local.accounts : name if account.kind == "production"])

  personas = [
    "auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager",
  ]
  # A role has one purpose, and the purpose is its name.
  _role_purposes = {
    data-science = concat(local.personas, [
      "bundle", "model-build", "pipeline", "processing", "promotion", "promotion-trigger", "studio", "training",
    ])
    target = ["consumer", "deploy", "release", "serving", "test", "verify"]
  }
  _bucket_purposes = {
    data-science = ["artifacts", "data", "logs", "models", "source"]
    target       = ["capture", "evidence", "logs", "models", "releases"]
  }
  _key_purposes = {
    data-science = ["artifacts", "data", "logs", "models", "studio"]
    target       = ["capture", "evidence", "logs", "models"]
  }
  _project_purposes = {
    data-science = ["bundle", "model-build"]
    target       = ["deploy", "test", "verify"]
  }
  _repository_purposes = {
    data-science = ["build", "model"]
    target       = ["build", "model"]
  }

  _group = { for name, account in local.accounts : name => account.kind == "data-science" ? "data-science" : "target" }

  role_names = {
    for name, account in local.accounts : name => {
      for purpose in local._role_purposes[local._group[name]] : purpose => "${account.prefix}-${purpose}"
    }
  }
  role_arns = {
    for name, roles in local.role_names : name => {
      for purpose, role in roles : purpose => "arn:${local._partition}:iam::${local.accounts[name].id}:role/${role}"
    }
  }
  bucket_names = {
    for name, account in local.accounts : name => {
      for purpose in local._bucket_purposes[local._group[name]] : purpose => "${account.prefix}-${purpose}-${account.id}"
    }
  }
  key_aliases = {
    for name, account in local.accounts : name => {
      for purpose in local._key_purposes[local._group[name]] : purpose => "alias/${account.prefix}-${purpose}"
    }
  }
  key_alias_arns = {
    for name, aliases in local.key_aliases : name => {
      for purpose, alias in aliases :
      purpose => "arn:${local._partition}:kms:${local.accounts[name].region}:${local.accounts[name].id}:${alias}"
    }
  }
  project_names = {
    for name, account in local.accounts : name => {
      for purpose in local._project_purposes[local._group[name]] : purpose => "${account.prefix}-${purpose}"
    }
  }
  repository_names = {
    for name, account in local.accounts : name => {
      for purpose in local._repository_purposes[local._group[name]] : purpose => "${local._prefix}/${purpose}"
    }
  }
  endpoint_names = {
    for name in local.targets : name => {
      for model in keys(var.organization.models) : model => "${local.accounts[name].prefix}-${model}"
    }
  }
  model_package_groups = { for model in keys(var.organization.models) : model => "${local._prefix}-${model}" }
  sagemaker_pipelines  = { for model in keys(var.organization.models) : model => "${local._prefix}-${model}" }
  promotion_pipelines  = { for model in keys(var.organization.models) : model => "${local._prefix}-${model}-promotion" }
}
