"""Takes guardrails, keys, buckets, endpoints and trust apart, one thing at a time.

Somebody must notice each time: of guardrails and boundaries an invariant, of the others the lint,
an invariant or a check. What gives nobody anything has a reason, and that is proved.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pytest

from policies.iam import parse_policy
from policies.invariants.invariant import Held
from policies.model import PolicyFacts, PolicyLayer
from policies.verdict import Source
from tests.policies.invariants.equivalence import compared, gained
from tests.policies.invariants.guarded import guarded
from tests.policies.invariants.mutants import Change, Mutant, mutants_of
from tests.policies.invariants.planned import KINDS, mutants, planned
from tests.policies.invariants.redundant import REASONS, Reason, reason_for
from tests.policies.invariants.watching import Watch

LAYERS = (PolicyLayer.SERVICE_CONTROL, PolicyLayer.RESOURCE_CONTROL, PolicyLayer.UNATTACHED)
Notices = Callable[[Mutant], str]


@cache
def _guardrails() -> Watch:
    return Watch(guarded(), (Held.GUARDRAILS, Held.BOUNDARY))


@cache
def _platform() -> Watch:
    return Watch(planned(), (Held.RESOURCE, Held.ENDPOINT, Held.OWN, Held.EVERYTHING))


def _of_guardrails() -> list[Mutant]:
    first = next(iter(guarded().accounts))
    return [
        mutant
        for facts in guarded().policies
        if facts.layer in LAYERS and facts.account in (first, "management")
        for mutant in mutants_of(facts)
    ]


def _one_of_each(found: Iterable[Mutant]) -> list[Mutant]:
    """Give the first mutant of each change in each layer, but those that may go unnoticed."""
    first: dict[tuple[PolicyLayer, Change], Mutant] = {}
    for mutant in found:
        if reason_for(mutant) is None:
            first.setdefault((mutant.facts.layer, mutant.change), mutant)
    return list(first.values())


def _unnoticed(found: Iterable[Mutant], notices: Notices) -> Iterator[Mutant]:
    yield from (mutant for mutant in found if not notices(mutant))


def _faults(watch: Watch, mutant: Mutant) -> Iterator[str]:
    """Say what is wrong with a mutant that nobody notices; nothing where nobody gains by it."""
    reason = reason_for(mutant)
    if reason is None or not compared(watch, mutant):
        yield f"nobody notices {mutant.name}"
        return
    for proof in gained(watch, mutant):
        yield f"{mutant.name}: {reason.because}, got {proof.counterexample or proof.reason}"


def _all_faults(watch: Watch, found: Iterable[Mutant], notices: Notices) -> list[str]:
    return [fault for mutant in _unnoticed(found, notices) for fault in _faults(watch, mutant)]


def test_each_kind_of_change_is_made_to_guardrails() -> None:
    made = {each.change for each in _of_guardrails()}
    assert made == set(Change) - {Change.ACCOUNT, Change.EVERYBODY}


@pytest.mark.parametrize("mutant", _one_of_each(_of_guardrails()), ids=lambda mutant: mutant.name)
def test_an_invariant_notices_what_is_taken_away(mutant: Mutant) -> None:
    assert _guardrails().by_invariant(mutant), f"no invariant notices {mutant.name}"


@pytest.mark.parametrize(
    "reason", [r for r in REASONS if not r.place.startswith("modules")], ids=lambda r: r.because
)
def test_each_reason_about_guardrails_is_needed_and_gives_nobody_anything(reason: Reason) -> None:
    every = (mutant for mutant in _of_guardrails() if reason_for(mutant) is reason)
    mutant = next(_unnoticed(every, _guardrails().by_invariant))
    assert list(_faults(_guardrails(), mutant)) == []


def test_a_role_is_widened_to_its_account_and_to_everybody() -> None:
    role = "arn:aws:iam::111111111111:role/somebody"
    statement = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "sts:AssumeRole"}
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    policy, source = parse_policy("trust", text), Source("staging", "trust")
    facts = PolicyFacts(PolicyLayer.TRUST, "staging", "", policy, source, text=text)
    widened = {each.change: json.loads(each.text)["Statement"][0] for each in mutants_of(facts)}
    assert {change: each["Principal"] for change, each in widened.items()} == {
        Change.ACCOUNT: {"AWS": ["arn:aws:iam::111111111111:root"]},
        Change.EVERYBODY: "*",
    }


@pytest.mark.terraform
@pytest.mark.slow
def test_somebody_notices_a_change_of_each_kind_to_what_is_planned() -> None:
    chosen = [mutant for kind in KINDS for mutant in _one_of_each(mutants(kind))]
    made = {Change.DROPPED, Change.EVERYBODY, Change.EXEMPTS, Change.WITHOUT}
    assert {each.change for each in chosen} >= made
    assert [each.name for each in chosen if not _platform().noticed(each)] == []


@pytest.mark.terraform
@pytest.mark.slow
@pytest.mark.parametrize(
    "reason", [r for r in REASONS if r.place.startswith("modules")], ids=lambda r: r.because
)
def test_each_reason_is_needed_and_gives_nobody_anything(reason: Reason) -> None:
    every = (mutant for kind in KINDS for mutant in mutants(kind) if reason_for(mutant) is reason)
    mutant = next(_unnoticed(every, _platform().noticed))
    assert list(_faults(_platform(), mutant)) == []


@pytest.mark.mutation
def test_an_invariant_notices_whatever_is_taken_from_a_guardrail() -> None:
    watch = _guardrails()
    assert _all_faults(watch, _of_guardrails(), watch.by_invariant) == []


@pytest.mark.terraform
@pytest.mark.mutation
@pytest.mark.parametrize("kind", KINDS)
def test_somebody_notices_whatever_is_taken_from_what_is_planned(kind: str) -> None:
    watch = _platform()
    assert _all_faults(watch, mutants(kind), watch.noticed) == []
