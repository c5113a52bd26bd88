# The registry, the build of its pipelines, and the way of what was approved.

module "model_registry" {
  source = "../../modules/model-registry"

  account         = local.account
  organization_id = module.naming.organization_id
  # Roles of this account, which all are in a trial, need no more than their own policy.
  readers = module.naming.single_account ? [] : local.target_roles.release

  models = {
    for model, settings in local.models : model => {
      description = settings.description
      group_name  = module.naming.model_package_groups[model]
      owner       = settings.owner
    }
  }
}

module "model_build" {
  source = "../../modules/model-build"

  account            = local.account
  boundary_arn       = local.boundaries.delivery
  encryption_key_arn = module.key["artifacts"].key_arn
  image              = local.build_image
  log                = { key_arn = module.key["logs"].key_arn }
  network            = local.network
  parameter_root     = module.naming.parameter_root
  pipeline_role_arn  = local.roles.pipeline
  pipelines          = module.naming.sagemaker_pipelines
  project_name       = local.projects["model-build"]
  role_name          = local.role_names["model-build"]
  source_store       = local.source_store

  trials = {
    pipelines = module.naming.trial_names
    role_arn  = local.roles.trial
  }
  trigger = {
    boundary_arn = module.naming.boundary_arns[var.account].service
    role_name    = local.role_names["model-build-trigger"]
  }
}

module "promotion_pipeline" {
  source = "../../modules/promotion-pipeline"

  account             = local.account
  boundary_arns       = { delivery = local.boundaries.delivery, service = local.boundaries.service }
  log                 = { key_arn = module.key["logs"].key_arn }
  network             = local.network
  organization_prefix = local.organization.organization.prefix
  single_account      = module.naming.single_account
  source_store        = local.source_store

  approval = {
    before_staging  = module.naming.approvals.staging > 0
    emails          = { for name in module.naming.people_by_persona["release-manager"] : name => module.naming.people[name].email }
    timeout_minutes = module.naming.approval_timeout_minutes
    topic_name      = "${local.account.prefix}-approvals"
  }
  bundle = {
    image        = local.build_image
    project_name = local.projects.bundle
    signing_key = {
      alias_arn = local.key_aliases["release-signing"]
      arn       = module.signing_key["release-signing"].key_arn
    }
  }
  artifacts = {
    bucket_name   = module.bucket["artifacts"].name
    key_alias_arn = local.key_aliases.artifacts
    key_arn       = module.key["artifacts"].key_arn
  }
  models_store = {
    bucket_name           = local.buckets.models
    image_repository_name = local.repositories.model
    key_alias_arn         = local.key_aliases.models
  }
  pipelines = {
    for model, name in module.naming.promotion_pipelines :
    model => {
      group_name    = module.naming.model_package_groups[model]
      name          = name
      rollback_name = module.naming.rollback_pipelines[model]
    }
  }
  replicas = {
    for region, store in module.artifact_replica : region => {
      bucket_name   = module.naming.artifact_stores[region].bucket_name
      key_alias_arn = module.naming.artifact_stores[region].key_alias_arn
      key_arn       = module.artifact_replica_key[region].key_arn
    }
  }
  role_names = {
    bundle            = local.role_names.bundle
    promotion         = local.role_names.promotion
    promotion_trigger = local.role_names["promotion-trigger"]
  }
  targets = {
    for target in local.targets : target => {
      deploy_role_arn = module.naming.role_arns[target].deploy
      kind            = module.naming.accounts[target].kind
      projects        = module.naming.project_names[target]
      region          = module.naming.accounts[target].region
    }
  }
}
