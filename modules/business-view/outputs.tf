output "views" {
  description = "The views of the latest forecasts by model, each with its database."
  value = {
    for model, view in aws_glue_catalog_table.latest : model => { database = view.database_name, name = view.name }
  }
}

output "work_group_name" {
  description = "Name of the work group that asks for them."
  value       = aws_athena_workgroup.this.name
}
