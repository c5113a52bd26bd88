"""Guardrails and boundaries, as they are attached, keep to the dialect that policies must have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.guardrails import rendering
from policies.iam import parse_policy
from policies.iam.lint import Document, LintFinding, Place, lint
from policies.iam.reference import load_reference
from policies.review.operations import is_operation
from tests.policies.guardrails.guardrails import FOLDER, tokens

_PLACES = {
    "service-control": Place.SERVICE_CONTROL,
    "resource-control": Place.RESOURCE_CONTROL,
}
UNITS = ("data-science", "staging", "production")


def documents(unit: str, kind: str) -> list[Document]:
    texts = {
        group.name: rendering.render_group(FOLDER, group, tokens())
        for group in rendering.read_groups(FOLDER)
        if group.kind == kind and unit in group.units
    }
    parsed = {name: parse_policy(name, text) for name, text in texts.items()}
    return [
        Document(
            policy, _PLACES[kind], texts[name], tuple(p for p in parsed.values() if p is not policy)
        )
        for name, policy in parsed.items()
    ]


@pytest.mark.parametrize("kind", _PLACES)
@pytest.mark.parametrize("unit", UNITS)
def test_control_policies_of_a_unit_have_no_finding(unit: str, kind: str) -> None:
    given = documents(unit, kind)
    assert len(given) >= 2
    for document in given:
        assert lint(document, load_reference(), is_operation) == ()


@pytest.mark.parametrize("unit", UNITS)
def test_a_deny_of_machines_without_its_partner_is_found(unit: str) -> None:
    found: list[LintFinding] = []
    for document in documents(unit, "service-control"):
        kept = tuple(s for s in document.policy.statements if s.sid != "DenyUnknownInstances")
        policy = replace(document.policy, statements=kept, _by_action={})
        alone = Document(policy, document.place, document.text, document.beside)
        found += lint(alone, load_reference(), is_operation)
    assert {(f.rule, f.sid) for f in found} == {("deny-fails-open", "DenyOtherInstances")}
