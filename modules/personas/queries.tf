# What data scientists see of forecasts, and what they ask in SQL: the view of forecasts, and records
# of feature groups. Each has a work group, and a database of its name.

locals {
  _asked     = compact([var.features, var.forecasts])
  _databases = [for name in local._asked : replace(name, "-", "_")]
  # Where each work group keeps its answers.
  _answers = concat(var.features == null ? [] : ["features/queries/*"], var.forecasts == null ? [] : ["forecasts/_queries/*"])

  # Results are for whoever brought the hours; these start a forecast, no person does.
  _see_forecasts = [for statement in [
    {
      sid       = "ReadForecasts"
      actions   = ["s3:GetObject"]
      resources = ["${local._bucket_arns.data}/forecasts/*"]
    },
    {
      sid       = "ListForecasts"
      actions   = ["s3:ListBucket"]
      resources = [local._bucket_arns.data]
      conditions = [{
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["forecasts/*"]
      }]
    },
  ] : statement if var.forecasts != null]

  _ask_in_sql = [for statement in [
    {
      sid = "AskInSql"
      actions = [
        "athena:GetQueryExecution", "athena:GetQueryResults", "athena:StartQueryExecution",
        "athena:StopQueryExecution",
      ]
      resources = [for name in local._asked : "arn:${local._partition}:athena:${local._place}:workgroup/${name}"]
    },
    {
      sid     = "SeeTables"
      actions = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables"]
      resources = [
        for place in concat(["catalog"], flatten([for name in local._databases : ["database/${name}", "table/${name}/*"]])) :
        "arn:${local._partition}:glue:${local._place}:${place}"
      ]
    },
    {
      sid       = "KeepAnswers"
      actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
      resources = [for place in local._answers : "${local._bucket_arns.data}/${place}"]
    },
    {
      sid       = "FindBucketOfAnswers"
      actions   = ["s3:GetBucketLocation"]
      resources = [local._bucket_arns.data]
    },
  ] : statement if length(local._asked) > 0]
}
