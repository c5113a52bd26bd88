"""Networks that a run left behind are found by ranges, names and our tags, and by nothing less."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.errors import Finding
from scripts.adoption import Place, adoptable
from scripts.leftovers.look import asking
from scripts.terraform_events import Diagnostic
from tests.scripts.leftovers.accounts import REGION, TAGS, PretendedAccount, specified

_BLOCK = "10.17.0.0/16"
_TOLD = (
    "creating EC2 Subnet: api error InvalidSubnet.Conflict: The CIDR conflicts with another subnet"
)


@pytest.fixture
def ec2(account: PretendedAccount) -> Any:
    return account.client("ec2")


def test_a_network_of_ours_is_found_by_its_range_and_all_tags(
    account: PretendedAccount, ec2: Any
) -> None:
    made = _network(ec2)
    assert account.found("aws_vpc", cidr_block=_BLOCK) == made
    assert account.found("aws_vpc", cidr_block="10.18.0.0/16") is None
    assert account.found("aws_vpc", cidr_block=_BLOCK, tags_all=TAGS | {"Name": "x"}) is None
    assert account.found("aws_vpc", cidr_block=_BLOCK, tags_all={}) is None


def test_a_network_that_the_state_holds_is_accounted_for(
    account: PretendedAccount, ec2: Any
) -> None:
    made = _network(ec2)
    assert account.all_found(("aws_vpc", {"cidr_block": _BLOCK}), held=made) == {}


def test_of_two_networks_none_is_adopted_and_no_third_one_is_made(
    account: PretendedAccount, ec2: Any
) -> None:
    both = {_network(ec2), _network(ec2)}
    with pytest.raises(Finding) as told:
        account.found("aws_vpc", cidr_block=_BLOCK)
    assert set(str(told.value.got).split(", ")) == both
    assert told.value.address == "it0"


def test_of_two_networks_the_one_that_the_state_lacks_is_found(
    account: PretendedAccount, ec2: Any
) -> None:
    held, lost = _network(ec2), _network(ec2)
    assert account.all_found(("aws_vpc", {"cidr_block": _BLOCK}), held=held) == {"it0": lost}


def test_what_is_in_a_network_is_found(account: PretendedAccount, ec2: Any) -> None:
    vpc = _network(ec2)
    subnet = _subnet(ec2, vpc, "10.17.0.0/24")
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=specified("route-table"))
    acl = ec2.create_network_acl(VpcId=vpc, TagSpecifications=specified("network-acl"))
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.s3",
        TagSpecifications=specified("vpc-endpoint"),
    )
    planned = {"vpc_id": vpc}
    assert account.all_found(
        ("aws_subnet", planned | {"cidr_block": "10.17.0.0/24"}),
        ("aws_route_table", planned),
        ("aws_network_acl", planned),
        ("aws_vpc_endpoint", planned | {"service_name": f"com.amazonaws.{REGION}.s3"}),
        ("aws_subnet", planned | {"cidr_block": "10.17.1.0/24"}),
        ("aws_vpc_endpoint", planned | {"service_name": f"com.amazonaws.{REGION}.sts"}),
    ) == {
        "it0": subnet,
        "it1": table["RouteTable"]["RouteTableId"],
        "it2": acl["NetworkAcl"]["NetworkAclId"],
        "it3": endpoint["VpcEndpoint"]["VpcEndpointId"],
    }


def test_what_is_in_another_network_is_not_meant(account: PretendedAccount, ec2: Any) -> None:
    _subnet(ec2, _network(ec2), "10.17.0.0/24")
    assert (
        account.found("aws_subnet", cidr_block="10.17.0.0/24", vpc_id="vpc-00000000000000000")
        is None
    )


def test_a_group_and_its_rules_are_found(account: PretendedAccount, ec2: Any) -> None:
    vpc = _network(ec2)
    group = ec2.create_security_group(
        GroupName="endpoint",
        Description="Endpoints.",
        VpcId=vpc,
        TagSpecifications=specified("security-group"),
    )["GroupId"]
    port = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    rule = ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[port | {"IpRanges": [{"CidrIp": _BLOCK, "Description": "Calls."}]}],
        TagSpecifications=specified("security-group-rule"),
    )["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    like: dict[str, Any] = {"name": "endpoint", "description": "Endpoints.", "vpc_id": vpc}
    assert account.found("aws_security_group", **like) == group
    assert account.found("aws_security_group", **like | {"name": "workload"}) is None
    ports: dict[str, Any] = {
        "from_port": 443,
        "to_port": 443,
        "ip_protocol": "tcp",
        "security_group_id": group,
    }
    into = "aws_vpc_security_group_ingress_rule"
    assert account.found(into, cidr_ipv4=_BLOCK, **ports) == rule
    assert account.found(into, cidr_ipv4="10.18.0.0/16", **ports) is None
    assert account.found("aws_vpc_security_group_egress_rule", cidr_ipv4=_BLOCK, **ports) is None


def test_rules_of_a_group_that_is_still_to_be_made_are_not_asked_for(
    account: PretendedAccount,
) -> None:
    assert account.found("aws_vpc_security_group_egress_rule", ip_protocol="tcp") is None


def test_a_flow_log_is_found_by_its_network(account: PretendedAccount, ec2: Any) -> None:
    vpc = _network(ec2)
    account.client("logs").create_log_group(logGroupName="flow")
    role = account.client("iam").create_role(RoleName="flow", AssumeRolePolicyDocument="{}")
    made = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="flow",
        DeliverLogsPermissionArn=role["Role"]["Arn"],
        TagSpecifications=specified("vpc-flow-log"),
    )["FlowLogIds"]
    assert [account.found("aws_flow_log", vpc_id=vpc, traffic_type="ALL")] == made
    assert account.found("aws_flow_log", traffic_type="ALL") is None


def test_a_subnet_whose_range_is_taken_is_adopted(account: PretendedAccount, ec2: Any) -> None:
    made = _subnet(ec2, _network(ec2), "10.17.0.0/24")
    assert _adopted(account, "10.17.0.0/24") == {"it": made}


def test_a_subnet_of_others_is_left_alone(account: PretendedAccount, ec2: Any) -> None:
    _subnet(ec2, _network(ec2), "10.17.0.0/24", TAGS | {"account": "production"})
    assert _adopted(account, "10.17.0.0/24") == {}


def test_none_of_two_is_adopted(account: PretendedAccount, ec2: Any) -> None:
    _subnet(ec2, _network(ec2), "10.17.0.0/24")
    _subnet(ec2, _network(ec2), "10.17.0.0/24")
    assert _adopted(account, "10.17.0.0/24") == {}


def _network(ec2: Any) -> str:
    made = ec2.create_vpc(CidrBlock=_BLOCK, TagSpecifications=specified("vpc"))
    return str(made["Vpc"]["VpcId"])


def _subnet(ec2: Any, vpc: str, block: str, tags: dict[str, str] = TAGS) -> str:
    made = ec2.create_subnet(
        VpcId=vpc, CidrBlock=block, TagSpecifications=specified("subnet", tags)
    )
    return str(made["Subnet"]["SubnetId"])


def _adopted(account: PretendedAccount, block: str) -> dict[str, str]:
    after = {"cidr_block": block, "tags_all": TAGS}
    plan = {
        "resource_changes": [{"address": "it", "type": "aws_subnet", "change": {"after": after}}]
    }
    place = Place("222222222222", REGION, asking(account.client))
    return adoptable(plan, [Diagnostic("error", _TOLD, "", "it")], place)
