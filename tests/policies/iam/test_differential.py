"""This evaluator and one by other people decide generated cases alike, where both are installed."""

from __future__ import annotations

from typing import Any

import pytest

from policies.iam import decide, explain
from tests.policies.iam.differential.cases import cases
from tests.policies.iam.differential.classes import CLASSES
from tests.policies.iam.differential.comparing import compare, layers, request
from tests.policies.iam.differential.installing import FOLDER, is_installed


def test_the_same_seed_gives_the_same_cases() -> None:
    assert list(cases(3, 20)) == list(cases(3, 20))
    assert list(cases(3, 20)) != list(cases(4, 20))


def test_cases_reach_every_layer_and_every_outcome() -> None:
    made = list(cases(1, 600))
    for layer in ("identity", "boundary", "session", "scp", "rcp", "own", "endpoint"):
        assert sum(bool(case.get(layer)) for case in made) >= 10, layer
    decisions = [decide(request(case), layers(case)) for case in made]
    assert sum(found.allowed for found in decisions) >= 60
    assert sum(found.explicit for found in decisions) >= 60
    assert {case["kind"] for case in made} == {"role", "user", "root", "service", "anonymous"}


def test_a_decision_is_the_same_once_policies_are_warm() -> None:
    for case in cases(2, 150):
        asked, policies = request(case), layers(case)
        first = decide(asked, policies)
        assert all(decide(asked, policies) == first for _ in range(12))


def test_every_deny_that_did_not_fire_is_explained() -> None:
    for case in cases(5, 300):
        found = explain(request(case), layers(case))
        weighed = [w for said in found.layers for w in (*said.denies, *said.allows)]
        assert all(each.reasons for each in weighed if not each.applies)
        fired = any(w.applies for said in found.layers for w in said.denies)
        assert fired is found.decision.explicit


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_leaves_a_case_alone_that_has_nothing_of_it(name: str) -> None:
    case: dict[str, Any] = {
        "context": {"aws:PrincipalTag/team": "blue"},
        "identity": [{"Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]}],
        "account": "1",
        "owner": "1",
    }
    assert CLASSES[name](case) is None


@pytest.mark.skipif(not is_installed(), reason="`make fuzz` installs the other evaluator")
def test_both_decide_alike() -> None:
    found = compare(cases(11, 1000), FOLDER)
    assert found.unexplained == ()
    assert found.equal >= 0.99
