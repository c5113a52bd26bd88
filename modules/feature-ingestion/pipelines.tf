# A pipeline for each group: the one definition, bound to the group and the account. Only what
# arrives is a parameter; nobody chooses keys, roles, network, image or places for a run.

locals {
  _repository = split("@", var.image_uri)[0]
  _image_repository_arn = join("", [
    "arn:${var.account.partition}:ecr:${split(".", local._repository)[3]}:${var.account.id}:repository/",
    replace(local._repository, "/^[^/]+//", ""),
  ])

  _records_uris = {
    for name, group in aws_sagemaker_feature_group.this :
    name => group.offline_store_config[0].s3_storage_config[0].resolved_output_s3_uri
  }
  # What a job is told of its group, in variables of 256 characters.
  _descriptions = {
    for name, group in var.groups : name => jsonencode(merge(
      { columns = group.columns, name = name, record_id = group.record_id, schema_version = 1 },
      group.event_time == null ? {} : { event_time = group.event_time },
    ))
  }
  _environments = {
    for name, text in local._descriptions : name => {
      for number in range(ceil(length(text) / 256)) :
      format("FEATURE_GROUP_%02d", number) => substr(text, number * 256, 256)
    }
  }
}

resource "aws_sagemaker_pipeline" "this" {
  for_each = var.groups

  pipeline_name         = local._pipelines[each.key]
  pipeline_display_name = local._pipelines[each.key]
  pipeline_description  = "Ingests objects into the feature group ${each.key}."
  role_arn              = module.role["pipeline"].arn
  tags                  = var.tags

  # Written out like this, a review reads the template beside a plan that does not know all names.
  pipeline_definition = jsonencode(jsondecode(templatefile("${path.module}/definition.json.tftpl", {
    data_key_arn       = var.data_key.arn
    environment        = local._environments[each.key]
    image_uri          = var.image_uri
    job_role_arn       = module.role["processing"].arn
    records_uri        = local._records_uris[each.key]
    reports_uri        = "s3://${var.bucket_name}/${local._roots[each.key]}/reports"
    security_group_ids = var.network.security_group_ids
    subnet_ids         = var.network.subnet_ids
  })))
}
