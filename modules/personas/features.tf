# What data scientists do with feature groups: bring objects, ask for records. What is written of
# them, only jobs write.

locals {
  _features_name = coalesce(var.features, "none")
  _database      = replace(local._features_name, "-", "_")

  _use_features = [for statement in [
    {
      sid       = "BringFeatures"
      actions   = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]
      resources = ["${local._bucket_arns.data}/features/*/incoming/*"]
    },
    {
      sid = "AskForRecords"
      actions = [
        "athena:GetQueryExecution", "athena:GetQueryResults", "athena:StartQueryExecution",
        "athena:StopQueryExecution",
      ]
      resources = ["arn:${local._partition}:athena:${local._place}:workgroup/${local._features_name}"]
    },
    {
      sid     = "SeeTablesOfRecords"
      actions = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables"]
      resources = [
        for place in ["catalog", "database/${local._database}", "table/${local._database}/*"] :
        "arn:${local._partition}:glue:${local._place}:${place}"
      ]
    },
    {
      sid       = "ReadRecords"
      actions   = ["s3:GetObject"]
      resources = ["${local._bucket_arns.data}/features/*/reports/*", "${local._bucket_arns.data}/features/*/store/*"]
    },
    {
      sid       = "KeepResults"
      actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
      resources = ["${local._bucket_arns.data}/features/queries/*"]
    },
    {
      sid       = "FindBucketOfRecords"
      actions   = ["s3:GetBucketLocation"]
      resources = [local._bucket_arns.data]
    },
    {
      sid       = "ListRecords"
      actions   = ["s3:ListBucket"]
      resources = [local._bucket_arns.data]
      conditions = [{
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["features/*"]
      }]
    },
  ] : statement if var.features != null]

  # The pattern of the models' pipelines covers those that fill groups: nothing but an arrival
  # starts one, with what it chooses.
  _start_no_ingestion = [for statement in [
    {
      sid = "DenyIngestions"
      actions = [
        "sagemaker:RetryPipelineExecution", "sagemaker:StartPipelineExecution", "sagemaker:StopPipelineExecution",
      ]
      resources = [
        for end in ["", "/execution/*"] :
        "arn:${local._partition}:sagemaker:${local._place}:pipeline/${local._features_name}-*${end}"
      ]
    },
  ] : statement if var.features != null]
}
