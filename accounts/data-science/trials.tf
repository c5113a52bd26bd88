# Trials: an approved version behind an endpoint of this account, where people try it out. Nothing
# that bears such a name is promoted, and nobody here reaches staging or production by it.

locals {
  _trial_name = "${local.account.prefix}-trial"

  _trial_roles = {
    trial = {
      description = "Runs the pipelines that deploy trials: calls the one function that does, and nothing else."
      sources     = ["${local._sagemaker_arn}:pipeline/${local._prefix}-x-*"]
      keys        = {}
      reasons     = {}
      statements = [
        {
          sid       = "CallTheFunctionOfTrials"
          actions   = ["lambda:InvokeFunction"]
          resources = ["arn:${local._partition}:lambda:${local._end}:function:${local._trial_name}"]
        },
      ]
    }
    serving = {
      description = "Runs the models that are tried out in this account."
      # AWS asks not to name a single model or endpoint here.
      sources = ["${local._sagemaker_arn}:*"]
      keys = {
        data   = { alias_arn = local.key_aliases.data, via_services = ["s3"] }
        models = { alias_arn = local.key_aliases.models, access = "decrypt", via_services = ["s3"] }
      }
      reasons = {
        SeeNetwork            = "These actions know no resources."
        SignInToImageRegistry = "This action knows no resources."
        WriteEndpointMetrics  = "This action knows no resources; its namespaces are fixed."
      }
      statements = concat(
        [for statement in local._job_statements.training : statement if !contains(["WriteJobLogs", "WriteJobMetrics"], statement.sid)],
        [
          {
            sid       = "ReadModels"
            actions   = ["s3:GetObject"]
            resources = ["${local._models_arn}/*/training/*", "${local._models_arn}/*/tuning/*"]
          },
          {
            sid       = "WriteCapture"
            actions   = ["s3:PutObject"]
            resources = ["${local._data_arn}/x/*"]
          },
          {
            sid       = "WriteEndpointLogs"
            actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
            resources = ["arn:${local._partition}:logs:${local._end}:log-group:/aws/sagemaker/Endpoints/${local._prefix}-x-*:*"]
          },
          {
            sid        = "WriteEndpointMetrics"
            actions    = ["cloudwatch:PutMetricData"]
            resources  = ["*"]
            conditions = [{ test = "StringEquals", variable = "cloudwatch:namespace", values = ["/aws/sagemaker/Endpoints", "AWS/SageMaker"] }]
          },
        ],
      )
    }
  }
}

module "trial_role" {
  source   = "../../modules/workload-role"
  for_each = local._trial_roles

  account             = local.account
  boundary_arn        = local.boundaries.workload
  description         = each.value.description
  keys                = each.value.keys
  name                = local.role_names[each.key]
  organization_id     = module.naming.organization_id
  statements          = each.value.statements
  unscoped_statements = each.value.reasons

  trust = {
    services = {
      sagemaker = { principal = "sagemaker.amazonaws.com", source_arns = each.value.sources }
    }
  }
}

module "trial_function" {
  source = "../../modules/trial-function"

  account             = local.account
  boundary_arn        = local.boundaries.delivery
  instance_types      = local._instance_types
  log                 = { key_arn = module.key["logs"].key_arn }
  name                = local._trial_name
  network             = { security_group_ids = local.network.security_group_ids, subnet_ids = local.network.subnet_ids }
  organization_prefix = local._prefix
  role_name           = local.role_names["trial-function"]

  serving = {
    bucket_name    = local.buckets.models
    capture        = { bucket_name = local.buckets.data, key_arn = module.key["data"].key_arn }
    key_alias_arn  = local.key_aliases.models
    key_arn        = module.key["models"].key_arn
    repository_url = module.image_repository["model"].url
    role_arn       = local.roles.serving
  }
}

# SageMaker would make them itself, unencrypted and without an end.
resource "aws_cloudwatch_log_group" "trial" {
  for_each = module.naming.trial_names

  name              = "/aws/sagemaker/Endpoints/${each.value}"
  kms_key_id        = module.key["logs"].key_arn
  retention_in_days = 365
}
