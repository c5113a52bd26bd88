"""Keys about the way of a request: network, region, forwarding services, owner of the resource."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.twin.authorization.keys.asking import (
    ACCOUNT,
    ENDPOINT,
    ORGANIZATION,
    OTHER,
    OUTSIDE,
    PATH,
    SOFIA,
    Asking,
)
from twin.call import Position

_OBJECT = "arn:aws:s3:::data/raw.csv"
_OF_ENDPOINT = ("sourcevpc", "sourcevpce", "vpcsourceip", "vpceaccount", "vpceorgid")


def test_from_the_internet_there_is_an_address_and_no_network(ask: Asking) -> None:
    found = ask("s3:GetObject", _OBJECT)
    assert found["aws:sourceip"] == ("203.0.113.10",)
    assert not any(f"aws:{key}" in found for key in _OF_ENDPOINT)


def test_through_an_endpoint_there_is_a_network_and_no_public_address(ask: Asking) -> None:
    found = ask.by(route=ENDPOINT)("s3:GetObject", _OBJECT)
    assert "aws:sourceip" not in found
    assert found["aws:sourcevpc"] == ("vpc-1",)
    assert found["aws:sourcevpce"] == ("vpce-1",)
    assert found["aws:vpcsourceip"] == ("10.0.0.7",)
    assert found["aws:vpceaccount"] == (OTHER,)
    assert found["aws:vpceorgid"] == (ORGANIZATION,)
    assert found["aws:vpceorgpaths"] == (f"{ORGANIZATION}/r-a1b2/ou-a1b2-22222222/",)
    assert found["aws:sourcevpcarn"] == (f"arn:aws:ec2:eu-west-1:{OTHER}:vpc/vpc-1",)


def test_a_foreign_endpoint_is_in_no_organisation(ask: Asking) -> None:
    found = ask.by(route=replace(ENDPOINT, endpoint_owner=OUTSIDE))("s3:GetObject", _OBJECT)
    assert found["aws:vpceaccount"] == (OUTSIDE,)
    assert "aws:vpceorgid" not in found
    assert "aws:vpceorgpaths" not in found


@pytest.mark.parametrize(
    ("action", "tells"),
    [
        ("kms:Decrypt", {"sourcevpcarn", "vpceaccount", "vpceorgid"}),
        ("sqs:SendMessage", {"vpceorgid"}),
        ("dynamodb:GetItem", {"vpceaccount", "vpceorgid"}),
        ("sagemaker:CreatePresignedDomainUrl", set()),
        ("secretsmanager:GetSecretValue", set()),
        ("iam:PassRole", set()),
    ],
)
def test_whose_the_endpoint_is_say_only_the_services_that_aws_lists(
    ask: Asking, action: str, tells: set[str]
) -> None:
    found = ask.by(route=ENDPOINT)(action)
    assert found["aws:sourcevpce"] == ("vpce-1",)
    told = {key for key in ("sourcevpcarn", "vpceaccount", "vpceorgid") if f"aws:{key}" in found}
    assert told == tells


def test_a_forwarded_request_names_its_services_and_loses_the_network(ask: Asking) -> None:
    caller = replace(SOFIA, called_via=("sagemaker.amazonaws.com", "s3.amazonaws.com"))
    found = ask.by(caller=caller, route=ENDPOINT)("kms:Decrypt")
    assert found["aws:viaawsservice"] == ("true",)
    assert found["aws:calledvia"] == ("sagemaker.amazonaws.com", "s3.amazonaws.com")
    assert found["aws:calledviafirst"] == ("sagemaker.amazonaws.com",)
    assert found["aws:calledvialast"] == ("s3.amazonaws.com",)
    assert found["aws:securetransport"] == ("true",)
    assert not any(f"aws:{key}" in found for key in (*_OF_ENDPOINT, "sourceip"))


def test_a_direct_request_was_called_via_nobody(ask: Asking) -> None:
    found = ask("kms:Decrypt")
    assert found["aws:viaawsservice"] == ("false",)
    assert not any(key.startswith("aws:calledvia") for key in found)


def test_without_tls_a_request_says_so_and_names_no_version(ask: Asking) -> None:
    plain = ask.by(position=Position(secure=False))("s3:GetObject", _OBJECT)
    assert plain["aws:securetransport"] == ("false",)
    assert "s3:tlsversion" not in plain
    assert ask("s3:GetObject", _OBJECT)["s3:tlsversion"] == ("1.3",)


@pytest.mark.parametrize(
    ("action", "region"),
    [
        ("iam:CreateRole", "us-east-1"),
        ("organizations:ListAccounts", "us-east-1"),
        ("sts:AssumeRole", "eu-west-1"),
        ("s3:ListAllMyBuckets", "eu-west-1"),
    ],
)
def test_services_with_one_endpoint_are_asked_in_its_region(
    ask: Asking, action: str, region: str
) -> None:
    assert ask(action)["aws:requestedregion"] == (region,)


def test_time_is_told_as_a_date_and_in_seconds(ask: Asking) -> None:
    found = ask("s3:ListAllMyBuckets")
    assert found["aws:currenttime"][0].endswith("Z")
    assert abs(int(found["aws:epochtime"][0]) - ask.twin.now().timestamp()) < 5


def test_the_client_is_told_where_it_tells_itself(ask: Asking) -> None:
    found = ask("s3:ListAllMyBuckets", headers={"user-agent": "aws-cli/2"})
    assert found["aws:useragent"] == ("aws-cli/2",)
    assert "aws:referer" not in found
    assert "aws:useragent" not in ask("s3:ListAllMyBuckets")


def test_the_resource_is_its_owners(ask: Asking) -> None:
    found = ask("s3:GetObject", _OBJECT, owner=ACCOUNT)
    assert found["aws:resourceaccount"] == (ACCOUNT,)
    assert found["aws:resourceorgid"] == (ORGANIZATION,)
    assert found["aws:resourceorgpaths"] == (PATH,)
    assert found["s3:resourceaccount"] == (ACCOUNT,)


def test_a_strangers_resource_is_in_no_organisation(ask: Asking) -> None:
    found = ask("s3:GetObject", _OBJECT, owner=OUTSIDE)
    assert found["aws:resourceaccount"] == (OUTSIDE,)
    assert "aws:resourceorgid" not in found


def test_what_aws_owns_is_in_no_account(ask: Asking) -> None:
    found = ask("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", owner="aws")
    assert not any(key.startswith("aws:resource") for key in found)


def test_actions_that_aws_excepts_show_the_callers_side_only(ask: Asking) -> None:
    arn = f"arn:aws:ec2:eu-west-1:{OUTSIDE}:vpc-peering-connection/pcx-1"
    found = ask("ec2:AcceptVpcPeeringConnection", arn, owner=OUTSIDE)
    assert found["aws:resourceaccount"] == (ACCOUNT,)
    assert found["aws:resourceorgid"] == (ORGANIZATION,)
