"""What services ask EC2 and Route 53 for in the name of whoever puts them into a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.authorization.asked import Asked
from twin.authorization.dependents.dependent import Dependent, forwarded
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_ENDPOINTS = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"
)
_FUNCTIONS = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
_RESOLVER = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "list_amazonroute53resolver.html"
)
_RESOLVER_SEES = frozenset(
    {
        "AssociateFirewallRuleGroup",
        "AssociateResolverQueryLogConfig",
        "AssociateResolverRule",
        "GetFirewallConfig",
        "GetResolverConfig",
        "ListFirewallConfigs",
        "ListResolverConfigs",
        "ListResolverQueryLogConfigAssociations",
        "ListResolverQueryLogConfigs",
        "ListResolverRuleAssociations",
        "UpdateFirewallConfig",
        "UpdateResolverConfig",
    }
)


def endpoints(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the entry into private name resolution that an interface endpoint makes.

    The zone belongs to AWS; its number is nobody's business, so that any stands for it.
    """
    given = call.parameters
    wanted = str(given.get("PrivateDnsEnabled", True)).lower() == "true"
    interface = given.get("VpcEndpointType") == "Interface"
    if call.operation != "CreateVpcEndpoint" or not (wanted and interface):
        return ()
    region, account_id, vpc_id = call.region, call.account_id, given.get("VpcId")
    made = forwarded(call, "ec2.amazonaws.com", "route53", "AssociateVPCWithHostedZone", {})
    return tuple(
        Dependent(made, _ENDPOINTS, Asked("route53:AssociateVPCWithHostedZone", arn, account_id))
        for arn in (
            f"arn:aws:ec2:{region}:{account_id}:vpc/{vpc_id}",
            "arn:aws:route53:::hostedzone/Z0000000000000000000",
        )
    )


def functions(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return how Lambda looks at the network into which it puts a function."""
    if call.operation not in ("CreateFunction", "UpdateFunctionConfiguration"):
        return ()
    if not (call.parameters.get("VpcConfig") or {}).get("SubnetIds"):
        return ()
    actions = ("DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs")
    return tuple(
        Dependent(
            forwarded(call, "lambda.amazonaws.com", "ec2", action, {}),
            _FUNCTIONS,
            Asked(f"ec2:{action}", "*", call.account_id),
        )
        for action in actions
    )


def resolver(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return how the resolver looks at the network for which it is asked."""
    if call.operation not in _RESOLVER_SEES:
        return ()
    made = forwarded(call, "route53resolver.amazonaws.com", "ec2", "DescribeVpcs", {})
    return (Dependent(made, _RESOLVER, Asked("ec2:DescribeVpcs", "*", call.account_id)),)
