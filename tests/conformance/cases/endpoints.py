"""What the endpoint in a request's way has to say; on the twin only, for want of a machine."""

from __future__ import annotations

from collections.abc import Mapping

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.making import person, role
from tests.conformance.place import Place, allow, policy


def _way(place: Place, document: str) -> tuple[str, str]:
    """Make a VPC from which STS is reached through an endpoint with a policy; return both ids."""
    ec2 = place.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{name: {"Value": True}})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])[
        "SecurityGroups"
    ]
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": "10.9.0.0/16"}],
            }
        ],
    )
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.{place.region}.sts",
        SubnetIds=[subnet],
        SecurityGroupIds=[group["GroupId"]],
        PrivateDnsEnabled=True,
        PolicyDocument=document,
    )["VpcEndpoint"]["VpcEndpointId"]
    return vpc, made


def _refuses(place: Place) -> Attempt:
    who = person(place, allow("sts:AssumeRole"))
    target = role(place)
    other = allow("sts:AssumeRole", on=f"{target}-other", Principal="*")
    vpc, _ = _way(place, policy(other))
    assert place.inside is not None
    sts = place.inside(vpc)("sts", who)
    return lambda: sts.assume_role(RoleArn=target, RoleSessionName="try")


def _source(place: Place) -> Attempt:
    vpc, endpoint = _way(place, policy(allow("*", Principal="*")))
    by_way = {"StringEquals": {"aws:SourceVpce": endpoint}}
    who = person(place, allow("sts:AssumeRole", Condition=by_way))
    target = role(place)
    assert place.inside is not None
    inside, outside = place.inside(vpc)("sts", who), place.client("sts", who)

    def through_it_only() -> bool:
        inside.assume_role(RoleArn=target, RoleSessionName="try")
        try:
            outside.assume_role(RoleArn=target, RoleSessionName="try")
        except outside.exceptions.ClientError as error:
            return bool(error.response["Error"]["Code"] == "AccessDenied")
        return False

    return through_it_only


CASES: Mapping[str, Case] = {
    "endpoint-policy-refuses": _refuses,
    "source-vpce-is-the-endpoint": _source,
}
