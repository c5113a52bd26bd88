"""Takes the guardrails apart, one thing at a time: some invariant must notice each time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.iam.prover import Prover
from policies.iam.reference import load_reference
from policies.invariants.invariant import Held, Invariant
from policies.invariants.judging import Judge
from policies.invariants.possible import overlap
from policies.invariants.reading import read_invariants
from policies.model import Model, PolicyLayer
from policies.verdict import Verdict
from tests.policies.invariants.guarded import guarded, words
from tests.policies.invariants.mutants import Mutant, mutants_of, with_mutant

HELD = {
    PolicyLayer.SERVICE_CONTROL: Held.GUARDRAILS,
    PolicyLayer.RESOURCE_CONTROL: Held.GUARDRAILS,
    PolicyLayer.UNATTACHED: Held.BOUNDARY,
}
# What another statement says as well; each with the one that makes it so.
REDUNDANT = {
    (
        "boundary delivery",
        "AllowDeployAndConsumerRoles",
        "without StringEquals aws:ResourceOrgID",
    ): ("DenyOutsideOrganization refuses sts:AssumeRole without that key"),
}
# A statement of each kind, every time; all of them by `make mutation`.
SLICE = {
    "DenyJobsWithoutSubnets",
    "DenyContainersWithNetwork",
    "DenyDecisionButByLeads",
    "DenyOpeningDomains",
    "DenyApprovalButByLeads",
}


def _mutants() -> list[Mutant]:
    first = next(iter(guarded().accounts))
    return [
        mutant
        for facts in guarded().policies
        if facts.layer in HELD and facts.account in (first, "management")
        for mutant in mutants_of(facts)
        if (facts.source.address, mutant.sid, mutant.what) not in REDUNDANT
    ]


def _noticed(model: Model, mutant: Mutant) -> str | None:
    """Name the first invariant that is no longer proved."""
    held = HELD[mutant.facts.layer]
    reference = load_reference()
    judge = Judge(with_mutant(model, mutant), reference, words(), Prover(reference))
    for invariant in sorted(read_invariants(), key=lambda each: len(each.never)):
        if _speaks(invariant, held, mutant):
            judged = judge.judge_one(replace(invariant, held_by=(held,)))
            if judged[0].verdict is not Verdict.PROVED:
                return invariant.id
    return None


def _speaks(invariant: Invariant, held: Held, mutant: Mutant) -> bool:
    actions = invariant.never or invariant.can
    return held in invariant.held_by and any(
        overlap(one.lower(), other.lower()) for one in mutant.actions for other in actions
    )


@pytest.mark.parametrize(
    "mutant", [m for m in _mutants() if m.sid in SLICE], ids=lambda mutant: mutant.name
)
def test_an_invariant_notices_what_is_taken_away(mutant: Mutant) -> None:
    assert _noticed(guarded(), mutant), f"no invariant notices {mutant.name}"


def test_what_notices_a_mutant_holds_of_the_guardrails_as_they_are() -> None:
    judge = Judge(guarded(), load_reference(), words())
    for name in ("decisions-belong-to-the-tag-of-a-lead", "domains-can-be-changed-otherwise"):
        (found,) = (each for each in read_invariants() if each.id == name)
        assert {each.verdict for each in judge.judge_one(found)} == {Verdict.PROVED}


@pytest.mark.mutation
@pytest.mark.parametrize("mutant", _mutants(), ids=lambda mutant: mutant.name)
def test_an_invariant_notices_whatever_is_taken_away(mutant: Mutant) -> None:
    assert _noticed(guarded(), mutant), f"no invariant notices {mutant.name}"
