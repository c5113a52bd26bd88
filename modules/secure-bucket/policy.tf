# What the bucket allows: named roles, and named services for this account. What it denies to
# everybody stands in guards.tf. Nothing here deletes: a role of this account that must delete
# has that in its own policy, and a role of another account never has it.

locals {
  _read_actions  = ["s3:GetObject", "s3:GetObjectVersion"]
  _write_actions = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]
  _list_actions  = ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"]

  _grants = merge(
    length(var.readers) == 0 ? {} : {
      Read = { actions = local._read_actions, prefix = "", role_arns = var.readers }
    },
    length(var.writers) == 0 ? {} : {
      Write = {
        actions   = concat(local._read_actions, local._write_actions)
        prefix    = ""
        role_arns = var.writers
      }
    },
    {
      for prefix, roles in var.readers_by_prefix : "ReadUnder${local._sids[prefix]}" => {
        actions   = local._read_actions
        prefix    = prefix
        role_arns = roles
      } if length(roles) > 0
    },
    {
      for prefix, roles in var.writers_by_prefix : "WriteUnder${local._sids[prefix]}" => {
        actions   = concat(local._read_actions, local._write_actions)
        prefix    = prefix
        role_arns = roles
      } if length(roles) > 0
    },
  )

  _sids = {
    for prefix in distinct(concat(keys(var.readers_by_prefix), keys(var.writers_by_prefix))) : prefix => join("", [
      for word in split("/", replace(prefix, "/[._-]/", "/")) : title(word)
    ])
  }

  _service_sids = {
    for name in keys(var.service_writers) : name => join("", [for word in split("-", name) : title(word)])
  }
  _service_statements = merge(
    {
      for name, writer in var.service_writers : "AllowService${local._service_sids[name]}" => {
        actions = ["s3:PutObject"]
        resources = sort([
          for prefix in length(writer.prefixes) == 0 ? [""] : writer.prefixes : "${local.arn}/${prefix}*"
        ])
        writer = writer
      }
    },
    {
      for name, writer in var.service_writers : "AllowInspectionBy${local._service_sids[name]}" => {
        actions   = sort(writer.inspects)
        resources = [local.arn]
        writer    = writer
      } if length(writer.inspects) > 0
    },
  )
}

data "aws_iam_policy_document" "bucket" {
  source_policy_documents = [data.aws_iam_policy_document.guards.json]

  dynamic "statement" {
    for_each = local._grants

    content {
      sid       = "Allow${statement.key}"
      actions   = statement.value.actions
      resources = ["${local.arn}/${statement.value.prefix}*"]

      principals {
        type = "AWS"
        identifiers = sort(distinct([
          for role in statement.value.role_arns :
          "arn:${var.account.partition}:iam::${split(":", role)[4]}:root"
        ]))
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = sort(statement.value.role_arns)
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organization_id]
      }
    }
  }

  dynamic "statement" {
    for_each = local._grants

    content {
      sid       = "AllowListFor${statement.key}"
      actions   = statement.value.prefix == "" ? local._list_actions : ["s3:ListBucket"]
      resources = [local.arn]

      principals {
        type = "AWS"
        identifiers = sort(distinct([
          for role in statement.value.role_arns :
          "arn:${var.account.partition}:iam::${split(":", role)[4]}:root"
        ]))
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = sort(statement.value.role_arns)
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organization_id]
      }

      dynamic "condition" {
        for_each = statement.value.prefix == "" ? [] : ["${statement.value.prefix}*"]

        content {
          test     = "StringLike"
          variable = "s3:prefix"
          values   = [condition.value]
        }
      }
    }
  }

  dynamic "statement" {
    for_each = local._service_statements

    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources

      principals {
        type        = "Service"
        identifiers = [statement.value.writer.principal]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.account.id]
      }

      dynamic "condition" {
        for_each = length(statement.value.writer.source_arns) > 0 ? [statement.value.writer.source_arns] : []

        content {
          test     = "ArnLike"
          variable = "aws:SourceArn"
          values   = sort(condition.value)
        }
      }
    }
  }
}
