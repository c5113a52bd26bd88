# A pipeline for each group: the one definition, bound to the group and the account. Only what
# arrives is a parameter; nobody chooses keys, roles, network, image or places for a run.

locals {
  _definition = file("${path.module}/definition.json")
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
  _bound_lists = replace(
    replace(local._definition, "\"bound:subnet-ids\"", join(", ", [for id in var.network.subnet_ids : jsonencode(id)])),
    "\"bound:security-group-ids\"", join(", ", [for id in var.network.security_group_ids : jsonencode(id)]),
  )
  _bound_account = replace(replace(replace(local._bound_lists,
    "bound:image-uri", var.image_uri),
    "bound:data-key-arn", var.data_key.arn),
  "bound:job-role-arn", local._role_arns.processing)
}

resource "aws_sagemaker_pipeline" "this" {
  for_each = var.groups

  pipeline_name         = local._pipelines[each.key]
  pipeline_display_name = local._pipelines[each.key]
  pipeline_description  = "Ingests objects into the feature group ${each.key}."
  role_arn              = module.role["pipeline"].arn
  tags                  = var.tags

  pipeline_definition = jsonencode(jsondecode(replace(replace(replace(local._bound_account,
    "\"bound:environment\"", jsonencode(local._environments[each.key])),
    "bound:records-uri", local._records_uris[each.key]),
  "bound:reports-uri", "s3://${var.bucket_name}/${local._roots[each.key]}/reports")))
}
