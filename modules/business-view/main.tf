# What the business sees of forecasts: a table over what batches leave, a view of the latest of them,
# a work group that asks for it, and, where there is a subscription, a data set of QuickSight.

locals {
  _database = replace(var.name, "-", "_")
  _tables   = { for model in keys(var.forecasts) : model => replace(model, "-", "_") }
  _views    = { for model, table in local._tables : model => "${table}_latest" }

  # As pipelines/steps/forecast.py writes them.
  _columns = [
    { name = "made_at", type = "string" },
    { name = "origin", type = "string" },
    { name = "time", type = "string" },
    { name = "step", type = "int" },
    { name = "forecast", type = "double" },
    { name = "lower", type = "double" },
    { name = "upper", type = "double" },
    { name = "linear", type = "double" },
    { name = "package", type = "string" },
  ]
  # Of the view: Hive's name of the type, Athena's own and QuickSight's.
  _shown = [
    { name = "hour", hive = "timestamp", presto = "timestamp(3)", quicksight = "DATETIME" },
    { name = "forecast", hive = "double", presto = "double", quicksight = "DECIMAL" },
    { name = "lower", hive = "double", presto = "double", quicksight = "DECIMAL" },
    { name = "upper", hive = "double", presto = "double", quicksight = "DECIMAL" },
    { name = "linear", hive = "double", presto = "double", quicksight = "DECIMAL" },
    { name = "made_at", hive = "string", presto = "varchar", quicksight = "STRING" },
    { name = "package", hive = "string", presto = "varchar", quicksight = "STRING" },
  ]
  # Moments are text that sorts as time does. Athena keeps a view as JSON in base64:
  # https://docs.aws.amazon.com/athena/latest/ug/views-troubleshooting.html
  _queries = {
    for model, table in local._tables : model => join(" ", [
      "SELECT date_parse(\"time\", '%Y-%m-%dT%H:%i:%sZ') AS hour, forecast, lower, upper, linear, made_at, package",
      "FROM \"${local._database}\".\"${table}\"",
      "WHERE made_at = (SELECT max(made_at) FROM \"${local._database}\".\"${table}\")",
    ])
  }
}

resource "aws_glue_catalog_database" "this" {
  name        = local._database
  description = "Forecasts of ${var.account.prefix}."
  tags        = var.tags
}

resource "aws_glue_catalog_table" "forecasts" {
  for_each = var.forecasts

  database_name = aws_glue_catalog_database.this.name
  name          = local._tables[each.key]
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL                 = "TRUE"
    "skip.header.line.count" = "1"
  }

  storage_descriptor {
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    location      = "s3://${var.bucket_name}/forecasts/${each.key}/table/"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    dynamic "columns" {
      for_each = local._columns

      content {
        name = columns.value.name
        type = columns.value.type
      }
    }

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
      parameters            = { "field.delim" = "," }
    }
  }
}

resource "aws_glue_catalog_table" "latest" {
  for_each = var.forecasts

  database_name      = aws_glue_catalog_database.this.name
  name               = local._views[each.key]
  description        = "The latest of it: ${each.value.description}"
  table_type         = "VIRTUAL_VIEW"
  parameters         = { comment = "Presto View", presto_view = "true" }
  view_expanded_text = "/* Presto View */"

  view_original_text = "/* Presto View: ${base64encode(jsonencode({
    originalSql = local._queries[each.key]
    catalog     = "awsdatacatalog"
    schema      = local._database
    columns     = [for column in local._shown : { name = column.name, type = column.presto }]
  }))} */"

  storage_descriptor {
    dynamic "columns" {
      for_each = local._shown

      content {
        name = columns.value.name
        type = columns.value.hive
      }
    }
  }

  depends_on = [aws_glue_catalog_table.forecasts]
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Questions of the business about forecasts."
  force_destroy = true
  tags          = var.tags

  configuration {
    bytes_scanned_cutoff_per_query     = var.scan_limit_bytes
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true

    result_configuration {
      expected_bucket_owner = var.account.id
      output_location       = "s3://${var.bucket_name}/forecasts/_queries/"

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.data_key_arn
      }
    }
  }
}
