output "function_arn" {
  description = "ARN of the function; known before it exists."
  value       = module.function.function_arn
}

output "mender_statements" {
  description = "What who sends events again needs: the queue of what was given up, and the function."
  value = [
    {
      sid = "TakeFromQueue"
      actions = [
        "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage",
      ]
      resources = [local._queue_arn]
    },
    { sid = "SendAgain", actions = ["lambda:InvokeFunction"], resources = [local._function_arn] },
  ]
}

output "pipeline_names" {
  description = "Names of the pipelines by group."
  value       = local._pipelines

  depends_on = [aws_sagemaker_pipeline.this]
}

output "policy_json" {
  description = "What the function may do."
  value       = module.function.policy_json
}

output "queue_policy_json" {
  description = "Who may write to the queue of what could not be delivered."
  value       = module.function.queue_policy_json
}

output "reader_statements" {
  description = "What who asks for features needs: the work group, the catalogue, records and results."
  value = [
    {
      sid = "AskAthena"
      actions = [
        "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetWorkGroup", "athena:StartQueryExecution",
        "athena:StopQueryExecution",
      ]
      resources = ["arn:${var.account.partition}:athena:${local._arn_end}:workgroup/${var.name}"]
    },
    {
      sid     = "SeeCatalogue"
      actions = ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
      resources = [
        for place in ["catalog", "database/${local._database}", "table/${local._database}/*"] :
        "arn:${var.account.partition}:glue:${local._arn_end}:${place}"
      ]
    },
    {
      sid       = "ReadRecords"
      actions   = ["s3:GetObject"]
      resources = ["${local._bucket_arn}/features/*/store/*"]
    },
    {
      sid       = "KeepResults"
      actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
      resources = ["${local._bucket_arn}/features/queries/*"]
    },
    {
      sid       = "ListBucket"
      actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
      resources = [local._bucket_arn]
    },
  ]
}

output "role_arns" {
  description = "ARNs of the roles: function, pipeline, processing (the job) and store."
  value       = merge(local._role_arns, { function = "arn:${var.account.partition}:iam::${var.account.id}:role/${var.name}" })

  depends_on = [module.function, module.role]
}

output "work_group" {
  description = "Athena's work group, and the database in which the groups' tables are."
  value       = { database = aws_glue_catalog_database.this.name, name = aws_athena_workgroup.this.name }
}
