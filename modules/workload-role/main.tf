# One role: who takes it, what it may do, and the policy that bounds it.

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = var.description
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = var.max_session_duration
  permissions_boundary = var.boundary_arn
  tags                 = var.tags

  lifecycle {
    precondition {
      condition     = length(data.aws_iam_policy_document.trust.minified_json) <= 2048
      error_message = "The trust policy of ${var.name} must have at most 2048 characters, got ${length(data.aws_iam_policy_document.trust.minified_json)}; name fewer people or roles."
    }

    precondition {
      condition     = length(setsubtract(keys(var.unscoped_statements), var.statements[*].sid)) == 0
      error_message = "unscoped_statements must name statements of ${var.name}, got ${join(", ", setsubtract(keys(var.unscoped_statements), var.statements[*].sid))}."
    }
  }
}

resource "aws_iam_role_policy" "this" {
  count = length(var.statements) + length(var.keys) > 0 ? 1 : 0

  name   = "permissions"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.permissions.json

  lifecycle {
    precondition {
      condition     = length(data.aws_iam_policy_document.permissions.minified_json) <= 10240
      error_message = "The policy of ${var.name} must have at most 10240 characters, got ${length(data.aws_iam_policy_document.permissions.minified_json)}; name prefixes instead of single resources."
    }
  }
}
