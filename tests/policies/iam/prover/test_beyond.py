"""What one set of policies allows beyond another: nothing, or a request that shows it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from policies.iam import Layers, Policy, Principal, decide
from policies.iam.prover import Outcome, Prover, Question
from tests.policies.iam.prover.asking import allow, deny, policy
from tests.policies.iam.prover.universe import Dice
from tests.policies.iam.prover.world import HOME, ROLE, WORLD

ALL = policy(allow())
NO_PUT = deny(Action="s3:PutObject")
NO_WRITE = deny(Action=["s3:PutObject", "db:List"])
NO_PUT_IN_THE_CLEAR = deny(
    Action="s3:PutObject", Condition={"Bool": {"aws:SecureTransport": "false"}}
)


def _beyond(now: Policy, before: Policy) -> tuple[Outcome, str]:
    question = Question(
        Principal.role(ROLE, "sofia"),
        Layers(identity=(ALL,), service_control=((ALL, now),)),
        ("*",),
        ("*",),
        HOME,
        beyond=Layers(identity=(ALL,), service_control=((ALL, before),)),
    )
    proof = Prover(WORLD).never(question)
    return proof.outcome, proof.counterexample.action if proof.counterexample else ""


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (policy(NO_WRITE), policy(NO_PUT), (Outcome.PROVED, "")),
        (policy(NO_PUT), policy(NO_WRITE), (Outcome.REFUTED, "db:List")),
        (policy(NO_PUT, NO_WRITE), policy(NO_WRITE), (Outcome.PROVED, "")),
        (policy(NO_PUT_IN_THE_CLEAR), policy(NO_PUT), (Outcome.REFUTED, "s3:PutObject")),
        (policy(NO_PUT), policy(NO_PUT_IN_THE_CLEAR), (Outcome.PROVED, "")),
    ],
)
def test_what_is_allowed_beyond_is_told_action_by_action(
    now: Policy, before: Policy, told: tuple[Outcome, str]
) -> None:
    assert _beyond(now, before) == told


@pytest.mark.parametrize("seed", range(40))
def test_what_is_proved_to_allow_no_more_allows_none_of_many_random_requests(seed: int) -> None:
    dice, prover = Dice(seed), Prover(WORLD)
    before = dice.layers()
    now = _without_a_statement(before, random.Random(seed))  # noqa: S311 - cases of tests
    question = replace(dice.question(now, wide=True), where=None, beyond=before)
    proof = prover.never(question)
    requests = [dice.request(question) for _ in range(150)]
    if proof.counterexample is not None:
        requests.append(proof.counterexample)
    gained = [r for r in requests if decide(r, now).allowed and not decide(r, before).allowed]
    if proof.outcome is Outcome.REFUTED:
        assert proof.counterexample in gained
    elif proof.outcome in (Outcome.PROVED, Outcome.VACUOUS):
        assert gained == []


def _without_a_statement(layers: Layers, choice: random.Random) -> Layers:
    changed = [each for _, each in layers.all() if len(each.statements) > 1]
    if not changed:
        return layers
    old = choice.choice(changed)
    at = choice.randrange(len(old.statements))
    new = Policy(old.address, old.version, old.statements[:at] + old.statements[at + 1 :])

    def swap(policy: Policy) -> Policy:
        return new if policy is old else policy

    return replace(
        layers,
        identity=tuple(map(swap, layers.identity)),
        boundary=layers.boundary and swap(layers.boundary),
        session=layers.session and tuple(map(swap, layers.session)),
        service_control=tuple(tuple(map(swap, level)) for level in layers.service_control),
        resource_control=tuple(tuple(map(swap, level)) for level in layers.resource_control),
        resource=layers.resource and swap(layers.resource),
        endpoint=layers.endpoint and swap(layers.endpoint),
    )
