"""Which way a request takes out of a VPC, and where none leads out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.twin.network.ground import REGION, Ground, policy
from twin.call import INTERNET, Call, Caller, Position
from twin.network import (
    Route,
    Unreachable,
    inside,
    route,
    somewhere,
    way,
)
from twin.network.positions import SERVICE_ADDRESS


@pytest.fixture(scope="module")
def ec2() -> Iterator[Any]:
    """An account of moto."""
    with mock_aws():
        client = boto3.client(
            "ec2", REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        yield client
        client.close()


@pytest.fixture
def ground(ec2: Any) -> Ground:
    """A VPC in which nothing leads out yet."""
    return Ground(ec2).lay_out()


def test_a_request_over_the_internet_names_no_vpc_and_no_endpoint(ground: Ground) -> None:
    ground.interface("kms")
    assert way(INTERNET, "kms", REGION) == Route(address="203.0.113.10")


def test_a_request_from_a_vpc_passes_the_endpoint_of_the_service(ground: Ground) -> None:
    ground.open_groups()
    ground.interface("sts")
    kms = ground.interface("kms")
    found = way(ground.position, "kms", REGION)
    assert (found.vpc_id, found.endpoint_id) == (ground.vpc, kms["VpcEndpointId"])
    assert found.endpoint_owner == "123456789012"
    assert json.loads(found.endpoint_policy or "") == policy("kms")
    assert IPv4Address(found.address) in IPv4Network("10.1.0.0/24")


@pytest.mark.parametrize(
    ("service", "endpoint"),
    [
        ("sagemaker", "sagemaker.api"),
        ("sagemaker-runtime", "sagemaker.runtime"),
        ("sagemaker-featurestore-runtime", "sagemaker.featurestore-runtime"),
        ("cloudwatch", "monitoring"),
        ("ecr", "ecr.api"),
        ("codeartifact", "codeartifact.api"),
        ("secretsmanager", "secretsmanager"),
    ],
)
def test_services_are_served_by_endpoints_of_their_names(
    ground: Ground, service: str, endpoint: str
) -> None:
    ground.open_groups()
    made = ground.interface(endpoint)
    assert way(ground.position, service, REGION).endpoint_id == made["VpcEndpointId"]


def test_nothing_leads_from_a_vpc_to_a_service_without_an_endpoint(ground: Ground) -> None:
    ground.open_groups()
    ground.interface("kms")
    with pytest.raises(Unreachable, match=r"no endpoint for com\.amazonaws\.eu-west-1\.sns"):
        way(ground.position, "sns", REGION)


def test_an_endpoint_of_one_service_is_no_way_to_its_namesakes(ground: Ground) -> None:
    ground.open_groups()
    ground.interface("sagemaker.runtime")
    with pytest.raises(Unreachable):
        way(ground.position, "sagemaker", REGION)


def test_an_endpoint_is_no_way_to_another_region(ground: Ground) -> None:
    ground.open_groups()
    ground.interface("kms")
    with pytest.raises(Unreachable, match="us-east-1"):
        way(ground.position, "kms", "us-east-1")


def test_an_endpoint_of_another_vpc_is_no_way_out(ground: Ground) -> None:
    ground.open_groups()
    other = Ground(ground.ec2).lay_out()
    other.open_groups()
    other.interface("kms")
    with pytest.raises(Unreachable):
        way(ground.position, "kms", REGION)


def test_an_endpoint_without_private_names_is_not_found(ground: Ground) -> None:
    ground.open_groups()
    ground.interface("kms", PrivateDnsEnabled=False)
    with pytest.raises(Unreachable):
        way(ground.position, "kms", REGION)


@pytest.mark.parametrize("attribute", ["EnableDnsSupport", "EnableDnsHostnames"])
def test_private_names_do_not_resolve_where_the_vpc_has_none(
    ground: Ground, attribute: str
) -> None:
    ground.open_groups()
    ground.interface("kms")
    ground.ec2.modify_vpc_attribute(VpcId=ground.vpc, **{attribute: {"Value": False}})
    with pytest.raises(Unreachable):
        way(ground.position, "kms", REGION)


def test_an_endpoint_that_is_deleted_leads_nowhere(ground: Ground) -> None:
    ground.open_groups()
    made = ground.interface("kms")
    ground.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    with pytest.raises(Unreachable):
        way(ground.position, "kms", REGION)


def test_the_group_of_an_endpoint_keeps_out_whom_it_does_not_name(ground: Ground) -> None:
    ground.let_out(UserIdGroupPairs=[{"GroupId": ground.endpoint}])
    ground.let_in(UserIdGroupPairs=[{"GroupId": ground.group("others")}])
    ground.interface("kms")
    with pytest.raises(Unreachable, match="let no HTTPS in"):
        way(ground.position, "kms", REGION)


def test_the_group_of_a_workload_keeps_it_from_what_it_does_not_name(ground: Ground) -> None:
    ground.let_in(UserIdGroupPairs=[{"GroupId": ground.workload}])
    ground.interface("kms")
    with pytest.raises(Unreachable, match="let no HTTPS out"):
        way(ground.position, "kms", REGION)


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        ({"IpRanges": [{"CidrIp": "10.1.0.0/16"}]}, True),
        ({"IpRanges": [{"CidrIp": "10.1.0.0/24"}]}, True),
        ({"IpRanges": [{"CidrIp": "10.1.1.0/24"}]}, False),
        ({"IpProtocol": "udp", "IpRanges": [{"CidrIp": "10.1.0.0/16"}]}, False),
        ({"FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.1.0.0/16"}]}, False),
        ({"FromPort": 0, "ToPort": 65535, "IpRanges": [{"CidrIp": "10.1.0.0/16"}]}, True),
        ({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, True),
    ],
)
def test_rules_are_read_by_protocol_port_and_range(
    ground: Ground, rule: dict[str, Any], passes: bool
) -> None:
    ground.let_out(UserIdGroupPairs=[{"GroupId": ground.endpoint}])
    ground.let_in(**rule)
    made = ground.interface("kms")
    if passes:
        assert way(ground.position, "kms", REGION).endpoint_id == made["VpcEndpointId"]
    else:
        with pytest.raises(Unreachable, match="let no HTTPS in"):
            way(ground.position, "kms", REGION)


def test_an_endpoint_without_groups_has_the_default_one_of_its_vpc(ground: Ground) -> None:
    ground.let_out(IpRanges=[{"CidrIp": "10.1.0.0/16"}])
    ground.interface("kms", SecurityGroupIds=[])
    with pytest.raises(Unreachable, match="let no HTTPS in"):
        way(ground.position, "kms", REGION)


def test_a_gateway_endpoint_serves_the_subnets_of_its_route_tables(ground: Ground) -> None:
    made = ground.gateway(ground.table)
    ground.let_out(PrefixListIds=[{"PrefixListId": ground.prefix_list()}])
    assert way(ground.position, "s3", REGION).endpoint_id == made["VpcEndpointId"]
    assert way(ground.position, "s3control", REGION).endpoint_id == made["VpcEndpointId"]


def test_a_gateway_endpoint_is_no_way_for_subnets_of_other_route_tables(ground: Ground) -> None:
    ground.gateway(ground.route_table())
    ground.let_out(PrefixListIds=[{"PrefixListId": ground.prefix_list()}])
    with pytest.raises(Unreachable):
        way(ground.position, "s3", REGION)


def test_a_gateway_endpoint_serves_only_groups_that_let_out_to_its_prefixes(
    ground: Ground,
) -> None:
    ground.open_groups()
    ground.gateway(ground.table)
    with pytest.raises(Unreachable, match="let no HTTPS out"):
        way(ground.position, "s3", REGION)
    ground.let_out(IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    assert way(ground.position, "s3", REGION).endpoint_id is not None


def test_a_subnet_without_a_route_table_of_its_own_has_the_main_one(ground: Ground) -> None:
    wanted = {"vpc-id": ground.vpc, "association.main": "true"}
    filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
    main = ground.ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]
    bare = ground.ec2.create_subnet(VpcId=ground.vpc, CidrBlock="10.1.9.0/24")["Subnet"]
    made = ground.gateway(main)
    ground.let_out(IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    found = way(inside([bare["SubnetId"]], [ground.workload]), "s3", REGION)
    assert found.endpoint_id == made["VpcEndpointId"]
    with pytest.raises(Unreachable):
        way(ground.position, "s3", REGION)


def test_a_nat_gateway_leads_to_the_internet_where_a_request_names_no_vpc(ground: Ground) -> None:
    address = ground.nat(ground.table)
    with pytest.raises(Unreachable, match="let no HTTPS out"):
        way(ground.position, "iam", REGION)
    ground.let_out(IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    assert way(ground.position, "iam", REGION) == Route(address=address)


def test_a_nat_gateway_does_not_help_where_an_endpoint_takes_the_name_and_keeps_out(
    ground: Ground,
) -> None:
    ground.nat(ground.table)
    ground.let_out(IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    ground.interface("kms")
    with pytest.raises(Unreachable, match="let no HTTPS in"):
        way(ground.position, "kms", REGION)


def test_an_internet_gateway_is_no_way_out_for_what_has_no_public_address(ground: Ground) -> None:
    gateway = ground.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ground.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=ground.vpc)
    ground.ec2.create_route(
        RouteTableId=ground.table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )
    ground.let_out(IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    with pytest.raises(Unreachable):
        way(ground.position, "iam", REGION)


def test_a_vpc_that_is_gone_leads_nowhere(ground: Ground) -> None:
    with pytest.raises(Unreachable, match="vpc-gone does not exist"):
        way(Position(vpc_id="vpc-gone"), "s3", REGION)


def test_of_somebody_somewhere_in_a_vpc_only_what_is_known_is_asked(ground: Ground) -> None:
    ground.let_in(UserIdGroupPairs=[{"GroupId": ground.workload}])
    kms, s3 = ground.interface("kms"), ground.gateway(ground.table)
    there = somewhere(ground.vpc)
    assert way(there, "kms", REGION).endpoint_id == kms["VpcEndpointId"]
    assert way(there, "s3", REGION).endpoint_id == s3["VpcEndpointId"]
    with pytest.raises(Unreachable):
        way(there, "sns", REGION)


@pytest.mark.parametrize(
    "who",
    [{"is_service": True}, {"called_via": ("s3.amazonaws.com",)}],
    ids=["service", "forwarded"],
)
def test_what_a_service_asks_passes_no_endpoint_of_the_caller(
    ground: Ground, who: dict[str, Any]
) -> None:
    ground.open_groups()
    ground.interface("kms")
    caller = Caller("123456789012", "arn:aws:iam::123456789012:user/one", "AKIA", "AIDA")
    call = _call(caller, ground.position)
    assert route(_NO_TWIN, call).endpoint_id is not None
    forwarded = _call(replace(caller, **who), ground.position)
    assert route(_NO_TWIN, forwarded) == Route(address=SERVICE_ADDRESS)


_NO_TWIN: Any = None


def _call(caller: Caller, position: Position) -> Call:
    return Call("kms", "Decrypt", {}, REGION, caller, "id", b"", {}, position=position)
