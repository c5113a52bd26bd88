# Whoever asks a model takes this role: it can invoke the endpoints, and nothing else.

data "aws_iam_policy_document" "consumer_trust" {
  statement {
    sid     = "AllowConsumers"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [local._account_arn]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [local._role_arns.test, local._role_arns.verify]
    }
  }
}

data "aws_iam_policy_document" "consumer" {
  statement {
    sid       = "InvokeEndpoints"
    actions   = ["sagemaker:InvokeEndpoint"]
    resources = local._endpoint_arns
  }
}

resource "aws_iam_role" "consumer" {
  name                 = var.role_names.consumer
  description          = "Asks the models of this account."
  assume_role_policy   = data.aws_iam_policy_document.consumer_trust.json
  max_session_duration = 3600
  permissions_boundary = var.boundary_arns.workload
  tags                 = var.tags
}

resource "aws_iam_role_policy" "consumer" {
  name   = "consumer"
  role   = aws_iam_role.consumer.name
  policy = data.aws_iam_policy_document.consumer.json
}
