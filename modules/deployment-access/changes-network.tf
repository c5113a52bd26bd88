# The network. New things carry the platform's tags, and only things that carry them are changed.

locals {
  _network_creations = [
    "ec2:CreateFlowLogs",
    "ec2:CreateNetworkAcl",
    "ec2:CreateRouteTable",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet",
    "ec2:CreateVpc",
    "ec2:CreateVpcEndpoint",
  ]

  _network_policies = {
    change-network = concat([
      {
        sid = "CreateTaggedNetwork"
        actions = concat(local._network_creations, [
          "ec2:AuthorizeSecurityGroupEgress",
          "ec2:AuthorizeSecurityGroupIngress",
        ])
        resources  = local._network_arns
        conditions = local._tagging
      },
      {
        # What is created stands in something that is there: that must be ours too.
        sid        = "CreateInOurNetwork"
        actions    = local._network_creations
        resources  = local._network_arns
        conditions = local._tagged
      },
      {
        sid = "ChangeOurNetwork"
        actions = [
          "ec2:AssociateRouteTable",
          "ec2:AuthorizeSecurityGroupEgress",
          "ec2:AuthorizeSecurityGroupIngress",
          "ec2:CreateNetworkAclEntry",
          "ec2:DeleteFlowLogs",
          "ec2:DeleteNetworkAcl",
          "ec2:DeleteNetworkAclEntry",
          "ec2:DeleteRouteTable",
          "ec2:DeleteSecurityGroup",
          "ec2:DeleteSubnet",
          "ec2:DeleteTags",
          "ec2:DeleteVpc",
          "ec2:DeleteVpcEndpoints",
          "ec2:DisassociateRouteTable",
          "ec2:ModifySecurityGroupRules",
          "ec2:ModifySubnetAttribute",
          "ec2:ModifyVpcAttribute",
          "ec2:ModifyVpcEndpoint",
          "ec2:ReplaceNetworkAclAssociation",
          "ec2:ReplaceNetworkAclAssociation",
          "ec2:ReplaceNetworkAclEntry",
          "ec2:ReplaceRouteTableAssociation",
          "ec2:RevokeSecurityGroupEgress",
          "ec2:RevokeSecurityGroupIngress",
          "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
          "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
        ]
        resources  = local._network_arns
        conditions = local._tagged
      },
      {
        sid       = "TagNewNetwork"
        actions   = ["ec2:CreateTags"]
        resources = local._network_arns
        conditions = [{
          test     = "StringEquals"
          variable = "ec2:CreateAction"
          values = [
            for action in concat(local._network_creations, [
              "ec2:AuthorizeSecurityGroupEgress",
              "ec2:AuthorizeSecurityGroupIngress",
            ]) : trimprefix(action, "ec2:")
          ]
        }]
      },
      {
        sid        = "TagOurNetwork"
        actions    = ["ec2:CreateTags"]
        resources  = local._network_arns
        conditions = local._tagged
      },
      {
        # AWS makes these with each network and without tags; they become ours before they change.
        sid     = "TagDefaultsOfNetworks"
        actions = ["ec2:CreateTags"]
        resources = [
          for type in ["network-acl", "route-table", "security-group"] :
          "arn:${local._partition}:ec2:${local._end}:${type}/*"
        ]
        conditions = local._tagging
      },
      {
        # Their rules go first, while they bear no tags yet; nobody else's things bear none.
        sid       = "EmptyDefaultsOfNetworks"
        actions   = ["ec2:DeleteNetworkAclEntry"]
        resources = ["arn:${local._partition}:ec2:${local._end}:network-acl/*"]
        conditions = [
          { test = "Null", variable = "aws:ResourceTag/project", values = ["true"] },
        ]
      },
      {
        # Interfaces of services that are gone keep a network from being destroyed.
        sid       = "RemoveInterfaces"
        actions   = ["ec2:DeleteNetworkInterface", "ec2:DetachNetworkInterface"]
        resources = ["arn:${local._partition}:ec2:${local._end}:network-interface/*"]
      },
      {
        sid     = "NameEndpoints"
        actions = ["route53:AssociateVPCWithHostedZone"]
        resources = [
          "arn:${local._partition}:ec2:${local._end}:vpc/*",
          "arn:${local._partition}:route53:::hostedzone/*",
        ]
      },
      ], length(var.network_arns) == 0 ? [] : [
      {
        # A network that somebody else keeps: put into it, never changed.
        sid = "UseGivenNetwork"
        actions = [
          "ec2:CreateFlowLogs",
          "ec2:CreateSecurityGroup",
          "ec2:CreateVpcEndpoint",
          "ec2:ModifyVpcEndpoint",
        ]
        resources  = var.network_arns
        conditions = []
      },
    ])

    change-resolution = [
      {
        sid = "ChangeNameResolution"
        actions = [
          "route53resolver:AssociateFirewallRuleGroup",
          "route53resolver:AssociateResolverQueryLogConfig",
          "route53resolver:CreateFirewallDomainList",
          "route53resolver:CreateFirewallRule",
          "route53resolver:CreateFirewallRuleGroup",
          "route53resolver:CreateResolverQueryLogConfig",
          "route53resolver:DeleteFirewallDomainList",
          "route53resolver:DeleteFirewallRule",
          "route53resolver:DeleteFirewallRuleGroup",
          "route53resolver:DeleteResolverQueryLogConfig",
          "route53resolver:DisassociateFirewallRuleGroup",
          "route53resolver:DisassociateResolverQueryLogConfig",
          "route53resolver:TagResource",
          "route53resolver:UntagResource",
          "route53resolver:UpdateFirewallConfig",
          "route53resolver:UpdateFirewallDomains",
          "route53resolver:UpdateFirewallRule",
          "route53resolver:UpdateFirewallRuleGroupAssociation",
        ]
        resources = local._resolver_arns
      },
      {
        # The firewall and its query logs ask for the network that they watch.
        sid = "DeliverQueryLogs"
        actions = [
          "logs:CreateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:DeleteResourcePolicy",
          "logs:DeleteResourcePolicy",
          "logs:GetLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:UpdateLogDelivery",
        ]
        resources = ["*"]
      },
      {
        sid = "CloseAccount"
        actions = [
          "ec2:DisableEbsEncryptionByDefault",
          "ec2:DisableSerialConsoleAccess",
          "ec2:DisableSnapshotBlockPublicAccess",
          "ec2:EnableEbsEncryptionByDefault",
          "ec2:EnableImageBlockPublicAccess",
          "ec2:EnableSnapshotBlockPublicAccess",
          "ec2:ModifyInstanceMetadataDefaults",
          "ec2:ModifyVpcBlockPublicAccessOptions",
          "s3:PutAccountPublicAccessBlock",
          "sagemaker:DisableSagemakerServicecatalogPortfolio",
        ]
        resources = ["*"]
      },
      {
        sid       = "ChangeServiceSettings"
        actions   = ["ssm:ResetServiceSetting", "ssm:UpdateServiceSetting"]
        resources = ["arn:${local._partition}:ssm:${local._end}:servicesetting/ssm/*"]
      },
    ]
  }
}
