"""Guardrails keep the rules of their kind: closed without keys, within limits, and explained."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.guardrails import rendering
from tests.policies.guardrails.guardrails import (
    FILES,
    FOLDER,
    KINDS,
    LONGEST,
    as_list,
    reference,
    statements,
    tokens,
)

HERE = Path(__file__).resolve().parent
UNKNOWN = yaml.safe_load((HERE / "unknown-actions.yaml").read_text("utf-8"))
SAFE = yaml.safe_load((HERE / "safe-without-key.yaml").read_text("utf-8"))
ADDRESSED = {f"{file}#{statement['Sid']}": (file, statement) for file, statement in statements()}
# In every request of a principal or over a connection; they are never missing.
_ALWAYS = {"aws:PrincipalArn", "aws:RequestedRegion"}
# Say who is exempt, not what is tested.
_EXEMPTING = {"aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:ViaAWSService"}
every_statement = pytest.mark.parametrize("address", sorted(ADDRESSED))


@every_statement
def test_a_statement_denies_and_names_no_principal_by_exception(address: str) -> None:
    file, statement = ADDRESSED[address]
    assert statement["Effect"] == "Deny"
    assert re.fullmatch(r"Deny[A-Za-z]+", statement["Sid"])
    assert "NotPrincipal" not in statement
    assert statement.get("Principal") == ("*" if file.startswith("resource-control") else None)


@every_statement
def test_a_missing_key_never_opens(address: str) -> None:
    _, statement = ADDRESSED[address]
    opening = [
        f"{operator} {key}"
        for operator, key in _conditions(statement)
        if key not in _ALWAYS and _opens_without(operator)
    ]
    assert not opening or address in SAFE, f"{address} does not deny without {', '.join(opening)}"


def test_no_reason_stands_for_a_statement_that_needs_none() -> None:
    needing = {
        address
        for address, (_, statement) in ADDRESSED.items()
        if any(
            key not in _ALWAYS and _opens_without(operator)
            for operator, key in _conditions(statement)
        )
    }
    assert sorted(SAFE) == sorted(needing)


@every_statement
def test_one_key_is_tested_a_statement(address: str) -> None:
    """Keys of one statement are ANDed: a second one that is missing would open it."""
    _, statement = ADDRESSED[address]
    tested = {
        key
        for operator, key in _conditions(statement)
        if key not in _EXEMPTING and not _asks_for_presence(statement, operator, key)
    }
    assert len(tested) <= 1 or address in SAFE
    assert all(len(keys) == 1 for operator, keys in _blocks(statement) if operator == "Null")


@every_statement
def test_every_action_exists_or_a_reason_is_given(address: str) -> None:
    _, statement = ADDRESSED[address]
    unknown = [pattern for pattern in _patterns(statement) if not _matches(pattern)]
    assert [pattern for pattern in unknown if pattern not in UNKNOWN] == []


def test_no_reason_stands_for_an_action_that_exists() -> None:
    assert [pattern for pattern in UNKNOWN if _matches(pattern)] == []


@every_statement
def test_a_key_whose_absence_denies_is_carried_by_every_action(address: str) -> None:
    """Where an action never carries the key, the statement would deny it always."""
    _, statement = ADDRESSED[address]
    missing = [
        f"{action} {key}"
        for operator, key in _conditions(statement)
        if address not in SAFE and key.split(":")[0] in reference() and not _opens_without(operator)
        and not _asks_for_presence(statement, operator, key)
        for pattern in as_list(statement.get("Action", []))
        for action in _matches(pattern)
        if not _carries(action, key)
    ]  # fmt: skip
    assert missing == []


@every_statement
def test_a_statement_is_explained(address: str) -> None:
    file, statement = ADDRESSED[address]
    kind, name = file.split("/")
    readme = (FOLDER / kind / "README.md").read_text("utf-8")
    # The list of declared actions is explained once, for both kinds of account.
    told_of = "sagemaker-building" if statement["Sid"] == "DenyUndeclaredActions" else name
    section = f"\n{readme}".split(f"\n## {told_of}\n", 1)[1].split("\n## ", 1)[0]
    headings = [" ".join(part.split()) for part in section.split("\n### ")[1:]]
    heading = next((part for part in headings if f"`{statement['Sid']}`" in part), None)
    assert heading is not None, f"README of {kind} must have a heading for {statement['Sid']}"
    assert "Breaks:" in heading and "Gap:" in heading
    if "Condition" in statement:
        assert "Without the key:" in heading


def test_a_readme_explains_nothing_that_is_not_there() -> None:
    for kind in KINDS:
        readme = (FOLDER / kind / "README.md").read_text("utf-8")
        headed = set(re.findall(r"`(Deny\w+)`", "".join(re.findall(r"^### .*$", readme, re.M))))
        assert headed == {s["Sid"] for file, s in statements() if file.startswith(kind)}


@pytest.mark.parametrize("group", rendering.read_groups(FOLDER), ids=lambda group: group.name)
def test_a_policy_is_as_short_as_aws_wants_it(group: rendering.Group) -> None:
    rendered = rendering.render_group(FOLDER, group, tokens())
    assert len(rendered) <= LONGEST.get(group.kind, 10000)


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_stays_short_enough_with_the_longest_names(kind: str) -> None:
    """A prefix of twelve letters, a second region and the partition with the longest name."""
    longest = tokens() | {
        "partition": "aws-us-gov",
        "prefix": "abcdefghijkl",
        "regions": ["us-gov-east-1", "us-gov-west-1"],
        "sign-in-roles": [
            "arn:aws-us-gov:iam::*:role/aws-reserved/sso.amazonaws.com/us-gov-west-1/"
            "AWSReservedSSO_GatehousePlatform_*"
        ],
    }
    sizes = {
        group.name: len(rendering.render_group(FOLDER, group, longest))
        for group in rendering.read_groups(FOLDER)
        if group.kind == kind
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST[kind]} == {}


def test_no_unit_gets_more_policies_than_aws_attaches() -> None:
    groups = rendering.read_groups(FOLDER)
    for unit in ("data-science", "staging", "production"):
        for kind in KINDS:
            attached = [g.name for g in groups if g.kind == kind and unit in g.units]
            assert 1 <= len(attached) <= 4, f"{unit} has {', '.join(attached)} beside FullAWSAccess"


def test_every_file_is_attached_once_to_a_unit_and_none_is_forgotten() -> None:
    groups = rendering.read_groups(FOLDER)
    listed = [f"{g.kind}/{file}" for g in groups if g.kind in KINDS for file in g.files]
    assert sorted(listed) == FILES
    for unit in ("data-science", "staging", "production"):
        sids = [
            statement["Sid"]
            for g in groups
            if g.kind == "service-control" and unit in g.units
            for file, statement in statements()
            if file in {f"{g.kind}/{name}" for name in g.files}
        ]
        assert len(sids) == len(set(sids))


def test_what_a_boundary_declares_of_sagemaker_is_declared_for_the_accounts() -> None:
    declared = [
        pattern.lower()
        for file, statement in statements()
        if file.startswith("service-control/sagemaker-") and "NotAction" in statement
        for pattern in statement["NotAction"]
    ]
    listed = {
        action
        for path in (FOLDER / "boundaries").glob("*.json")
        for statement in json.loads(path.read_text("utf-8"))["Statement"]
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
        if action.startswith("sagemaker:")
    }
    assert listed
    undeclared = [
        action
        for action in sorted(listed)
        if not any(fnmatch.fnmatchcase(action.lower(), pattern) for pattern in declared)
    ]
    assert undeclared == []


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_written_in_the_one_order(file: str) -> None:
    text = (FOLDER / f"{file}.json").read_text("utf-8")
    found = json.loads(text)
    assert list(found) == ["Version", "Statement"]
    for statement in found["Statement"]:
        for member in ("Action", "NotAction"):
            actions = as_list(statement.get(member, []))
            assert actions == sorted(set(actions))
    assert max(map(len, text.splitlines())) <= 140


def _blocks(statement: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from statement.get("Condition", {}).items()


def _conditions(statement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for operator, keys in _blocks(statement):
        for key in keys:
            yield operator, key


def _opens_without(operator: str) -> bool:
    """Tell whether a condition fails, and the Deny with it, where its key is missing."""
    if operator == "Null" or operator.endswith("IfExists"):
        return False
    return operator.startswith("ForAnyValue:") or "Not" not in operator


def _asks_for_presence(statement: dict[str, Any], operator: str, key: str) -> bool:
    """Tell whether the statement speaks of requests that carry the key, and says so."""
    null = statement.get("Condition", {}).get("Null", {})
    return null.get(key) == "false" or (operator == "Null" and null.get(key) == "false")


def _patterns(statement: dict[str, Any]) -> list[str]:
    found = [*as_list(statement.get("Action", [])), *as_list(statement.get("NotAction", []))]
    return [pattern for pattern in found if pattern != "*"]


def _matches(pattern: str) -> list[str]:
    if pattern == "*":
        return []
    service, _, name = pattern.partition(":")
    privileges = reference().get(service, {}).get("privileges", {})
    return [
        f"{service}:{action}"
        for action in privileges
        if fnmatch.fnmatchcase(action.lower(), name.lower())
    ]


def _carries(action: str, key: str) -> bool:
    service, _, name = action.partition(":")
    types = reference()[service]["privileges"][name]["resource_types"].values()
    return any(key.lower() in map(str.lower, found["condition_keys"]) for found in types)
