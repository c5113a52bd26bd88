"""Where something stands: its subnets and groups, read as each service words them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.twin.network.ground import REGION, Ground
from twin.call import INTERNET
from twin.network import OUTSIDE, NoSuchPlace, configured, inside, of_service, somewhere
from twin.network.addresses import Misasked, wanted


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


def test_a_position_without_a_network_is_outside(ground: Ground) -> None:
    assert configured(None) == configured({}) == OUTSIDE
    own = of_service("sagemaker.amazonaws.com")
    assert configured({"subnets": []}, own) == own


@pytest.mark.parametrize(
    "names",
    [
        ("Subnets", "SecurityGroupIds"),
        ("SubnetIds", "SecurityGroupIds"),
        ("subnets", "securityGroupIds"),
    ],
)
def test_networks_are_read_as_each_service_words_them(
    ground: Ground, names: tuple[str, str]
) -> None:
    config = dict(zip(names, (ground.subnets, [ground.workload]), strict=True))
    assert configured(config) == ground.position


def test_a_position_needs_subnets_and_groups_that_exist(ground: Ground) -> None:
    other = Ground(ground.ec2).lay_out()
    with pytest.raises(NoSuchPlace, match="subnet ID 'subnet-no' does not exist"):
        inside([ground.subnets[0], "subnet-no"], [ground.workload])
    with pytest.raises(NoSuchPlace, match="does not exist in VPC"):
        inside(ground.subnets, [other.workload])
    with pytest.raises(NoSuchPlace, match="vpc-no"):
        somewhere("vpc-no")


def test_subnets_of_two_vpcs_are_no_place(ground: Ground) -> None:
    other = Ground(ground.ec2).lay_out()
    with pytest.raises(NoSuchPlace):
        inside([ground.subnets[0], other.subnets[0]], [ground.workload])


def test_what_has_the_same_place_has_the_same_address_within_its_subnet(ground: Ground) -> None:
    first, second = ground.subnets
    one, same = inside([first], [ground.workload]), inside([first], [ground.workload])
    assert one == same
    addresses = {inside([first], [ground.group(f"group-{number}")]).address for number in range(20)}
    assert len(addresses) > 15
    assert all(each.startswith("10.1.0.") for each in addresses)
    assert not addresses & {f"10.1.0.{last}" for last in (0, 1, 2, 3, 255)}
    assert inside([second], [ground.workload]).address.startswith("10.1.1.")


def test_a_seat_is_asked_for_by_vpc_subnets_groups_and_tls(ground: Ground) -> None:
    assert wanted({}) == INTERNET
    assert wanted({"tls": ["no"]}) == replace(INTERNET, secure=False)
    assert wanted({"vpc": [ground.vpc]}) == somewhere(ground.vpc)
    given = {"subnet": ground.subnets, "group": [ground.workload], "vpc": [ground.vpc]}
    assert wanted(given) == ground.position


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"address": ["10.0.0.1"]}, "address: a position is told by"),
        ({"tls": ["maybe"]}, "must be yes or no, got maybe"),
        ({"group": ["sg-1"]}, "only something in a subnet has groups"),
    ],
)
def test_a_seat_that_is_asked_for_in_other_words_is_refused(
    ground: Ground, query: Mapping[str, Sequence[str]], said: str
) -> None:
    with pytest.raises(Misasked, match=said):
        wanted(query)


def test_a_subnet_of_another_vpc_is_no_seat_in_this_one(ground: Ground) -> None:
    with pytest.raises(Misasked, match="must be in vpc-other"):
        wanted({"vpc": ["vpc-other"], "subnet": ground.subnets})
