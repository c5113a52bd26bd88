# What is asked in SQL, records of feature groups and forecasts: catalogue and work group of each; and
# what shows forecasts in QuickSight. Nothing here asks a question or reads an answer.

locals {
  _forecasts_name = try(var.forecasts.name, null)
  _has_dashboard  = try(var.forecasts.has_dashboard, false)
  _asked          = compact([var.features, local._forecasts_name])
  _is_asked       = length(local._asked) > 0

  _catalogue_arns = concat(
    ["arn:${local._partition}:glue:${local._end}:catalog"],
    flatten([
      for name in local._asked : [
        for place in ["database/${replace(name, "-", "_")}", "table/${replace(name, "-", "_")}/*"] :
        "arn:${local._partition}:glue:${local._end}:${place}"
      ]
    ]),
  )
  _work_group_arns  = [for name in local._asked : "arn:${local._partition}:athena:${local._end}:workgroup/${name}"]
  _data_source_arns = ["arn:${local._partition}:quicksight:${local._end}:datasource/${coalesce(local._forecasts_name, "none")}"]
  _data_set_arns    = ["arn:${local._partition}:quicksight:${local._end}:dataset/${coalesce(local._forecasts_name, "none")}-*"]

  # What each of the policies says of it beside the rest.
  _query_statements = {
    change-workloads = [for statement in local._change_features : statement if local._has_features]
    read-services    = [for statement in local._see_features : statement if local._has_features]
    change-stores = concat(
      [for statement in local._change_queries : statement if local._is_asked],
      [for statement in local._change_dashboard : statement if local._has_dashboard],
    )
    read-platform = concat(
      [for statement in local._see_queries : statement if local._is_asked],
      [for statement in local._see_dashboard : statement if local._has_dashboard],
    )
  }

  _see_queries = [
    {
      sid       = "SeeCatalogue"
      actions   = ["glue:GetDatabase", "glue:GetPartitionIndexes", "glue:GetTable", "glue:GetTags"]
      resources = local._catalogue_arns
    },
    {
      sid       = "SeeWorkGroup"
      actions   = ["athena:GetWorkGroup", "athena:ListTagsForResource"]
      resources = local._work_group_arns
    },
  ]
  _see_dashboard = [
    {
      sid = "SeeDashboard"
      actions = [
        "quicksight:DescribeDataSet",
        "quicksight:DescribeDataSetPermissions",
        "quicksight:DescribeDataSetRefreshProperties",
        "quicksight:DescribeDataSource",
        "quicksight:DescribeDataSourcePermissions",
        "quicksight:ListTagsForResource",
      ]
      resources = concat(local._data_set_arns, local._data_source_arns)
    },
  ]

  _change_queries = [
    {
      sid = "ChangeCatalogue"
      actions = [
        "glue:CreateDatabase",
        "glue:CreateTable",
        "glue:DeleteDatabase",
        "glue:DeleteTable",
        "glue:TagResource",
        "glue:UntagResource",
        "glue:UpdateDatabase",
        "glue:UpdateTable",
      ]
      resources = local._catalogue_arns
    },
    {
      sid = "ChangeWorkGroup"
      actions = [
        "athena:CreateWorkGroup",
        "athena:DeleteWorkGroup",
        "athena:TagResource",
        "athena:UntagResource",
        "athena:UpdateWorkGroup",
      ]
      resources = local._work_group_arns
    },
  ]
  _change_dashboard = [
    {
      # AWS lets the making of a source name no resource.
      sid        = "CreateTaggedSource"
      actions    = ["quicksight:CreateDataSource"]
      resources  = ["*"]
      conditions = local._tagging
    },
    {
      sid = "ChangeDashboard"
      actions = [
        # AWS asks for it on the source.
        "quicksight:CreateDataSet",
        "quicksight:DeleteDataSet",
        "quicksight:DeleteDataSource",
        "quicksight:PassDataSource",
        "quicksight:TagResource",
        "quicksight:UntagResource",
        "quicksight:UpdateDataSet",
        "quicksight:UpdateDataSetPermissions",
        "quicksight:UpdateDataSource",
        "quicksight:UpdateDataSourcePermissions",
      ]
      resources = concat(local._data_set_arns, local._data_source_arns)
    },
  ]

  # In the boundaries, where room is scarce: all that is done to a thing of these kinds, its look
  # included.
  _query_boundary_actions = concat(
    local._feature_boundary_actions,
    [for action in ["athena:*Tag*", "athena:*WorkGroup", "glue:*Database", "glue:*Table", "glue:*Tag*", "glue:GetPartitionI*"] : action if local._is_asked],
    [for action in ["quicksight:*DataS*", "quicksight:*Tag*"] : action if local._has_dashboard],
  )
  _query_boundary_reads = concat(
    local._feature_boundary_reads,
    [for action in ["athena:GetWorkGroup", "athena:ListTags*", "glue:GetDatabase", "glue:GetPartitionI*", "glue:GetTable", "glue:GetTags"] : action if local._is_asked],
    [for action in ["quicksight:DescribeDataS*", "quicksight:ListTags*"] : action if local._has_dashboard],
  )
}
