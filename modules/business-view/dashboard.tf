# QuickSight, where the account has a subscription: a source that asks Athena, and a data set a model
# that asks at each look, so that a batch shows as soon as its job has ended.

locals {
  _readers = var.dashboard == null ? [] : var.dashboard.reader_arns
  _shows   = var.dashboard == null ? {} : var.forecasts
}

resource "aws_quicksight_data_source" "this" {
  for_each = toset(var.dashboard == null ? [] : ["this"])

  aws_account_id = var.account.id
  data_source_id = var.name
  name           = "Forecasts of ${var.account.prefix}"
  type           = "ATHENA"
  tags           = var.tags

  parameters {
    athena {
      work_group = aws_athena_workgroup.this.name
    }
  }

  ssl_properties {
    disable_ssl = false
  }

  dynamic "permission" {
    for_each = toset(local._readers)

    content {
      principal = permission.value
      actions = [
        "quicksight:DescribeDataSource",
        "quicksight:DescribeDataSourcePermissions",
        "quicksight:PassDataSource",
      ]
    }
  }
}

resource "aws_quicksight_data_set" "latest" {
  for_each = local._shows

  aws_account_id = var.account.id
  data_set_id    = "${var.name}-${each.key}"
  name           = substr(each.value.description, 0, 128)
  import_mode    = "DIRECT_QUERY"
  tags           = var.tags

  physical_table_map {
    physical_table_map_id = "${each.key}-latest"

    relational_table {
      catalog         = "AwsDataCatalog"
      data_source_arn = aws_quicksight_data_source.this["this"].arn
      name            = aws_glue_catalog_table.latest[each.key].name
      schema          = aws_glue_catalog_database.this.name

      dynamic "input_columns" {
        for_each = local._shown

        content {
          name = input_columns.value.name
          type = input_columns.value.quicksight
        }
      }
    }
  }

  dynamic "permissions" {
    for_each = toset(local._readers)

    content {
      principal = permissions.value
      actions = [
        "quicksight:DescribeDataSet",
        "quicksight:DescribeDataSetPermissions",
        "quicksight:DescribeIngestion",
        "quicksight:ListIngestions",
        "quicksight:PassDataSet",
      ]
    }
  }
}
