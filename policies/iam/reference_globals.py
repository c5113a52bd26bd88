"""The condition keys that are not one service's: what type each has and when a request has it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from enum import Enum


class Presence(Enum):
    """When AWS says that a request carries a key."""

    ALWAYS = "in every request"
    SIGNED = "in every signed request"
    SOMETIMES = "in some requests"


_ALWAYS = {
    "aws:CurrentTime": "Date",
    "aws:EpochTime": "Date",
    "aws:PrincipalAccount": "String",
    "aws:PrincipalType": "String",
    "aws:RequestedRegion": "String",
    "aws:SecureTransport": "Bool",
    "aws:UserAgent": "String",
    "aws:ViaAWSService": "Bool",
    "aws:userid": "String",
}
# An anonymous request has no principal to tell of.
_SIGNED = {
    "aws:PrincipalArn": "ARN",
    "aws:PrincipalIsAWSService": "Bool",
}
_SOMETIMES = {
    # Of the principal.
    "aws:PrincipalOrgID": "String",
    "aws:PrincipalOrgPaths": "ArrayOfString",
    "aws:PrincipalServiceName": "String",
    "aws:PrincipalServiceNamesList": "ArrayOfString",
    "aws:PrincipalTag/${TagKey}": "String",
    "aws:username": "String",
    # Of its session.
    "aws:AssumedRoot": "Bool",
    "aws:ChatbotSourceArn": "ARN",
    "aws:Ec2InstanceSourcePrivateIPv4": "IPAddress",
    "aws:Ec2InstanceSourceVpc": "String",
    "aws:FederatedProvider": "String",
    "aws:MultiFactorAuthAge": "Numeric",
    "aws:MultiFactorAuthPresent": "Bool",
    "aws:SignInSessionArn": "ARN",
    "aws:SourceIdentity": "String",
    "aws:TokenIssueTime": "Date",
    "codebuild:BuildArn": "ARN",
    "codebuild:ProjectArn": "ARN",
    "ec2:RoleDelivery": "Numeric",
    "ec2:SourceInstanceArn": "ARN",
    "glue:CredentialIssuingService": "String",
    "glue:RoleAssumedBy": "String",
    "identitystore:UserId": "String",
    "lambda:SourceFunctionArn": "ARN",
    "ssm:SourceInstanceArn": "ARN",
    # Of the network.
    "aws:SourceIp": "IPAddress",
    "aws:SourceVpc": "String",
    "aws:SourceVpcArn": "ARN",
    "aws:SourceVpce": "String",
    "aws:VpceAccount": "String",
    "aws:VpceOrgID": "String",
    "aws:VpceOrgPaths": "ArrayOfString",
    "aws:VpcSourceIp": "IPAddress",
    # Of the resource.
    "aws:ResourceAccount": "String",
    "aws:ResourceOrgID": "String",
    "aws:ResourceOrgPaths": "ArrayOfString",
    "aws:ResourceTag/${TagKey}": "String",
    # Of the request.
    "aws:CalledVia": "ArrayOfString",
    "aws:CalledViaAWSMCP": "String",
    "aws:CalledViaFirst": "String",
    "aws:CalledViaLast": "String",
    "aws:IsMcpServiceAction": "Bool",
    "aws:referer": "String",
    "aws:RequestTag/${TagKey}": "String",
    "aws:SourceAccount": "String",
    "aws:SourceArn": "ARN",
    "aws:SourceOrgID": "String",
    "aws:SourceOrgPaths": "ArrayOfString",
    "aws:TagKeys": "ArrayOfString",
    "aws:ViaAWSMCPService": "Bool",
}
GLOBAL_KEYS = {
    name: (kind, presence)
    for presence, kinds in (
        (Presence.ALWAYS, _ALWAYS),
        (Presence.SIGNED, _SIGNED),
        (Presence.SOMETIMES, _SOMETIMES),
    )
    for name, kind in kinds.items()
}
# Keys by which AWS attributes a request by tags: an action that takes none is listed without.
TAG_KEYS = ("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys")
