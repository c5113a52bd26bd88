# What is looked for in the trail, as CloudWatch's filter patterns. A pattern that compares with a
# field which an event may lack says so itself: a missing field never hides an event.

locals {
  _issuer = "$.userIdentity.sessionContext.sessionIssuer.arn"

  # Nobody's session, or one of another role than those that release.
  _outside_promotion = join(" ", [
    "((${local._issuer} NOT EXISTS) || (",
    join(" && ", [for role in sort(var.promotion_role_arns) : "(${local._issuer} != \"${role}\")"]),
    "))",
  ])

  # Calls of one service that each count, by the alarm that tells of them.
  _calls = {
    bucket-changes = {
      source      = "s3.amazonaws.com"
      description = "Somebody changed who may reach a bucket, or how it is kept (CIS 5.8)."
      names = [
        "DeleteBucketEncryption", "DeleteBucketPolicy", "DeleteBucketPublicAccessBlock", "DeleteBucketReplication",
        "PutAccountPublicAccessBlock", "PutBucketAcl", "PutBucketCors", "PutBucketEncryption", "PutBucketLifecycle",
        "PutBucketLogging", "PutBucketObjectLockConfiguration", "PutBucketPolicy", "PutBucketPublicAccessBlock",
        "PutBucketReplication", "PutBucketVersioning",
      ]
    }
    detection-changes = {
      source      = "guardduty.amazonaws.com"
      description = "Somebody changed what GuardDuty looks for."
      names       = ["CreateFilter", "DeleteDetector", "DisassociateFromAdministratorAccount", "UpdateDetector"]
    }
    finding-changes = {
      source      = "securityhub.amazonaws.com"
      description = "Somebody changed what Security Hub checks."
      names = [
        "BatchDisableStandards", "CreateAutomationRule", "DisableSecurityHub", "UpdateSecurityControl",
        "UpdateStandardsControl",
      ]
    }
    function-changes = {
      source      = "lambda.amazonaws.com"
      description = "Somebody changed a function, among them the one that stops what slipped past the guardrails."
      names = [
        "AddPermission20150331v2", "DeleteFunction20150331", "DeleteFunctionConcurrency20171031",
        "PutFunctionConcurrency20171031", "RemovePermission20150331v2", "UpdateFunctionCode20150331v2",
        "UpdateFunctionConfiguration20150331v2",
      ]
    }
    key-changes = {
      source      = "kms.amazonaws.com"
      description = "Somebody changed who may use a key, or took one out of use (CIS 5.7)."
      names = [
        "CreateGrant", "DeleteAlias", "DeleteImportedKeyMaterial", "DisableKey", "DisableKeyRotation", "PutKeyPolicy",
        "ScheduleKeyDeletion", "UpdateAlias",
      ]
    }
    record-changes = {
      source      = "config.amazonaws.com"
      description = "Somebody changed how configurations are recorded and judged (CIS 5.9)."
      names = [
        "DeleteConfigRule", "DeleteConfigurationRecorder", "DeleteDeliveryChannel", "PutConfigRule",
        "PutConfigurationRecorder", "PutDeliveryChannel", "StopConfigurationRecorder",
      ]
    }
    rule-changes = {
      source      = "events.amazonaws.com"
      description = "Somebody changed a rule that carries events, among them those of approvals and of detection."
      names       = ["DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"]
    }
    trail-changes = {
      source      = "cloudtrail.amazonaws.com"
      description = "Somebody changed what is recorded (CIS 5.5)."
      names = [
        "CreateTrail", "DeleteTrail", "PutEventSelectors", "PutInsightSelectors", "StopLogging", "UpdateTrail",
      ]
    }
    user-changes = {
      source      = "iam.amazonaws.com"
      description = "Somebody made a user or a long-lived key, which nobody here has."
      names       = ["AttachUserPolicy", "CreateAccessKey", "CreateLoginProfile", "CreateUser", "PutUserPolicy"]
    }
    policy-changes = {
      source      = "iam.amazonaws.com"
      description = "Somebody changed what a role may do, or who takes it (CIS 5.4)."
      names = [
        "AttachRolePolicy", "CreatePolicy", "CreatePolicyVersion", "CreateRole", "DeletePolicy", "DeletePolicyVersion",
        "DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "PutRolePolicy", "SetDefaultPolicyVersion",
        "UpdateAssumeRolePolicy",
      ]
    }
    boundary-changes = {
      source      = "iam.amazonaws.com"
      description = "Somebody changed or removed the boundary of a role."
      names = [
        "DeleteRolePermissionsBoundary", "DeleteUserPermissionsBoundary", "PutRolePermissionsBoundary",
        "PutUserPermissionsBoundary",
      ]
    }
  }

  # Network calls are many and of one source: they are named by what they change.
  _network_names = {
    network-group-changes = {
      description = "Somebody changed a security group or a network access list (CIS 5.10, 5.11)."
      names = [
        "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateNetworkAclEntry", "CreateSecurityGroup",
        "DeleteNetworkAclEntry", "DeleteSecurityGroup", "ModifySecurityGroupRules", "ReplaceNetworkAclAssociation",
        "ReplaceNetworkAclEntry", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress",
      ]
    }
    network-path-changes = {
      description = "Somebody changed a way in or out of the network (CIS 5.12 to 5.14)."
      names = [
        "AcceptVpcPeeringConnection", "AttachInternetGateway", "CreateInternetGateway", "CreateNatGateway", "CreateRoute",
        "CreateVpc", "CreateVpcEndpoint", "CreateVpcPeeringConnection", "DeleteFlowLogs", "DeleteVpcEndpoints",
        "ModifyVpcEndpoint", "ReplaceRoute", "ReplaceRouteTableAssociation",
      ]
    }
  }

  _endpoint_names = [
    "CreateEndpoint", "CreateEndpointConfig", "CreateModel", "DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel",
    "UpdateEndpoint", "UpdateEndpointWeightsAndCapacities",
  ]

  _own = {
    approvals = {
      description = "Somebody decided on a model or a release."
      pattern     = "{ ($.eventName = \"PutApprovalResult\") || (($.eventName = \"UpdateModelPackage\") && ($.requestParameters.modelApprovalStatus EXISTS)) || (($.eventName = \"CreateModelPackage\") && ($.requestParameters.modelApprovalStatus = \"Approved\")) }"
    }
    console-without-mfa = {
      description = "Somebody signed in to the console without a second factor (CIS 5.2)."
      pattern     = "{ ($.eventName = \"ConsoleLogin\") && ($.userIdentity.type = \"IAMUser\") && ($.responseElements.ConsoleLogin = \"Success\") && (($.additionalEventData.MFAUsed NOT EXISTS) || ($.additionalEventData.MFAUsed != \"Yes\")) }"
    }
    root-use = {
      description = "Somebody used the account's root (CIS 5.3)."
      pattern     = "{ ($.userIdentity.type = \"Root\") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != \"AwsServiceEvent\") }"
    }
    unauthorised-calls = {
      description = "Calls were refused, as they are when somebody tries what they may not (CIS 5.1)."
      pattern     = "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }"
    }
  }

  # Where releases happen; an account without them has no endpoint at all.
  _endpoints = {
    endpoint-changes = {
      description = "Somebody other than a promotion changed a model or an endpoint."
      pattern = (
        length(var.promotion_role_arns) == 0
        ? "{ ($.eventSource = \"sagemaker.amazonaws.com\") && (${local._names.endpoints}) }"
        : "{ ($.eventSource = \"sagemaker.amazonaws.com\") && (${local._names.endpoints}) && ${local._outside_promotion} }"
      )
    }
  }

  _names = {
    endpoints = join(" || ", [for name in local._endpoint_names : "($.eventName = \"${name}\")"])
  }

  events = {
    for name, event in merge(
      local._own,
      local._endpoints,
      {
        for name, calls in local._calls : name => {
          description = calls.description
          pattern = "{ ($.eventSource = \"${calls.source}\") && (${join(" || ", [
            for call in calls.names : "($.eventName = \"${call}\")"
          ])}) }"
        }
      },
      {
        for name, calls in local._network_names : name => {
          description = calls.description
          pattern     = "{ ${join(" || ", [for call in calls.names : "($.eventName = \"${call}\")"])} }"
        }
      },
      ) : name => {
      description = event.description
      pattern     = event.pattern
    }
  }
}
