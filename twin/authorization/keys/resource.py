"""Keys about the resource that is asked for: whose it is, and its tags.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resource-properties
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.authorization.keys.ask import Ask, Family, Reader, Values
from twin.authorization.keys.organization import membership
from twin.authorization.keys.request_tags import request_tags
from twin.authorization.keys.tags import live_tags

# "This global condition key does not support the following actions": what they connect to in
# another account does not show. AWS's examples deny them beside the perimeter, which they pass:
# https://github.com/aws-samples/data-perimeter-policy-examples/tree/main/service_control_policies
_SHOW_OWN_SIDE = frozenset(
    {
        "auditmanager:UpdateAssessmentFrameworkShare",
        "detective:AcceptInvitation",
        "ds:AcceptSharedDirectory",
        "ec2:AcceptTransitGatewayPeeringAttachment",
        "ec2:AcceptVpcEndpointConnections",
        "ec2:AcceptVpcPeeringConnection",
        "ec2:CreateTransitGatewayPeeringAttachment",
        "ec2:CreateVpcEndpoint",
        "ec2:CreateVpcPeeringConnection",
        "es:AcceptInboundConnection",
        "guardduty:AcceptAdministratorInvitation",
        "macie2:AcceptInvitation",
        "route53:AssociateVpcWithHostedZone",
        "route53:CreateVPCAssociationAuthorization",
        "securityhub:AcceptAdministratorInvitation",
    }
)

_MAKING = ("Allocate", "Copy", "Create", "Import", "Put", "Register", "Run", "Start")


def _owner(ask: Ask) -> str | None:
    own_side = ask.asked.action in _SHOW_OWN_SIDE or ask.asked.action.startswith("ebs:")
    owner = ask.caller.account_id if own_side else ask.asked.owner
    # What AWS itself owns (arn:aws:iam::aws:policy/...) is in no account.
    return owner if owner.isdigit() else None


def _account(ask: Ask) -> Values | None:
    owner = _owner(ask)
    return None if owner is None else (owner,)


def _organization(ask: Ask) -> Values | None:
    owner = _owner(ask)
    found = None if owner is None else membership(owner)
    return None if found is None else (found.organization_id,)


def _paths(ask: Ask) -> Values | None:
    owner = _owner(ask)
    found = None if owner is None else membership(owner)
    return None if found is None else (found.path,)


def tags_of(ask: Ask) -> Mapping[str, str]:
    """Return the tags of the resource; of one that is being made, those that it is to have."""
    held = live_tags(ask.twin, ask.asked.resource, ask.asked.owner, ask.region)
    if held is not None:
        return held
    return request_tags(ask) if _makes(ask) else {}


def _makes(ask: Ask) -> bool:
    """Tell whether the request makes the resource.

    Where tags alone tell that something exists, what has none must not take those of a request.
    """
    if not ask.call.operation.startswith(_MAKING):
        return False
    # A role that a request passes on is not what it makes.
    if ask.asked.action.startswith("iam:") and ask.call.service != "iam":
        return False
    return ask.call.service != "ec2" or ask.asked.resource.endswith("*")


def tag_family(prefix: str) -> Family:
    """Make the family of keys that hold a resource's tags under a prefix."""

    def read(ask: Ask) -> Mapping[str, Values]:
        return {f"{prefix}{key.lower()}": (value,) for key, value in tags_of(ask).items()}

    return read


READERS: Mapping[str, Reader] = {
    "aws:resourceaccount": _account,
    "aws:resourceorgid": _organization,
    "aws:resourceorgpaths": _paths,
}
FAMILIES: Mapping[str, Family] = {
    prefix: tag_family(prefix)
    for prefix in (
        "aws:resourcetag/",
        "ec2:resourcetag/",
        "ecr:resourcetag/",
        "iam:resourcetag/",
        "sagemaker:resourcetag/",
        "secretsmanager:resourcetag/",
        "ssm:resourcetag/",
    )
}
