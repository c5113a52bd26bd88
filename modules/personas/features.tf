# What people do with feature groups: data scientists bring objects and read records, platform admins
# send again what was given up; how scientists ask for records stands in queries.tf. What is written
# of them, only jobs write.

locals {
  _features_name = coalesce(var.features, "none")

  _use_features = [for statement in [
    {
      sid       = "BringFeatures"
      actions   = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]
      resources = ["${local._bucket_arns.data}/features/*/incoming/*"]
    },
    {
      sid       = "ReadRecords"
      actions   = ["s3:GetObject"]
      resources = ["${local._bucket_arns.data}/features/*/reports/*", "${local._bucket_arns.data}/features/*/store/*"]
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

  # How many events were given up, and not which.
  _count_undelivered = [for statement in [
    {
      sid       = "CountUndelivered"
      actions   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
      resources = [local._undelivered_arn]
    },
  ] : statement if var.features != null]

  _send_again = [for statement in [
    {
      sid       = "TakeUndelivered"
      actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]
      resources = [local._undelivered_arn]
    },
    {
      sid       = "SendArrivalsAgain"
      actions   = ["lambda:InvokeFunction"]
      resources = ["arn:${local._partition}:lambda:${local._place}:function:${local._features_name}"]
    },
  ] : statement if var.features != null]
  _undelivered_arn = "arn:${local._partition}:sqs:${local._place}:${local._features_name}-undelivered"

  # The pattern of the models' pipelines covers those that fill groups: nothing but an arrival
  # starts one, with what it chooses. That of what comes in covers an incoming/ below records.
  _start_no_ingestion = [for statement in [
    {
      sid       = "DenyRecords"
      actions   = ["s3:PutObject"]
      resources = [for kept in ["accepted", "reports", "store"] : "${local._bucket_arns.data}/features/*/${kept}/*"]
    },
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
