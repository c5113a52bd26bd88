"""Every key that the platform's policies use is read, and every other one accounted for."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.iam.reference import load_reference
from policies.iam.reference_globals import GLOBAL_KEYS
from tests.twin.authorization.keys.asking import ACCOUNT, ENDPOINT, REGION, Asking
from twin.authorization.keys import is_modelled, unknown_keys
from twin.authorization.keys.absences import ABSENT, is_absent
from twin.authorization.keys.books import READERS

_ROOT = Path(__file__).parents[4]
_GUARDRAILS = _ROOT / "policies" / "guardrails"
_UNKNOWN = Path(__file__).with_name("unknown-keys.yaml")
# variable = "aws:SourceAccount" in a policy document of Terraform
_IN_TERRAFORM = re.compile(r'variable\s*=\s*"([^"$]+:[^"]+)"')
_PLACE = re.compile(r"\$\{[^}]*\}|<[^>]*>")


def _conditions(document: Any) -> Iterator[tuple[str, list[str]]]:
    statements = document.get("Statement", []) if isinstance(document, Mapping) else []
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        actions = statement.get("Action", "*")
        for block in statement.get("Condition", {}).values():
            for key in block:
                yield key, [actions] if isinstance(actions, str) else actions


@cache
def _guarded() -> Mapping[str, frozenset[str]]:
    """Return the keys of the guardrails, each with the patterns of actions that it guards."""
    found: dict[str, set[str]] = {}
    for path in sorted(_GUARDRAILS.rglob("*.json")):
        for key, actions in _conditions(json.loads(path.read_text("utf-8"))):
            found.setdefault(key, set()).update(actions)
    return {key: frozenset(actions) for key, actions in found.items()}


def _keys_of_terraform() -> set[str]:
    folders = ("modules", "terraform", "accounts")
    texts = (path.read_text("utf-8") for f in folders for path in (_ROOT / f).rglob("*.tf"))
    return {key for text in texts for key in _IN_TERRAFORM.findall(text)}


def test_guardrails_use_keys() -> None:
    assert len(_guarded()) > 40


@pytest.mark.parametrize("key", sorted(_guarded()))
def test_every_key_of_the_guardrails_is_read(key: str) -> None:
    assert is_modelled(key)


@pytest.mark.parametrize("key", sorted(_guarded()))
def test_no_key_of_the_guardrails_is_taken_for_impossible(key: str) -> None:
    assert not is_absent(key.lower())


def test_no_action_carries_a_key_of_the_guardrails_that_is_unknown() -> None:
    reference = load_reference()
    for key, patterns in _guarded().items():
        for pattern in patterns:
            for action in reference.actions_matching(pattern):
                assert key.lower() not in unknown_keys(action), action


def test_every_key_that_terraform_writes_into_a_policy_is_read() -> None:
    written = _keys_of_terraform()
    assert len(written) > 25
    assert sorted(key for key in written if not is_modelled(key)) == []


def _listed() -> set[str]:
    """Return the keys that AWS lists for the services whose keys the twin reads."""
    services = {key.partition(":")[0] for key in READERS} - {"aws"}
    reference = load_reference()
    found = set(GLOBAL_KEYS)
    for service in services:
        for action in reference.actions_matching(f"{service}:*"):
            facts = reference.action(action)
            found.update(facts.keys if facts else ())
    return {key for key in found if key.partition(":")[0].lower() in services | {"aws"}}


def _declared() -> list[Mapping[str, Any]]:
    loaded: list[Mapping[str, Any]] = yaml.safe_load(_UNKNOWN.read_text("utf-8"))
    return loaded


def _is_declared(key: str) -> bool:
    patterns = (pattern.lower() for row in _declared() for pattern in row["keys"])
    return any(fnmatch.fnmatchcase(key, pattern) for pattern in patterns)


def test_every_key_that_is_listed_is_read_or_impossible_or_declared_unknown() -> None:
    lost = {key.lower() for key in _listed()} - {""}
    left = [key for key in lost if not is_modelled(key) and not is_absent(key)]
    assert sorted(key for key in left if not _is_declared(key)) == []


def test_no_key_is_declared_unknown_that_is_known() -> None:
    unknown = [key.lower() for key in _listed() if key.lower() in _all_unknown()]
    for row in _declared():
        assert row["means"].endswith(".")
        for pattern in row["keys"]:
            assert fnmatch.filter(unknown, pattern.lower()), pattern


@cache
def _all_unknown() -> frozenset[str]:
    return frozenset(
        key.lower() for key in _listed() if not is_modelled(key) and not is_absent(key.lower())
    )


def test_nothing_that_is_read_is_called_impossible() -> None:
    assert [key for key in READERS if is_absent(key)] == []
    assert all(name == name.lower() for name in ABSENT)


def test_every_reader_is_for_a_key_that_aws_publishes() -> None:
    reference = load_reference()
    assert [key for key in READERS if reference.key(key) is None] == []


def test_an_action_tells_the_keys_that_cannot_be_told_of_it() -> None:
    assert "ssm:documentcategories" in unknown_keys("ssm:GetDocument")
    assert unknown_keys("sagemaker:CreateTrainingJob") == {"sagemaker:directgatedmodelaccess"}
    assert unknown_keys("s3:GetObject") == {"s3:signatureage"}
    assert unknown_keys("kms:Decrypt") == frozenset()


_REQUESTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("s3:GetObject", "arn:aws:s3:::data/raw/a.csv", {"Bucket": "data", "Key": "raw/a.csv"}),
    ("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1", {"EncryptionContext": {"a": "b"}}),
    ("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/reader", {"RoleName": "reader"}),
    ("ec2:DescribeVpcEndpoints", "*", {"Filters": []}),
    (
        "sagemaker:CreateTrainingJob",
        f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/churn",
        {"VpcConfig": {"Subnets": ["s"]}, "ResourceConfig": {"InstanceType": "ml.m5.large"}},
    ),
)


@pytest.mark.parametrize(("action", "resource", "given"), _REQUESTS, ids=lambda v: str(v)[:24])
def test_only_multivalued_keys_have_several_values(
    ask: Asking, action: str, resource: str, given: dict[str, Any]
) -> None:
    reference = load_reference()
    for key, values in ask.by(route=ENDPOINT)(action, resource, given).items():
        facts = reference.key(key)
        assert facts is not None, key
        assert values
        assert facts.multivalued or len(values) == 1, key
        if facts.type == "Bool":
            assert set(values) <= {"true", "false"}, key
