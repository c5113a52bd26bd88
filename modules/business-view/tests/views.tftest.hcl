# What the table holds, what the view asks, and who sees a dashboard.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account      = { id = "111111111111", prefix = "acme-lab" }
  bucket_name  = "acme-lab-data"
  data_key_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  dashboard    = { reader_arns = ["arn:aws:quicksight:eu-west-1:111111111111:group/default/business"] }
  forecasts    = { demand = { description = "Demand of the next day." } }
  name         = "acme-lab-forecasts"
}

run "reads_the_rows_of_batches_and_nothing_else" {
  command = plan

  assert {
    condition     = aws_glue_catalog_table.forecasts["demand"].storage_descriptor[0].location == "s3://acme-lab-data/forecasts/demand/table/"
    error_message = "The table must lie over the rows, and not over the charts beside them."
  }

  assert {
    condition     = aws_glue_catalog_table.forecasts["demand"].storage_descriptor[0].columns[*].name == tolist(["made_at", "origin", "time", "step", "forecast", "lower", "upper", "linear", "package"])
    error_message = "The columns must be those that a batch writes, in their order."
  }
}

run "shows_the_batch_that_was_made_last" {
  command = plan

  assert {
    condition     = strcontains(jsondecode(base64decode(split(" ", aws_glue_catalog_table.latest["demand"].view_original_text)[3])).originalSql, "WHERE made_at = (SELECT max(made_at) FROM \"acme_lab_forecasts\".\"demand\")")
    error_message = "The view must show the latest batch alone."
  }
}

run "keeps_results_under_our_key_whatever_a_client_says" {
  command = plan

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration && aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_KMS"
    error_message = "Results must lie under the key of the account."
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].result_configuration[0].output_location == "s3://acme-lab-data/forecasts/_queries/"
    error_message = "Results must lie where no model is called so, and below the one prefix that Athena reaches."
  }
}

run "asks_at_each_look_for_named_readers" {
  command = plan

  variables {
    forecasts = { demand = { description = "Demand, told at length: ${join("", [for _ in range(150) : "x"])}" } }
  }

  assert {
    condition     = length(aws_quicksight_data_set.latest["demand"].name) == 128 && alltrue([for table in aws_quicksight_data_set.latest["demand"].physical_table_map : can(regex("^[0-9a-zA-Z-]{1,64}$", table.physical_table_map_id))])
    error_message = "Names and identifiers must be such as QuickSight takes."
  }

  assert {
    condition     = aws_quicksight_data_set.latest["demand"].import_mode == "DIRECT_QUERY"
    error_message = "A data set must show what is there now."
  }

  assert {
    condition     = [for permission in aws_quicksight_data_set.latest["demand"].permissions : permission.principal] == ["arn:aws:quicksight:eu-west-1:111111111111:group/default/business"]
    error_message = "Only named readers may see a data set."
  }
}

run "needs_no_subscription" {
  command = plan

  variables {
    dashboard = null
  }

  assert {
    condition     = length(aws_quicksight_data_source.this) == 0 && length(aws_quicksight_data_set.latest) == 0 && length(aws_glue_catalog_table.latest) == 1
    error_message = "Without a subscription there must be the view and nothing of QuickSight."
  }
}
