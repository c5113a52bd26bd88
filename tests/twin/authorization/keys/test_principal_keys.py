"""Keys about who asks: roles, users, root, services, nobody; their organisation and tags."""

from __future__ import annotations

from dataclasses import replace

from moto.iam.models import iam_backends

from tests.twin.authorization.keys.asking import (
    ACCOUNT,
    ORGANIZATION,
    OUTSIDE,
    PATH,
    ROLE,
    SOFIA,
    Asking,
)
from twin.call import Caller

_ANY = "s3:ListAllMyBuckets"
_USER = Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ops/jo", "AKIAAAAAAAAAAAAAAAAA", "AIDAJO")
_ROOT = Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", "AKIABBBBBBBBBBBBBBBB", ACCOUNT)
_NOBODY = Caller("", "anonymous", "", "ANONYMOUS_PRINCIPAL")
_SERVICE = Caller(
    ACCOUNT,
    "delivery.logs.amazonaws.com",
    "",
    "delivery.logs.amazonaws.com",
    is_service=True,
    source_arn=f"arn:aws:logs:eu-west-1:{ACCOUNT}:*",
    source_account=ACCOUNT,
)


def _role(ask: Asking, tags: dict[str, str]) -> None:
    iam_backends[ACCOUNT]["aws"].create_role(
        role_name="reader",
        assume_role_policy_document="{}",
        path="/team/",
        permissions_boundary=None,
        description="",
        tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        max_session_duration="3600",
    )


def test_a_session_is_known_by_its_role_with_its_path(ask: Asking) -> None:
    found = ask(_ANY)
    assert found["aws:principalarn"] == (ROLE,)
    assert found["aws:principalaccount"] == (ACCOUNT,)
    assert found["aws:principaltype"] == ("AssumedRole",)
    assert found["aws:userid"] == ("AROAAAAAAAAAAAAAAAAAA:sofia",)
    assert found["aws:principalisawsservice"] == ("false",)
    assert found["aws:tokenissuetime"] == ("2026-11-23T04:00:00Z",)
    assert found["aws:multifactorauthpresent"] == ("false",)


def test_what_only_other_principals_have_is_absent_from_a_session(ask: Asking) -> None:
    found = ask(_ANY)
    for key in ("aws:username", "aws:sourceidentity", "aws:federatedprovider"):
        assert key not in found
    assert not any(key.startswith("aws:principalservicename") for key in found)


def test_a_session_names_its_organisation_and_its_place_in_it(ask: Asking) -> None:
    found = ask(_ANY)
    assert found["aws:principalorgid"] == (ORGANIZATION,)
    assert found["aws:principalorgpaths"] == (PATH,)


def test_a_stranger_has_no_organisation(ask: Asking) -> None:
    found = ask.by(caller=replace(SOFIA, account_id=OUTSIDE))(_ANY)
    assert "aws:principalorgid" not in found
    assert "aws:principalorgpaths" not in found


def test_the_management_account_is_in_the_root(ask: Asking) -> None:
    found = ask.by(caller=replace(_ROOT, account_id="999999999999"))(_ANY)
    assert found["aws:principalorgpaths"] == (f"{ORGANIZATION}/r-a1b2/",)


def test_a_user_has_a_name_and_no_token(ask: Asking) -> None:
    found = ask.by(caller=_USER)(_ANY)
    assert found["aws:username"] == ("jo",)
    assert found["aws:principaltype"] == ("User",)
    assert "aws:tokenissuetime" not in found
    assert "aws:multifactorauthpresent" not in found


def test_root_is_the_account(ask: Asking) -> None:
    found = ask.by(caller=_ROOT)(_ANY)
    assert found["aws:principalarn"] == (f"arn:aws:iam::{ACCOUNT}:root",)
    assert found["aws:principaltype"] == ("Account",)
    assert found["aws:userid"] == (ACCOUNT,)


def test_nobody_says_nothing_of_himself(ask: Asking) -> None:
    found = ask.by(caller=_NOBODY)("s3:GetObject", "arn:aws:s3:::b/k")
    assert found["aws:principalaccount"] == ("anonymous",)
    assert found["aws:principaltype"] == ("Anonymous",)
    for key in ("arn", "isawsservice", "orgid", "orgpaths"):
        assert f"aws:principal{key}" not in found
    assert "s3:authtype" not in found


def test_a_service_is_known_by_name_and_by_what_it_acts_for(ask: Asking) -> None:
    found = ask.by(caller=_SERVICE)("s3:PutObject", "arn:aws:s3:::b/k")
    assert found["aws:principalisawsservice"] == ("true",)
    assert found["aws:principalservicename"] == ("delivery.logs.amazonaws.com",)
    assert found["aws:sourceaccount"] == (ACCOUNT,)
    assert found["aws:sourcearn"] == (f"arn:aws:logs:eu-west-1:{ACCOUNT}:*",)
    assert found["aws:sourceorgid"] == (ORGANIZATION,)
    assert found["aws:sourceorgpaths"] == (PATH,)
    for key in ("aws:principalarn", "aws:principalorgid", "aws:sourceip", "aws:userid"):
        assert key not in found


def test_a_service_for_a_stranger_names_no_organisation(ask: Asking) -> None:
    caller = replace(_SERVICE, source_account=OUTSIDE)
    found = ask.by(caller=caller)("s3:PutObject", "arn:aws:s3:::b/k")
    assert found["aws:sourceaccount"] == (OUTSIDE,)
    assert "aws:sourceorgid" not in found


def test_people_carry_no_source_of_a_service(ask: Asking) -> None:
    caller = replace(SOFIA, source_arn="arn:aws:s3:::b", source_account=ACCOUNT)
    assert not any(key.startswith("aws:sourcea") for key in ask.by(caller=caller)(_ANY))


def test_tags_of_the_session_come_before_those_of_the_role(ask: Asking) -> None:
    _role(ask, {"Team": "risk", "stage": "prod"})
    found = ask.by(caller=replace(SOFIA, tags={"stage": "dev", "persona": "lead"}))(_ANY)
    assert found["aws:principaltag/team"] == ("risk",)
    assert found["aws:principaltag/stage"] == ("dev",)
    assert found["aws:principaltag/persona"] == ("lead",)


def test_without_tags_there_is_no_key_of_a_tag(ask: Asking) -> None:
    assert not any(key.startswith("aws:principaltag/") for key in ask(_ANY))


def test_source_identity_and_provider_stay_with_the_session(ask: Asking) -> None:
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/forge.example"
    caller = replace(SOFIA, source_identity="sofia", federated_provider=provider)
    found = ask.by(caller=caller)(_ANY)
    assert found["aws:sourceidentity"] == ("sofia",)
    assert found["aws:federatedprovider"] == (provider,)
    assert "aws:multifactorauthpresent" not in found
