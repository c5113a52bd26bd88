# What a role needs in a policy of its own, beside being named here.

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "GetPackageToken"
    actions   = ["codeartifact:GetAuthorizationToken"]
    resources = [local.domain_arn]
  }

  statement {
    sid     = "SignInToPackages"
    actions = ["sts:GetServiceBearerToken"]
    # This action knows no resources.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "sts:AWSServiceName"
      values   = ["codeartifact.amazonaws.com"]
    }
  }

  statement {
    sid       = "ReadOwnPackages"
    actions   = local._read_actions
    resources = [local.repository_arn]
  }
}

data "aws_iam_policy_document" "publish" {
  source_policy_documents = [data.aws_iam_policy_document.read.json]

  statement {
    sid       = "PublishOwnPackages"
    actions   = local._publish_actions
    resources = [local.package_arns]
  }
}
