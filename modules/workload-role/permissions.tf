# A key's ARN is unknown until the key exists, so keys are named by their alias: all keys of the
# account and region as resource, narrowed to the one that carries the alias.

locals {
  _key_actions = {
    decrypt = ["kms:Decrypt", "kms:DescribeKey"]
    # S3 asks for no more than this to store an object, and to put one together from its parts.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    store = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    use = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ]
  }

  _stores_only = {
    for name, key in var.keys : name => !key.grants && key.via_services == tolist(["s3"])
  }

  _keys = {
    for name, key in var.keys : name => {
      sid      = join("", [for word in split("-", name) : title(word)])
      actions  = local._key_actions[key.access == "use" && local._stores_only[name] ? "store" : key.access]
      alias    = split(":", key.alias_arn)[5]
      grants   = key.grants
      resource = "${join(":", slice(split(":", key.alias_arn), 0, 5))}:key/*"
      via_services = sort([
        for service in key.via_services : "${service}.${split(":", key.alias_arn)[3]}.amazonaws.com"
      ])
    }
  }
}

data "aws_iam_policy_document" "permissions" {
  dynamic "statement" {
    for_each = var.statements

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = statement.value.conditions

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.denials

    content {
      sid       = statement.value.sid
      effect    = "Deny"
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }

  dynamic "statement" {
    for_each = local._keys

    content {
      sid       = "UseKey${statement.value.sid}"
      actions   = statement.value.actions
      resources = [statement.value.resource]

      condition {
        test     = "ForAnyValue:StringEquals"
        variable = "kms:ResourceAliases"
        values   = [statement.value.alias]
      }

      dynamic "condition" {
        for_each = length(statement.value.via_services) > 0 ? [statement.value.via_services] : []

        content {
          test     = "StringEquals"
          variable = "kms:ViaService"
          values   = condition.value
        }
      }
    }
  }

  dynamic "statement" {
    for_each = { for name, key in local._keys : name => key if key.grants }

    content {
      sid       = "GrantKey${statement.value.sid}"
      actions   = ["kms:CreateGrant"]
      resources = [statement.value.resource]

      condition {
        test     = "ForAnyValue:StringEquals"
        variable = "kms:ResourceAliases"
        values   = [statement.value.alias]
      }

      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = ["true"]
      }
    }
  }
}
