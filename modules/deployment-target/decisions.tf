# What people decided on releases, in the account that builds them: approvals, revocations, freezes.

data "aws_iam_policy_document" "read_decisions" {
  statement {
    sid       = "ReadDecisions"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._decisions_arn}/*"]
  }

  statement {
    sid       = "ListDecisions"
    actions   = ["s3:ListBucket"]
    resources = [local._decisions_arn]
  }

  statement {
    sid       = "DecryptDecisions"
    actions   = ["kms:Decrypt"]
    resources = ["${local._decision_key.keys}key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._decision_key.alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local._origin_s3]
    }
  }
}
