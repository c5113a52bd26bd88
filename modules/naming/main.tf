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

      business_unit = account.business_unit

      # In production nobody at all removes evidence before its time; elsewhere somebody with a
      # permission of their own may, or an account could not be given up.
      evidence = {
        days = account.evidence.days
        lock = coalesce(account.evidence.lock, account.kind == "production" ? "COMPLIANCE" : "GOVERNANCE")
      }
    }
  }

  # A root sees its own business unit: the account that builds, and those that receive.
  unit       = local.accounts[var.account].business_unit
  _in_unit   = { for name, account in local.accounts : name => account if account.business_unit == local.unit }
  targets    = sort([for name, account in local._in_unit : name if account.kind != "data-science"])
  staging    = sort([for name, account in local._in_unit : name if account.kind == "staging"])
  production = sort([for name, account in local._in_unit : name if account.kind == "production"])

  _homes       = sort([for name, account in local.accounts : name if account.kind == "data-science"])
  data_science = one([for name in local._homes : name if local.accounts[name].business_unit == local.unit])

  # A person without a business unit works in all of them.
  people = {
    for name, person in var.organization.people : name => person
    if person.business_unit == null || person.business_unit == local.unit
  }
  models = {
    for name, model in var.organization.models : name => model
    if model.business_unit == local.unit
  }

  personas = [
    "auditor", "data-scientist", "lead", "ml-engineer", "platform-admin", "release-manager",
  ]
  # A role has one purpose, and the purpose is its name.
  _role_purposes = {
    data-science = concat(local.personas, [
      "apply", "branch-model-build", "branch-pipeline", "branch-processing", "branch-training", "branch-tuning", "bundle",
      "experiment-launch", "features", "features-pipeline",
      "features-processing", "features-store", "forecast", "forecast-promotion", "forecast-trigger",
      "model-build", "model-build-trigger", "pipeline", "plan", "processing", "promotion",
      "promotion-trigger", "serving", "studio", "training", "training-trigger", "trial",
      "trial-function", "tuning",
    ])
    # Whoever decides on releases, runs the platform or audits it looks into the targets as well.
    target = [
      "apply", "auditor", "consumer", "deploy", "monitoring", "plan", "platform-admin", "release",
      "release-manager", "serving", "test", "verify",
      # Where code is promoted, a target trains as well.
      "data-loader", "pipeline", "processing", "training", "tuning",
    ]
  }
  _bucket_purposes = {
    data-science = ["artifacts", "catalog", "configuration", "data", "decisions", "logs", "models", "source", "trail"]
    target       = ["capture", "configuration", "data", "evidence", "logs", "models", "releases", "trail"]
  }
  _key_purposes = {
    data-science = ["artifacts", "audit", "data", "decisions", "logs", "models", "packages", "release-signing", "studio"]
    staging      = ["audit", "capture", "data", "evidence", "logs", "models", "test-signing"]
    production   = ["audit", "capture", "data", "evidence", "logs", "models"]
  }
  _project_purposes = {
    data-science = ["branch-model-build", "bundle", "forecast", "model-build"]
    target       = ["deploy", "test", "verify"]
  }
  _repository_purposes = {
    data-science = ["build", "model"]
    target       = ["build", "model"]
  }
  # The most that any role of a class may do, whatever its own policy says.
  _boundary_classes = ["delivery", "persona", "service", "workload"]
  # Who has a place of their own in Studio.
  _studio_personas = ["data-scientist", "lead", "ml-engineer"]

  # Each release manager signs decisions with a key of their own.
  _approval_keys = {
    for name, account in local.accounts : name => [
      for person, settings in var.organization.people : "approval-${person}"
      if account.kind == "data-science" && settings.persona == "release-manager" && (
        settings.business_unit == null || settings.business_unit == account.business_unit
      )
    ]
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
      for purpose in concat(local._key_purposes[account.kind], local._approval_keys[name]) :
      purpose => "alias/${account.prefix}-${purpose}"
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
      for purpose in local._repository_purposes[local._group[name]] : purpose => "${account.prefix}/${purpose}"
    }
  }
  endpoint_names = {
    for name, account in local.accounts : name => {
      for model, settings in var.organization.models : model => "${account.prefix}-${model}"
      if settings.business_unit == account.business_unit && settings.answers == "endpoint"
    } if account.kind != "data-science"
  }
  model_package_groups = { for model in keys(local.models) : model => "${local._prefix}-${model}" }
  sagemaker_pipelines  = { for model in keys(local.models) : model => "${local._prefix}-${model}" }
  # A trial's endpoint and the pipeline that deploys it: x tells it from everything that is promoted.
  trial_names = { for model, settings in local.models : model => "${local._prefix}-x-${model}" if settings.answers == "endpoint" }
  # Pipelines and groups of experiment branches; no model and no product of the catalog bears a name
  # that begins so, for theirs begin with a letter.
  branch_prefix = "${local._prefix}-x--"
  # What answers row by row is promoted to endpoints; what answers in batches forecasts where it was made.
  promotion_pipelines = { for model, settings in local.models : model => "${local._prefix}-${model}-promotion" if settings.answers == "endpoint" }
  rollback_pipelines  = { for model, settings in local.models : model => "${local._prefix}-${model}-rollback" if settings.answers == "endpoint" }
  forecast_pipelines  = { for model, settings in local.models : model => "${local._prefix}-${model}-forecast" if settings.answers == "batch" }
}
