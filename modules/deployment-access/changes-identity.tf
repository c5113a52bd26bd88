# Roles: only under one of the platform's boundaries, and passed only to the services named.

locals {
  _role_pattern = "arn:${local._partition}:iam::${local._id}:role/${local._ours}"
  _config_role_arn = join("", [
    "arn:${local._partition}:iam::${local._id}:role/aws-service-role/config.amazonaws.com/",
    "AWSServiceRoleForConfig",
  ])

  _identity_policies = {
    change-identity = concat(
      [
        {
          # Without a boundary the key is missing, and the statement does not match.
          sid = "ChangeBoundedRoles"
          actions = [
            "iam:CreateRole",
            "iam:DeleteRolePolicy",
            "iam:PutRolePermissionsBoundary",
            "iam:PutRolePolicy",
          ]
          resources = [local._role_pattern]
          conditions = [
            { test = "ArnEquals", variable = "iam:PermissionsBoundary", values = var.boundary_arns },
          ]
        },
        {
          # AWS offers no condition on the boundary for these; none of them gives a permission.
          sid = "ChangeRoles"
          actions = [
            "iam:DeleteRole",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
          ]
          resources = [local._role_pattern]
        },
        {
          sid     = "CreateRolesOfServices"
          actions = ["iam:CreateServiceLinkedRole"]
          resources = [
            "arn:${local._partition}:iam::${local._id}:role/aws-service-role/*",
          ]
          conditions = [{
            test     = "StringEquals"
            variable = "iam:AWSServiceName"
            values   = [for service in local._linked_services : "${service}.amazonaws.com"]
          }]
        },
        {
          # Services remove their own roles only when nothing of theirs is left.
          sid = "ChangeRolesOfServices"
          actions = [
            "iam:DeleteServiceLinkedRole",
            "iam:GetServiceLinkedRoleDeletionStatus",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateRoleDescription",
          ]
          resources = ["arn:${local._partition}:iam::${local._id}:role/aws-service-role/*"]
        },
        {
          # A recorder is given its service's own role like any other.
          sid       = "PassRoleOfConfig"
          actions   = ["iam:PassRole"]
          resources = [local._config_role_arn]
          conditions = [{
            test     = "StringEquals"
            variable = "iam:PassedToService"
            values   = ["config.amazonaws.com"]
          }]
        },
      ],
      [
        for service, arns in var.passed_roles : {
          sid       = "PassRolesTo${join("", [for word in regexall("[a-z0-9]+", split(".", service)[0]) : title(word)])}"
          actions   = ["iam:PassRole"]
          resources = arns
          conditions = [
            { test = "StringEquals", variable = "iam:PassedToService", values = [service] },
          ]
        }
      ],
    )
  }

  # Services that keep a role of their own in an account, made on first use.
  _linked_services = [
    "access-analyzer", "cloudtrail", "config", "guardduty", "inspector2", "macie",
    "malware-protection.guardduty", "route53resolver", "sagemaker", "securityhub",
  ]
}
