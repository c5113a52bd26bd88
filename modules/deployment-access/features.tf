# Feature groups: stores, the pipelines that fill them, and the catalogue and work group by which
# they are asked. Nothing here reads or writes a record, or starts an ingestion.

locals {
  _has_features  = var.features != null
  _features_name = coalesce(var.features, "none")
  _database      = replace(local._features_name, "-", "_")
  _feature_arns = [
    for type in ["feature-group", "pipeline"] : "arn:${local._partition}:sagemaker:${local._end}:${type}/${local._features_name}-*"
  ]
  _catalogue_arns = [
    for place in ["catalog", "database/${local._database}", "table/${local._database}/*"] :
    "arn:${local._partition}:glue:${local._end}:${place}"
  ]
  _work_group_arns = ["arn:${local._partition}:athena:${local._end}:workgroup/${local._features_name}"]

  # What each of the policies says of it beside the rest.
  _feature_statements = {
    change-workloads = [for statement in local._change_features : statement if local._has_features]
    read-services    = [for statement in local._see_features : statement if local._has_features]
  }

  _see_features = [
    {
      sid       = "SeeFeatures"
      actions   = ["sagemaker:DescribeFeatureGroup", "sagemaker:DescribePipeline", "sagemaker:ListTags"]
      resources = local._feature_arns
    },
    {
      sid       = "SeeCatalogue"
      actions   = ["glue:GetDatabase", "glue:GetPartitionIndexes", "glue:GetTable", "glue:GetTags"]
      resources = local._catalogue_arns
    },
    {
      sid       = "SeeWorkGroup"
      actions   = ["athena:GetWorkGroup", "athena:ListTagsForResource"]
      resources = local._work_group_arns
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
    {
      sid = "ChangeCatalogue"
      actions = [
        "glue:CreateDatabase",
        "glue:CreateTable",
        "glue:DeleteDatabase",
        "glue:DeleteTable",
        "glue:TagResource",
        "glue:UntagResource",
        "glue:UpdateDatabase",
        "glue:UpdateTable",
      ]
      resources = local._catalogue_arns
    },
    {
      sid = "ChangeWorkGroup"
      actions = [
        "athena:CreateWorkGroup",
        "athena:DeleteWorkGroup",
        "athena:TagResource",
        "athena:UntagResource",
        "athena:UpdateWorkGroup",
      ]
      resources = local._work_group_arns
    },
  ]

  # In the boundaries, where room is scarce: all that is done to a thing of these kinds, its look
  # included; of pipelines, no execution.
  _feature_boundary_actions = [for action in [
    "athena:*Tag*", "athena:*WorkGroup", "glue:*Database", "glue:*Table", "glue:*Tag*",
    "glue:GetPartitionI*", "sagemaker:*FeatureGroup", "sagemaker:*Pipeline",
  ] : action if local._has_features]
  _feature_boundary_reads = [for action in [
    "athena:GetWorkGroup", "athena:ListTags*", "glue:GetDatabase", "glue:GetPartitionI*",
    "glue:GetTable", "glue:GetTags", "sagemaker:DescribeFeatureGroup", "sagemaker:DescribePipeline",
  ] : action if local._has_features]
}
