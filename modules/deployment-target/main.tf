# What an account needs to receive releases: the role through which the promotion arrives, the
# builds that it may start there, the role that a model runs with and the one that asks it.
# Every permission names what it is for; nothing here reaches beyond this account but the
# reading of one release in the account that built it.

locals {
  _partition     = var.account.partition
  _arn_end       = "${var.account.region}:${var.account.id}"
  _sagemaker_arn = "arn:${local._partition}:sagemaker:${local._arn_end}"
  _iam_arn       = "arn:${local._partition}:iam::${var.account.id}"
  _account_arn   = "${local._iam_arn}:root"
  _role_arns = {
    for purpose, name in var.role_names : purpose => "${local._iam_arn}:role/${name}"
  }
  _project_arns = {
    for purpose, name in var.project_names :
    purpose => "arn:${local._partition}:codebuild:${local._arn_end}:project/${name}"
  }

  # Everything that a release makes is named after this account. A pattern, not a list: a policy
  # ends at 10 240 characters, the number of models does not.
  _endpoint_arns      = ["${local._sagemaker_arn}:endpoint/${var.account.prefix}-*"]
  _model_arns         = ["${local._sagemaker_arn}:model/${var.account.prefix}-*"]
  _configuration_arns = ["${local._sagemaker_arn}:endpoint-config/${var.account.prefix}-*"]
  _endpoint_logs      = "/aws/sagemaker/Endpoints"

  _bucket_arns = {
    for purpose, store in var.stores : purpose => "arn:${local._partition}:s3:::${store.bucket_name}"
  }
  _image_repository_arn = "arn:${local._partition}:ecr:${local._arn_end}:repository/${var.image_repository_name}"
  _parameter_arns = [
    "arn:${local._partition}:ssm:${local._arn_end}:parameter${var.parameter_root}",
    "arn:${local._partition}:ssm:${local._arn_end}:parameter${var.parameter_root}/*",
  ]

  # A key is known by its alias before it exists: any key of the account that bears the alias.
  _key_pattern = "^(?P<keys>arn:[a-z-]+:kms:(?P<region>[a-z0-9-]+):[0-9]{12}:)(?P<alias>alias/.+)$"
  _keys = {
    for purpose, store in var.stores : purpose => regex(local._key_pattern, store.key_alias_arn)
  }
  _own_keys       = "arn:${local._partition}:kms:${local._arn_end}:key/*"
  _artifact_key   = regex(local._key_pattern, var.data_science.artifacts.key_alias_arn)
  _origin_key     = regex(local._key_pattern, var.data_science.models_store.key_alias_arn)
  _decision_key   = regex(local._key_pattern, var.data_science.decisions.key_alias_arn)
  _decisions_arn  = "arn:${local._partition}:s3:::${var.data_science.decisions.bucket_name}"
  _signing_keys   = [for arn in compact([var.signing_key_alias_arn]) : regex(local._key_pattern, arn)]
  _origin_arn     = "arn:${local._partition}:s3:::${var.data_science.models_store.bucket_name}"
  _artifact_arn   = "arn:${local._partition}:s3:::${var.data_science.artifacts.bucket_name}"
  _s3             = "s3.${var.account.region}.amazonaws.com"
  _artifact_s3    = "s3.${local._artifact_key.region}.amazonaws.com"
  _origin_s3      = "s3.${var.data_science.region}.amazonaws.com"
  _origin_end     = "${var.data_science.region}:${var.data_science.account_id}"
  _origin_package = "arn:${local._partition}:sagemaker:${local._origin_end}:model-package"

  # What each build hands on; a rollback runs as another build in the projects of two of them, and
  # hands on other documents.
  _documents = {
    deploy = ["deployment.json"]
    test   = concat(["test-report.json"], var.signing_key_alias_arn == null ? [] : ["test-report.dsse.json"])
    verify = ["verification.json"]
  }
  _rolling_back = var.rolls_back ? ["deploy", "verify"] : []
  _buildspecs = {
    for step, documents in local._documents :
    step => yamlencode({
      version = "0.2"
      phases = {
        build = {
          commands = [
            "export PYTHONPATH=\"$CODEBUILD_SRC_DIR\"",
            "python -m pipelines.promotion ${contains(local._rolling_back, step) ? "\"$BUILD\" --out documents" : step}",
          ]
        }
      }
      artifacts = (
        contains(local._rolling_back, step)
        ? { "base-directory" = "documents", files = ["**/*"] }
        : { "base-directory" = ".", files = documents }
      )
    })
  }
}

# SageMaker would make these groups itself, unencrypted and kept for ever.
resource "aws_cloudwatch_log_group" "endpoint" {
  for_each = var.models

  name              = "${local._endpoint_logs}/${each.value.endpoint_name}"
  kms_key_id        = var.log.key_arn
  retention_in_days = var.log.retention_days
  tags              = var.tags
}
