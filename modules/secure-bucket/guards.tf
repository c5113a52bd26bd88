# What nobody may do, whatever else allows it. The key's ARN is unknown until the key exists and
# would leave the whole policy unknown to a reviewer, so it does not occur here. Instead, a request
# either names no encryption, and the bucket's default (the customer key) applies, or it names a
# key of this account and region; every other way of encrypting is denied. Which keys of the
# account a role can name is then decided by the keys' policies, which admit named roles only.

locals {
  # Builds of other accounts know a key by its alias; those of AWS's own keys begin otherwise.
  _key_patterns = [
    for key in ["alias/${var.account.prefix}-*", "key/*"] :
    "arn:${var.account.partition}:kms:${var.account.region}:${var.account.id}:${key}"
  ]

  _objects = [local.arn, "${local.arn}/*"]
  # What Athena asks for, where it asks for anything; it lists the bucket for that.
  _queried = length(var.queried_prefixes) == 0 ? [] : concat(
    [local.arn], [for prefix in sort(var.queried_prefixes) : "${local.arn}/${prefix}*"]
  )

  # What reads, writes, lists or removes data.
  _content_actions = [
    "s3:BypassGovernanceRetention",
    "s3:GetObject*",
    "s3:ListMultipartUploadParts",
    "s3:PutObject*",
    "s3:ReplicateDelete",
    "s3:ReplicateObject",
    "s3:RestoreObject",
  ]
  _housekeeping_actions = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject*",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
  ]
  _outside_role_arns = flatten(values(var.outside_endpoints)[*].role_arns)
  _kept_inside = {
    DenyOutsideEndpoints = {
      actions = local._content_actions
      except  = sort(distinct(local._outside_role_arns))
    }
    # Terraform asks whether a bucket is there, and who destroys an account empties it.
    DenyKeepingOutsideEndpoints = {
      actions = local._housekeeping_actions
      except  = sort(distinct(concat(local._outside_role_arns, var.housekeepers)))
    }
  }
  # Athena asks for whoever asked it, from a network of AWS. What it asks for is guarded apart from
  # all else, so that no object is open to it that is not named.
  _endpoint_guards = merge(
    {
      for sid, guard in local._kept_inside : sid => merge(guard, {
        all_but = length(local._queried) == 0 ? null : local._queried
        asks    = []
        only    = length(local._queried) == 0 ? local._objects : null
      })
    },
    {
      for sid, guard in local._kept_inside : "${sid}ButQueries" => merge(guard, {
        all_but = null
        asks    = ["athena.amazonaws.com"]
        only    = local._queried
      }) if length(local._queried) > 0
    },
  )

  # Conditions under which a put is refused; all conditions of one entry must hold.
  _refused_encryption = merge(
    {
      DenyOtherAlgorithm = [
        { test = "Null", variable = "s3:x-amz-server-side-encryption", values = ["false"] },
        {
          test     = "StringNotEquals"
          variable = "s3:x-amz-server-side-encryption"
          values   = [local._algorithm]
        },
      ]
      DenyKeyOfTheCaller = [
        {
          test     = "Null"
          variable = "s3:x-amz-server-side-encryption-customer-algorithm"
          values   = ["false"]
        },
      ]
    },
    local._receives_access_logs ? {} : {
      # Without a key's name, S3 would take its own key in place of the bucket's.
      DenyUnnamedKey = [
        {
          test     = "StringEquals"
          variable = "s3:x-amz-server-side-encryption"
          values   = [local._algorithm]
        },
        {
          test     = "Null"
          variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
          values   = ["true"]
        },
      ]
      DenyForeignKey = [
        {
          test     = "Null"
          variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
          values   = ["false"]
        },
        {
          test     = "StringNotLike"
          variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
          values   = local._key_patterns
        },
      ]
    },
  )

  # Whoever puts an object asks that none of its name is there: S3 takes no other value than *, so
  # that the header is there is enough. An upload in parts begins without it and is refused too.
  _refused_overwrites = var.write_once ? {
    DenyOverwrites  = [{ test = "Null", variable = "s3:if-none-match", values = ["true"] }]
    DenyReplacement = [{ test = "Null", variable = "s3:if-match", values = ["false"] }]
  } : {}
}

data "aws_iam_policy_document" "guards" {
  statement {
    sid       = "DenyPlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.arn, "${local.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  statement {
    sid       = "DenyOldTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.arn, "${local.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "NumericLessThan"
      variable = "s3:TlsVersion"
      values   = ["1.2"]
    }
  }

  statement {
    sid       = "DenyOutsideOrganization"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.arn, "${local.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    # A request without this key, such as an anonymous one, is denied too.
    condition {
      test     = "StringNotEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization_id]
    }

    condition {
      test     = "BoolIfExists"
      variable = "aws:PrincipalIsAWSService"
      values   = ["false"]
    }
  }

  statement {
    sid       = "DenyServicesForOthers"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.arn, "${local.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:PrincipalIsAWSService"
      values   = ["true"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }
  }

  # Objects are reached through a VPC endpoint of the accounts named, or not at all. Endpoints are
  # named by their owner: an endpoint's own id is unknown before it exists and would leave the
  # policy unknown to a reviewer. A request that comes through no endpoint has no such key, and is
  # denied. Settings of the bucket are not data: Terraform reaches them from outside.
  dynamic "statement" {
    for_each = local._endpoint_guards

    content {
      sid           = statement.key
      effect        = "Deny"
      actions       = statement.value.actions
      not_resources = statement.value.all_but
      resources     = statement.value.only

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "StringNotEquals"
        variable = "aws:VpceAccount"
        values   = sort(distinct(concat([var.account.id], var.endpoint_accounts)))
      }

      # Services that write by themselves, such as CloudTrail, use no endpoint of ours; the
      # statement above judges them.
      condition {
        test     = "BoolIfExists"
        variable = "aws:PrincipalIsAWSService"
        values   = ["false"]
      }

      dynamic "condition" {
        for_each = statement.value.asks

        content {
          test     = "StringNotEquals"
          variable = "aws:CalledViaLast"
          values   = [condition.value]
        }
      }

      dynamic "condition" {
        for_each = length(statement.value.except) == 0 ? [] : [statement.value.except]

        content {
          test     = "ArnNotEquals"
          variable = "aws:PrincipalArn"
          values   = condition.value
        }
      }
    }
  }

  dynamic "statement" {
    for_each = merge(local._refused_encryption, local._refused_overwrites)

    content {
      sid       = statement.key
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = ["${local.arn}/*"]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      dynamic "condition" {
        for_each = statement.value

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}
