"""Keys of IAM, STS and Organizations: boundaries, passed roles, sessions and tokens."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from moto.iam.models import iam_backends

from tests.twin.authorization.keys.asking import ACCOUNT, SOFIA, Asking
from twin.authorization.dependents import dependents
from twin.call import Call, Caller

_LIMITS = f"arn:aws:iam::{ACCOUNT}:policy/limits"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/builder"


def _bounded_role() -> None:
    backend = iam_backends[ACCOUNT]["aws"]
    backend.create_role("builder", "{}", "/", None, "", [], "3600")
    backend.get_role("builder").permissions_boundary_arn = _LIMITS


def test_a_new_role_tells_the_boundary_that_it_is_to_have(ask: Asking) -> None:
    found = ask("iam:CreateRole", _ROLE, {"RoleName": "builder", "PermissionsBoundary": _LIMITS})
    assert found["iam:permissionsboundary"] == (_LIMITS,)
    bare = ask("iam:CreateRole", _ROLE, {"RoleName": "builder"})
    assert "iam:permissionsboundary" not in bare


@pytest.mark.parametrize(
    "action",
    ["PutRolePolicy", "AttachRolePolicy", "DeleteRolePolicy", "DeleteRolePermissionsBoundary"],
)
def test_a_changed_role_tells_the_boundary_that_it_has(ask: Asking, action: str) -> None:
    _bounded_role()
    found = ask(f"iam:{action}", _ROLE, {"RoleName": "builder"})
    assert found["iam:permissionsboundary"] == (_LIMITS,)


def test_an_unbounded_role_tells_none(ask: Asking) -> None:
    iam_backends[ACCOUNT]["aws"].create_role("builder", "{}", "/", None, "", [], "3600")
    assert "iam:permissionsboundary" not in ask("iam:PutRolePolicy", _ROLE)


def test_another_boundary_is_told_instead_of_the_old_one(ask: Asking) -> None:
    _bounded_role()
    wider = f"arn:aws:iam::{ACCOUNT}:policy/wider"
    found = ask("iam:PutRolePermissionsBoundary", _ROLE, {"PermissionsBoundary": wider})
    assert found["iam:permissionsboundary"] == (wider,)


def test_an_attached_policy_is_named(ask: Asking) -> None:
    found = ask("iam:AttachRolePolicy", _ROLE, {"PolicyArn": _LIMITS})
    assert found["iam:policyarn"] == (_LIMITS,)


def test_a_new_service_linked_role_names_its_service(ask: Asking) -> None:
    service = "inspector2.amazonaws.com"
    arn = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{service}/AWSServiceRoleForInspector2"
    made = ask("iam:CreateServiceLinkedRole", arn, {"AWSServiceName": service})
    assert made["iam:awsservicename"] == (service,)


def test_who_passes_a_role_says_to_which_service(ask: Asking) -> None:
    call = Call(
        service="sagemaker",
        operation="CreateTrainingJob",
        parameters={"TrainingJobName": "churn", "RoleArn": _ROLE},
        region="eu-west-1",
        caller=SOFIA,
        request_id="r",
        body=b"",
        headers={},
    )
    passed = [one for one in dependents(ask.twin, call) if one.asked is not None]
    found = {one.asked.action: one.keys for one in passed if one.asked is not None}
    assert found["iam:PassRole"]["iam:passedtoservice"] == ("sagemaker.amazonaws.com",)


def test_a_new_session_tells_what_it_is_to_be(ask: Asking) -> None:
    given = {
        "RoleArn": _ROLE,
        "RoleSessionName": "nightly",
        "ExternalId": "42",
        "SourceIdentity": "sofia",
        "Tags": [{"Key": "Project", "Value": "churn"}],
        "TransitiveTagKeys": ["Project"],
    }
    found = ask("sts:AssumeRole", _ROLE, given)
    assert found["sts:rolesessionname"] == ("nightly",)
    assert found["sts:externalid"] == ("42",)
    assert found["sts:sourceidentity"] == ("sofia",)
    assert found["sts:transitivetagkeys"] == ("Project",)
    assert found["aws:requesttag/project"] == ("churn",)
    assert found["aws:tagkeys"] == ("Project",)
    assert "aws:sourceidentity" not in found


def test_a_chain_hands_its_source_identity_on(ask: Asking) -> None:
    caller = replace(SOFIA, source_identity="sofia")
    found = ask.by(caller=caller)("sts:AssumeRole", _ROLE, {"RoleSessionName": "x"})
    assert found["sts:sourceidentity"] == ("sofia",)
    assert found["aws:sourceidentity"] == ("sofia",)


def _token(**claims: Any) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


_NOBODY = Caller("", "anonymous", "", "ANONYMOUS_PRINCIPAL")


def _web_identity(ask: Asking, token: str) -> dict[str, tuple[str, ...]]:
    given = {"RoleArn": _ROLE, "RoleSessionName": "ci", "WebIdentityToken": token}
    return dict(ask.by(caller=_NOBODY)("sts:AssumeRoleWithWebIdentity", _ROLE, given))


def test_a_token_tells_what_its_provider_claims(ask: Asking) -> None:
    token = _token(
        iss="https://forge.example/api",
        aud="sts.amazonaws.com",
        sub="repo:team/models:ref:refs/heads/main",
        amr=["mfa", "pwd"],
    )
    found = _web_identity(ask, token)
    assert found["forge.example/api:aud"] == ("sts.amazonaws.com",)
    assert found["forge.example/api:sub"] == ("repo:team/models:ref:refs/heads/main",)
    assert found["forge.example/api:amr"] == ("mfa", "pwd")
    assert found["sts:rolesessionname"] == ("ci",)


def test_the_party_that_got_the_token_is_its_audience(ask: Asking) -> None:
    token = _token(iss="https://accounts.google.com", aud="project", azp="client", sub="1")
    found = _web_identity(ask, token)
    assert found["accounts.google.com:aud"] == ("client",)
    assert found["accounts.google.com:oaud"] == ("project",)


@pytest.mark.parametrize("token", ["", "a.b", "a.!!!.c", "a.W10.c", _token(sub="1")])
def test_what_is_no_token_claims_nothing(ask: Asking, token: str) -> None:
    found = _web_identity(ask, token)
    assert not any(key.endswith((":aud", ":sub")) for key in found)


def test_policies_of_the_organisation_tell_their_type(ask: Asking) -> None:
    made = ask("organizations:CreatePolicy", parameters={"Type": "SERVICE_CONTROL_POLICY"})
    assert made["organizations:policytype"] == ("SERVICE_CONTROL_POLICY",)
    arn = "arn:aws:organizations::999999999999:policy/o-a/resource_control_policy/p-1"
    found = ask("organizations:DetachPolicy", arn)
    assert found["organizations:policytype"] == ("RESOURCE_CONTROL_POLICY",)


def test_a_bearer_token_is_for_one_service(ask: Asking) -> None:
    found = ask("sts:GetServiceBearerToken")
    assert found["sts:awsservicename"] == ("codeartifact.amazonaws.com",)
