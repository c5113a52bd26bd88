"""What guardrails deny and let pass: concrete requests, decided as AWS decides them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.iam import Decision, Layers, Policy, Principal, Request, decide, parse_policy
from tests.policies.guardrails.guardrails import (
    FILES,
    document,
    files_of,
    naming,
    statements,
    tokens,
)

EXAMPLES = Path(__file__).resolve().parent / "examples"
SAFE = yaml.safe_load((EXAMPLES.parent / "safe-without-key.yaml").read_text("utf-8"))
# What the evaluator adds to every request of its principal, or what never denies by its absence.
_ALWAYS = {"aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:ViaAWSService"}
_FOREIGN = "444444444444"
_ACCOUNT = re.compile(r"\b\d{12}\b")
# Services whose resources are bound by resource control policies, of those that occur here.
_BOUND = ("ecr", "kms", "logs", "s3", "secretsmanager", "sqs", "sts")
_EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
FULL = parse_policy("FullAWSAccess", {"Version": "2012-10-17", "Statement": [_EVERYTHING]})
OPEN = parse_policy(
    "open", {"Version": "2012-10-17", "Statement": [_EVERYTHING | {"Principal": "*"}]}
)


@dataclass(frozen=True)
class Example:
    """One request, and the statement that it is an example for."""

    file: str
    sid: str
    asked: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file}#{self.sid} {self.asked['as']} {self.asked['action']}"


def _examples(outcome: str) -> Iterator[Example]:
    for file in FILES:
        for sid, cases in yaml.safe_load((EXAMPLES / f"{file}.yaml").read_text("utf-8")).items():
            for asked in cases[outcome]:
                yield Example(file, sid, asked)


DENIED, ALLOWED = list(_examples("denied")), list(_examples("allowed"))


@pytest.mark.parametrize("example", DENIED, ids=str)
def test_is_denied_by_its_statement_alone(example: Example) -> None:
    statement = next(s for s in document(example.file)["Statement"] if s["Sid"] == example.sid)
    policy = parse_policy(example.file, {"Version": "2012-10-17", "Statement": [statement]})
    decision = _decide(example, (policy,))
    assert decision.explicit, f"{example.sid} must deny {dict(example.asked)}"


@pytest.mark.parametrize("example", ALLOWED, ids=str)
def test_passes_all_guardrails_of_its_unit(example: Example) -> None:
    bound = [f for f in _binding(example) if not f.startswith("resource-control")]
    if example.asked["action"].split(":")[0] in _BOUND:
        bound += [f for f in _binding(example) if f.startswith("resource-control")]
    decision = _decide(example, tuple(_policy(file) for file in bound))
    assert decision.allowed, f"{decision.reason}: {dict(example.asked)}"


def test_every_statement_has_an_example_that_it_denies_and_one_that_passes() -> None:
    expected = sorted(f"{file}#{statement['Sid']}" for file, statement in statements())
    assert sorted({f"{each.file}#{each.sid}" for each in DENIED}) == expected
    # What denies without exception is shown by its neighbours that pass.
    assert {each.file for each in ALLOWED} == set(FILES)


def test_a_statement_that_is_closed_without_its_key_is_shown_to_be() -> None:
    """Where the key is missing from a request, some example says that it is denied."""
    shown = {
        (f"{each.file}#{each.sid}", key)
        for each in DENIED
        for key in _tested_keys(each.file, each.sid)
        if _request(each).values_of(key.lower()) is None
    }
    expected = {
        (f"{file}#{statement['Sid']}", key)
        for file, statement in statements()
        if f"{file}#{statement['Sid']}" not in SAFE
        for key in _tested_keys(file, statement["Sid"])
    }
    assert sorted(expected - shown) == []


def _tested_keys(file: str, sid: str) -> set[str]:
    """Give the keys of a statement whose absence denies."""
    conditions = next(s for s in document(file)["Statement"] if s["Sid"] == sid).get(
        "Condition", {}
    )
    present = {key for key, value in conditions.get("Null", {}).items() if value == "false"}
    return {key for keys in conditions.values() for key in keys} - present - _ALWAYS


def _policy(file: str) -> Policy:
    return parse_policy(file, document(file))


def _binding(example: Example) -> list[str]:
    kind = _kind_of(_request(example).principal.account)
    found = files_of("service-control", kind) if kind else []
    owner = _kind_of(_request(example).resource_account) or "production"
    return found + files_of("resource-control", owner)


def _decide(example: Example, policies: tuple[Policy, ...]) -> Decision:
    layers = Layers(
        identity=(FULL,),
        resource=OPEN,
        service_control=((FULL, *(p for p in policies if p.address.startswith("service"))),),
        resource_control=((FULL, *(p for p in policies if p.address.startswith("resource"))),),
    )
    return decide(_request(example), layers)


def _request(example: Example) -> Request:
    asked, organization = example.asked, naming().organization
    principal = _principal(str(asked["as"]))
    resource = str(_filled(asked.get("resource", "*")))
    context: dict[str, Any] = {
        "aws:RequestedRegion": organization.region,
        "aws:ResourceOrgID": organization.id,
        "aws:SecureTransport": "true",
    }
    if principal.account and principal.account != _FOREIGN:
        context["aws:PrincipalOrgID"] = organization.id
    context |= {key: _filled(value) for key, value in asked.get("with", {}).items()}
    for key in asked.get("without", []):
        del context[key]
    owner = _ACCOUNT.search(resource)
    production = organization.account("production").id
    account = owner[0] if owner else principal.account or production
    return Request.of(principal, str(asked["action"]), resource, context, resource_account=account)


def _principal(text: str) -> Principal:
    place, _, name = text.partition("/")
    if place == "service":
        return Principal.service(name)
    if place == "federated":
        return Principal.federated(name)
    if place == "anonymous":
        return Principal.anonymous()
    organization = naming().organization
    if place == "foreign":
        return Principal.role(f"arn:aws:iam::{_FOREIGN}:role/{name}", "somebody")
    if place == "management":
        account = organization.management_account_id
        return Principal.role(f"arn:aws:iam::{account}:role/{name}", "somebody")
    found = organization.account(place)
    account = found.id
    if name == "root":
        return Principal.root(account)
    role = (
        organization.sign_in_role if name == "sign-in" else f"{organization.prefix}-{place}-{name}"
    )
    return Principal.role(f"arn:aws:iam::{account}:role/{role}", "somebody")


def _kind_of(account_id: str) -> str | None:
    accounts = naming().organization.accounts.values()
    return next((found.kind.value for found in accounts if found.id == account_id), None)


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [_filled(each) for each in value]
    if not isinstance(value, str):
        return value
    for account in naming().organization.accounts.values():
        value = value.replace(f"<{account.name}>", account.id)
    value = value.replace("<sign-in-role>", naming().organization.sign_in_role)
    for token, text in tokens().items():
        if isinstance(text, str):
            value = value.replace(f"<{token}>", text)
    return value
