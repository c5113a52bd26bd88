# Feature groups, and where their records lie: below one prefix of one bucket, under one key, known
# to a catalogue that a work group of Athena asks.

locals {
  _arn_end    = "${var.account.region}:${var.account.id}"
  _bucket_arn = "arn:${var.account.partition}:s3:::${var.bucket_name}"
  _sagemaker  = "arn:${var.account.partition}:sagemaker:${local._arn_end}"
  _database   = replace(var.name, "-", "_")

  # Everything of a group lies below its own prefix.
  _roots     = { for name in keys(var.groups) : name => "features/${name}" }
  _pipelines = { for name in keys(var.groups) : name => "${var.name}-${name}" }
  _tables    = { for name in keys(var.groups) : name => replace(name, "-", "_") }

  # A group whose rows tell no time has that at which their object arrived.
  _features = {
    for name, group in var.groups : name => merge(
      group.columns, group.event_time == null ? { arrived_at = "time" } : {},
    )
  }
  _feature_types = { integer = "Integral", number = "Fractional", text = "String", time = "String" }
  _hive_types    = { integer = "bigint", number = "double", text = "string", time = "string" }
  _store_columns = [
    { name = "write_time", type = "timestamp" },
    { name = "api_invocation_time", type = "timestamp" },
    { name = "is_deleted", type = "boolean" },
  ]

  # Nobody has to write partitions into the catalogue: they are where their values say.
  # https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
  _partitions = {
    year  = { digits = "4", range = "2000,2099" }
    month = { digits = "2", range = "1,12" }
    day   = { digits = "2", range = "1,31" }
    hour  = { digits = "2", range = "0,23" }
  }
  _partition_order = ["year", "month", "day", "hour"]
  _projection = merge({ "projection.enabled" = "true" }, [
    for name, partition in local._partitions : {
      "projection.${name}.digits" = partition.digits
      "projection.${name}.range"  = partition.range
      "projection.${name}.type"   = "integer"
    }
  ]...)
}

resource "aws_sagemaker_feature_group" "this" {
  for_each = var.groups

  feature_group_name             = local._pipelines[each.key]
  description                    = each.value.description
  record_identifier_feature_name = each.value.record_id
  event_time_feature_name        = coalesce(each.value.event_time, "arrived_at")
  role_arn                       = module.role["store"].arn
  tags                           = var.tags

  dynamic "feature_definition" {
    for_each = local._features[each.key]

    content {
      feature_name = feature_definition.key
      feature_type = local._feature_types[feature_definition.value]
    }
  }

  # The table is made below: SageMaker's own would be in a database of its own, for everybody.
  offline_store_config {
    disable_glue_table_creation = true
    table_format                = "Glue"

    data_catalog_config {
      catalog    = "AwsDataCatalog"
      database   = local._database
      table_name = local._tables[each.key]
    }

    s3_storage_config {
      kms_key_id = var.data_key.arn
      s3_uri     = "s3://${var.bucket_name}/${local._roots[each.key]}/store"
    }
  }
}

resource "aws_glue_catalog_database" "this" {
  name        = local._database
  description = "Feature groups of ${var.account.prefix}."
  tags        = var.tags
}

resource "aws_glue_catalog_table" "this" {
  for_each = var.groups

  database_name = aws_glue_catalog_database.this.name
  name          = local._tables[each.key]
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"

  parameters = merge(local._projection, {
    EXTERNAL           = "TRUE"
    "parquet.compress" = "SNAPPY"
    "storage.location.template" = join("/", concat(
      [local._records_uris[each.key]],
      [for name in local._partition_order : "${name}=$${${name}}"],
    ))
  })

  dynamic "partition_keys" {
    for_each = local._partition_order

    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    location      = local._records_uris[each.key]
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    dynamic "columns" {
      for_each = concat(
        [for name, type in local._features[each.key] : { name = name, type = local._hive_types[type] }],
        local._store_columns,
      )

      content {
        name = columns.value.name
        type = columns.value.type
      }
    }

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }
  }
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Queries on feature groups."
  force_destroy = true
  tags          = var.tags

  configuration {
    bytes_scanned_cutoff_per_query     = var.scan_limit_bytes
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true

    result_configuration {
      expected_bucket_owner = var.account.id
      output_location       = "s3://${var.bucket_name}/features/queries/"

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.data_key.arn
      }
    }
  }
}
