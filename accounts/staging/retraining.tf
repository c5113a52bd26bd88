# Where code is promoted, this account trains it anew on data of its own: for the models that say so
# in organization.yaml. Where none does, there is nothing of this.

locals {
  _retrained  = { for model, settings in module.naming.models : model => settings if settings.promotes == "code" }
  _retraining = toset(length(local._retrained) == 0 ? [] : ["this"])

  # Bucket and key, and who uses them, exist only then.
  _retraining_stores = toset(length(local._retrained) == 0 ? [] : ["data"])
  _retraining_jobs = [
    for purpose in ["pipeline", "processing", "training", "tuning"] : local.roles[purpose]
    if length(local._retrained) > 0
  ]
  _retraining_builds = [local.roles.release, local.roles.test, local.roles.verify]
  _retraining_buckets = {
    for purpose in local._retraining_stores : purpose => {
      key = purpose
      outside_endpoints = {
        orchestration = {
          reason    = "SageMaker reads what a step has written, in the pipeline's name and from a network of AWS."
          role_arns = [local.roles.pipeline]
        }
      }
      readers = [local.roles.pipeline, local.roles.training, local.roles.tuning]
      readers_by_prefix = {
        for prefix in flatten([
          for model in keys(local._retrained) : [for place in ["evaluation", "training", "tuning"] : "${model}/${place}/"]
        ]) : prefix => endswith(prefix, "/evaluation/") ? local._retraining_builds : [local.roles.release]
      }
      writers = [local.roles.processing]
      writers_by_prefix = merge([
        for model in keys(local._retrained) : {
          "${model}/training/" = [local.roles.training]
          "${model}/tuning/"   = [local.roles.tuning]
        }
      ]...)
    }
  }
  _retraining_keys = {
    for purpose in local._retraining_stores : purpose => {
      builds = { role_arns = local._retraining_builds, access = "decrypt", via_services = ["s3"] }
      jobs   = { role_arns = local._retraining_jobs, grants = true, via_services = ["s3", "sagemaker"] }
      loader = { role_arns = [local.roles["data-loader"]], via_services = ["s3"] }
    }
  }
  # What the deploy build binds a definition with, and that code is what is promoted.
  _retraining_facts = merge(
    merge([for one in module.retraining : { for purpose, arn in one.role_arns : "roles/${purpose}-arn" => arn }]...),
    merge([for one in module.retraining : { for model, name in one.group_names : "registry/${model}/group-name" => name }]...),
    { for model, settings in local._retrained : "models/${model}/promotes" => settings.promotes },
  )
}

module "retraining" {
  source   = "../../modules/retraining"
  for_each = local._retraining

  account               = local.account
  boundary_arn          = local.boundaries.workload
  data                  = { bucket_name = local.buckets.data, key_alias_arn = local.key_aliases.data }
  evidence_bucket_name  = local.buckets.evidence
  image_repository_name = local.repositories.model
  organization_id       = module.naming.organization_id
  role_names            = local.role_names

  joins = {
    subnet_ids = local.account.network.subnet_ids
    tags       = { for name in ["account", "project"] : name => module.naming.default_tags[name] }
  }
  loaders = {
    names            = module.naming.people_by_persona["platform-admin"]
    sign_in_role_arn = module.naming.sign_in_role_arn
    sign_in_tag      = module.naming.sign_in_tag
  }
  models = {
    for model, settings in local._retrained : model => {
      description = settings.description
      name        = local.endpoints[model]
      owner       = settings.owner
    }
  }
}

resource "aws_iam_role_policy" "retraining" {
  for_each = merge([
    for one in module.retraining : {
      for purpose, policy in one.build_policies : local.role_names[purpose] => policy
    }
  ]...)

  name   = "retraining"
  role   = each.key
  policy = each.value

  depends_on = [module.deployment_target]
}
