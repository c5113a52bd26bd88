"""A subnet that a run left behind is found by its range and our tags, and by nothing less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts.adoption import Place, adoptable
from scripts.adoption_asked import asking
from scripts.terraform_events import Diagnostic

_TAGS = {"account": "staging", "project": "gatehouse"}
_TOLD = (
    "creating EC2 Subnet: api error InvalidSubnet.Conflict: The CIDR conflicts with another subnet"
)


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    with mock_aws():
        yield boto3.client("ec2", "eu-west-1")


def test_a_subnet_of_ours_is_adopted(ec2: Any) -> None:
    made = _subnet(ec2, "10.17.0.0/24", _TAGS)
    _subnet(ec2, "10.17.1.0/24", _TAGS)
    assert _adopted(ec2, "10.17.0.0/24") == {"it": made}


def test_a_subnet_of_others_is_left_alone(ec2: Any) -> None:
    _subnet(ec2, "10.17.0.0/24", {**_TAGS, "account": "production"})
    _subnet(ec2, "10.17.1.0/24", {})
    assert _adopted(ec2, "10.17.0.0/24") == {}
    assert _adopted(ec2, "10.17.1.0/24") == {}


def test_none_of_two_is_adopted(ec2: Any) -> None:
    _subnet(ec2, "10.17.0.0/24", _TAGS)
    _subnet(ec2, "10.17.0.0/24", _TAGS)
    assert _adopted(ec2, "10.17.0.0/24") == {}


def test_nothing_is_asked_for_a_plan_without_our_tags(ec2: Any) -> None:
    _subnet(ec2, "10.17.0.0/24", {})
    assert _adopted(ec2, "10.17.0.0/24", tags={}) == {}


def _subnet(ec2: Any, block: str, tags: dict[str, str]) -> str:
    network = ec2.create_vpc(CidrBlock="10.17.0.0/16")["Vpc"]["VpcId"]
    given = [{"Key": name, "Value": value} for name, value in tags.items()]
    described = [{"ResourceType": "subnet", "Tags": given}] if given else []
    made = ec2.create_subnet(VpcId=network, CidrBlock=block, TagSpecifications=described)
    return str(made["Subnet"]["SubnetId"])


def _adopted(ec2: Any, block: str, tags: dict[str, str] = _TAGS) -> dict[str, str]:
    after = {"cidr_block": block, "tags_all": tags}
    plan = {
        "resource_changes": [{"address": "it", "type": "aws_subnet", "change": {"after": after}}]
    }
    place = Place("222222222222", "eu-west-1", asking({"ec2": ec2}.__getitem__))
    return adoptable(plan, [Diagnostic("error", _TOLD, "", "it")], place)
