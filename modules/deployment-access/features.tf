# Feature groups: stores, and the pipelines that fill them; how they are asked stands in queries.tf.
# Nothing here reads or writes a record, or starts an ingestion.

locals {
  _has_features  = var.features != null
  _features_name = coalesce(var.features, "none")
  _feature_arns = [
    for type in ["feature-group", "pipeline"] : "arn:${local._partition}:sagemaker:${local._end}:${type}/${local._features_name}-*"
  ]

  _see_features = [
    {
      sid       = "SeeFeatures"
      actions   = ["sagemaker:DescribeFeatureGroup", "sagemaker:DescribePipeline", "sagemaker:ListTags"]
      resources = local._feature_arns
    },
  ]

  _change_features = [
    {
      # A group keeps nothing online, and its records in our bucket under a key of this account.
      sid       = "CreateFeatures"
      actions   = ["sagemaker:CreateFeatureGroup"]
      resources = [for arn in local._feature_arns : arn if strcontains(arn, ":feature-group/")]
      conditions = [
        { test = "ArnLike", variable = "sagemaker:FeatureGroupOfflineStoreKmsKey", values = local._key_arns },
        {
          test     = "StringLike"
          variable = "sagemaker:FeatureGroupOfflineStoreS3Uri"
          values   = ["s3://${var.account.prefix}-data-${local._id}/features/*"]
        },
        # Whoever wants records online must say so, and is refused.
        { test = "BoolIfExists", variable = "sagemaker:FeatureGroupEnableOnlineStore", values = ["false"] },
      ]
    },
    {
      sid = "ChangeFeatures"
      actions = [
        "sagemaker:AddTags",
        "sagemaker:CreatePipeline",
        "sagemaker:DeleteFeatureGroup",
        "sagemaker:DeletePipeline",
        "sagemaker:DeleteTags",
        "sagemaker:UpdateFeatureGroup",
        "sagemaker:UpdatePipeline",
      ]
      resources = local._feature_arns
    },
  ]

  # In the boundaries, where room is scarce: all that is done to a thing of these kinds, its look
  # included; of pipelines, no execution.
  _feature_boundary_actions = [for action in ["sagemaker:*FeatureGroup", "sagemaker:*Pipeline"] : action if local._has_features]
  _feature_boundary_reads   = [for action in ["sagemaker:DescribeFeatureGroup", "sagemaker:DescribePipeline"] : action if local._has_features]
}
