# What everything that runs in a container of this account needs: its image and the private network.

locals {
  _ec2_arn = "arn:${local._partition}:ec2:${local._arn_end}"
  _joined_subnets = (
    var.joins.subnet_ids == null
    ? ["${local._ec2_arn}:subnet/*"]
    : [for id in var.joins.subnet_ids : "${local._ec2_arn}:subnet/${id}"]
  )
  # A network that was there before has no tags of ours; its subnets are known by their ids.
  _subnet_tags = var.joins.subnet_ids == null ? var.joins.tags : {}
}

data "aws_iam_policy_document" "container" {
  statement {
    sid       = "PullStoredImages"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [local._image_repository_arn]
  }

  statement {
    sid     = "SignInToImageRegistry"
    actions = ["ecr:GetAuthorizationToken"]
    # This action knows no resources.
    resources = ["*"]
  }

  statement {
    sid = "SeeNetwork"
    actions = [
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
    ]
    # These actions know no resources.
    resources = ["*"]
  }

  statement {
    sid       = "JoinOwnGroups"
    actions   = ["ec2:CreateNetworkInterface"]
    resources = ["${local._ec2_arn}:security-group/*"]

    dynamic "condition" {
      for_each = var.joins.tags

      content {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${condition.key}"
        values   = [condition.value]
      }
    }
  }

  statement {
    sid       = "JoinOwnSubnets"
    actions   = ["ec2:CreateNetworkInterface"]
    resources = local._joined_subnets

    dynamic "condition" {
      for_each = local._subnet_tags

      content {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${condition.key}"
        values   = [condition.value]
      }
    }
  }

  statement {
    sid = "KeepInterfaces"
    actions = [
      "ec2:CreateNetworkInterface",
      "ec2:CreateNetworkInterfacePermission",
      "ec2:DeleteNetworkInterface",
      "ec2:DeleteNetworkInterfacePermission",
    ]
    resources = ["${local._ec2_arn}:network-interface/*"]
  }
}
