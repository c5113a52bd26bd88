# What an account needs to train what is promoted to it as code: a pipeline that only its deploy
# build puts in place and starts, jobs that are isolated from the network, and data that nothing but
# those jobs reads.

locals {
  _partition     = var.account.partition
  _end           = "${var.account.region}:${var.account.id}"
  _sagemaker_arn = "arn:${local._partition}:sagemaker:${local._end}"
  _ec2_arn       = "arn:${local._partition}:ec2:${local._end}"
  _iam_arn       = "arn:${local._partition}:iam::${var.account.id}"
  _own_keys      = "arn:${local._partition}:kms:${local._end}:key/*"
  _data_arn      = "arn:${local._partition}:s3:::${var.data.bucket_name}"
  _evidence_arn  = "arn:${local._partition}:s3:::${var.evidence_bucket_name}"
  _image_arn     = "arn:${local._partition}:ecr:${local._end}:repository/${var.image_repository_name}"
  _role_arns     = { for purpose, name in var.role_names : purpose => "${local._iam_arn}:role/${name}" }
  _key_alias     = split(":", var.data.key_alias_arn)[5]
  _s3            = "s3.${var.account.region}.amazonaws.com"
  _models        = sort(keys(var.models))

  # Where in the bucket: what people bring, what jobs hand to each other, what they measured, and the
  # archives. Each by the model's name, so that no object below raw/ is taken for anything else.
  _raw        = [for model in local._models : "${local._data_arn}/raw/${model}/*"]
  _prepared   = [for model in local._models : "${local._data_arn}/${model}/prepared/*"]
  _evaluation = [for model in local._models : "${local._data_arn}/${model}/evaluation/*"]
  _training   = [for model in local._models : "${local._data_arn}/${model}/training/*"]
  _tuning     = [for model in local._models : "${local._data_arn}/${model}/tuning/*"]

  # Names of jobs that a pipeline starts begin so; of tuning jobs, AWS does not say it.
  _job_arns = {
    processing = "${local._sagemaker_arn}:processing-job/pipelines-*"
    training   = "${local._sagemaker_arn}:training-job/pipelines-*"
    tuning     = "${local._sagemaker_arn}:hyper-parameter-tuning-job/*"
  }
  _pipeline_arns = [for model in local._models : "${local._sagemaker_arn}:pipeline/${var.models[model].name}"]
  _package_arns = flatten([
    for model in local._models : [
      "${local._sagemaker_arn}:model-package-group/${var.models[model].name}",
      "${local._sagemaker_arn}:model-package/${var.models[model].name}/*",
    ]
  ])
}

# What a run of the pipeline registers tells what it made and from what; nobody approves it here.
resource "aws_sagemaker_model_package_group" "this" {
  for_each = var.models

  model_package_group_name        = each.value.name
  model_package_group_description = each.value.description
  tags                            = merge(var.tags, { owner = each.value.owner })
}
