"""The formula of policies holds of exactly the requests that the evaluator allows."""

from __future__ import annotations

from collections import Counter

import pytest

from policies.iam import Request, decide
from policies.iam.prover import Outcome, Prover, Question, satisfied
from policies.iam.prover.context import Context
from policies.iam.prover.formula import TRUE
from tests.policies.iam.prover.meaning import Unknown, admits, truth
from tests.policies.iam.prover.universe import Dice
from tests.policies.iam.prover.world import ACTIONS, WORLD

REQUESTS_OF_EACH = 25


def compare(seed: int) -> Counter[str]:
    """Compare formula and evaluator on the requests of one set of policies; count what came."""
    dice = Dice(seed)
    prover = Prover(WORLD)
    question = dice.question(dice.layers(), wide=True)
    context = Context(prover.keys, question)
    candidates = {name: prover.actions.candidate(name, question, context) for name in ACTIONS}
    counted: Counter[str] = Counter()
    for _ in range(REQUESTS_OF_EACH):
        request = dice.request(question)
        candidate = candidates[request.action]
        assert candidate is not None
        root = prover.formula(question, candidate)
        if not admits(candidate, request):
            counted["not admitted"] += 1
            continue
        value = truth(prover.atoms, request)
        try:
            held = prover.formulas.value(root, value, {TRUE: True})
        except Unknown:
            counted["opaque"] += 1
            continue
        allowed = decide(request, question.layers).allowed
        assert held is allowed, (seed, request, question.layers)
        counted["allowed" if allowed else "refused"] += 1
    return counted


def test_formula_equals_evaluator() -> None:
    counted = sum((compare(seed) for seed in range(60)), Counter[str]())

    # The comparison is worth something only if both answers come, and few are set aside.
    assert counted["allowed"] > 150
    assert counted["refused"] > 500
    assert counted["not admitted"] + counted["opaque"] < 0.1 * counted.total()


@pytest.mark.fuzz
def test_formula_equals_evaluator_on_many_requests() -> None:
    counted = sum((compare(seed) for seed in range(1_000, 3_400)), Counter[str]())

    assert counted["allowed"] + counted["refused"] >= 50_000
    assert counted["allowed"] > 5_000


def ask(seed: int) -> Outcome:
    """Answer a random question and look for a request that contradicts the answer."""
    dice = Dice(seed)
    layers = dice.layers()
    question = dice.question(layers)
    prover = Prover(WORLD)
    proof = prover.never(question)
    if proof.counterexample is not None:
        assert decide(proof.counterexample, layers).allowed
        assert _matches(question, proof.counterexample)
    context = Context(prover.keys, question)
    for _ in range(40):
        request = dice.request(question)
        if not _matches(question, request) or not decide(request, layers).allowed:
            continue
        candidate = prover.actions.candidate(request.action, question, context)
        if candidate is None:
            continue
        prover.formula(question, candidate)
        if admits(candidate, request):
            assert proof.outcome in (Outcome.REFUTED, Outcome.UNDECIDED), (seed, request)
    return proof.outcome


def _matches(question: Question, request: Request) -> bool:
    named = any(
        request.action.lower()
        in {name.lower() for name in (pattern, *WORLD.actions_matching(pattern))}
        or (WORLD.action(request.action) is None and _glob(request.action, pattern, True))
        for pattern in question.actions
    )
    about = any(_glob(request.resource, pattern, False) for pattern in question.resources)
    where = question.where is None or satisfied(question.where, request)
    return named and about and where


def _glob(text: str, pattern: str, ignore_case: bool) -> bool:
    from policies.iam.prover.automaton import matches
    from policies.iam.prover.language import wildcard

    return matches(text, frozenset((wildcard(pattern, ignore_case=ignore_case),)))


def test_no_request_contradicts_an_answer() -> None:
    outcomes = Counter(ask(seed) for seed in range(150))

    assert outcomes[Outcome.PROVED] > 20
    assert outcomes[Outcome.REFUTED] > 20
    assert outcomes[Outcome.UNDECIDED] < 10


@pytest.mark.fuzz
def test_no_request_contradicts_many_answers() -> None:
    outcomes = Counter(ask(seed) for seed in range(10_000, 13_000))

    assert outcomes[Outcome.UNDECIDED] < 0.05 * outcomes.total()
