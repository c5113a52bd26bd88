# The most that a role of each class may ever do: one managed policy a class. Whoever lays out the
# account's roles names these policies and can neither edit nor detach them.

locals {
  # The longer token first: a list stands in its document as one quoted element.
  _rendered = {
    for class, document in var.documents : class => replace(replace(replace(replace(replace(replace(
      document,
      "\"<regions>\"", join(", ", [for region in sort(var.regions) : jsonencode(region)])),
      "<account-id>", var.account.id),
      "<organization-id>", var.organization_id),
      "<partition>", var.account.partition),
      "<prefix>", var.organization_prefix),
    "<region>", var.account.region)
  }

  # AWS counts no white space.
  _documents = { for class, document in local._rendered : class => try(jsonencode(jsondecode(document)), document) }
  _names     = { for class in keys(var.documents) : class => "${var.account.prefix}-boundary-${class}" }
}

resource "aws_iam_policy" "this" {
  for_each = local._documents

  name        = local._names[each.key]
  description = "The most that a role of class ${each.key} may ever do in ${var.account.prefix}."
  policy      = each.value
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(each.value) <= 6144
      error_message = "documents.${each.key} must have at most 6144 characters once its tokens are replaced, got ${length(each.value)}."
    }

    # jsonencode writes the brackets of a token that is left as \u003c and \u003e.
    precondition {
      condition     = !can(regex("[<>]|\\\\u003[ce]", each.value))
      error_message = "documents.${each.key} must contain no token but <account-id>, <organization-id>, <partition>, <prefix>, <region> and \"<regions>\", got ${join(", ", distinct(regexall("<[a-z-]+>", local._rendered[each.key])))}."
    }
  }
}
