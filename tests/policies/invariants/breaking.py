"""Breaks each invariant where policies allow everything, by requests that the evaluator decides.

One that says what must stay possible is broken where they refuse everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from policies.iam import Principal, Request, Resource, decide
from policies.iam.glob import parse
from policies.iam.prover import Prover
from policies.iam.reference import load_reference
from policies.invariants.chains import Chains, Step
from policies.invariants.findings import Asked, holds
from policies.invariants.invariant import Invariant, What
from policies.invariants.judging import Judge
from policies.invariants.standing import layers_for
from policies.invariants.subjects import Population, any_like
from policies.model import Model, OwnedResource, RoleFacts
from policies.verdict import Finding, Judgement, Verdict
from tests.policies.invariants.guarded import words
from tests.policies.invariants.open_world import open_world, shut

_BY = {"takes": "sts:AssumeRole", "passes": "iam:PassRole"}


class Watched(Judge):
    """A judge that remembers what it asked, and asks no more once it has found a violation."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, load_reference(), words(), _prover())
        self.model = model
        self.seen: list[Asked] = []

    def asked(self, invariant: Invariant) -> Iterator[Asked]:
        """Ask the questions that an invariant is made of until one is answered wrongly."""
        for each in super().asked(invariant):
            self.seen.append(each)
            yield each
            if not holds(invariant, each):
                return

    def decides(self, invariant: Invariant, asked: Asked, request: Request) -> bool:
        """Tell whether the evaluator allows a request where one was asked for."""
        layers = layers_for(
            self.model,
            asked.held,
            asked.subject,
            asked.target,
            asked.endpoint,
            named=invariant.even_if_named,
        )
        return decide(request, layers).allowed


def broken(invariant: Invariant) -> dict[str, str]:
    """Tell what breaks an invariant, by the layer that holds it.

    Raises AssertionError where a layer is not broken, or the evaluator says otherwise.
    """
    layers = {held: replace(invariant, held_by=(held,)) for held in invariant.held_by}
    return {held.value: _broken(one) for held, one in layers.items()}


def _broken(invariant: Invariant) -> str:
    model = _narrowed(invariant)
    judge = Watched(shut(model) if invariant.can else model)
    found = _violation(judge.judge_one(invariant)[0])
    if invariant.becomes is not None:
        _replay_steps(judge)
    elif invariant.can:
        _replay_refusals(invariant, model, judge)
    else:
        _replay(invariant, judge, found)
    got = found.sentence.partition(" Got ")[2]
    return got.partition(" (held by ")[0]


def _violation(judgement: Judgement) -> Finding:
    assert judgement.verdict is Verdict.VIOLATED, judgement
    return next(each for each in judgement.findings if each.verdict is Verdict.VIOLATED)


def _replay(invariant: Invariant, judge: Watched, found: Finding) -> None:
    request = found.request
    assert request is not None
    assert _names(invariant.never, request.action)
    assert not _names(invariant.but_actions, request.action)
    (asked, *_) = (each for each in judge.seen if each.proof.counterexample is request)
    assert judge.decides(invariant, asked, request), (invariant.id, request)


def _replay_refusals(invariant: Invariant, model: Model, judge: Watched) -> None:
    """Find what is allowed where everything is; where everything is refused, so is that."""
    other = Watched(model)
    assert other.judge_one(invariant)[0].verdict is Verdict.PROVED
    allowed, refused = other.seen[len(judge.seen) - 1], judge.seen[-1]
    assert allowed.subject.principal == refused.subject.principal
    assert allowed.target.resources == refused.target.resources
    request = allowed.proof.counterexample
    assert request is not None
    assert other.decides(invariant, allowed, request)
    assert not judge.decides(invariant, refused, request), (invariant.id, request)


def _replay_steps(judge: Watched) -> None:
    steps = judge.population.chains.steps
    assert steps
    for step in steps:
        start, end = judge.model.roles[step.start], judge.model.roles[step.end]
        principal = Principal.role(start.arn, "session")
        request = Request.of(principal, _BY[step.how], end.arn)
        layers = judge.model.layers(start, _as_resource(end, step))
        assert decide(request, layers).allowed, step


def _as_resource(role: RoleFacts, step: Step) -> OwnedResource:
    taken = step.how == "takes"
    counts = Resource.DECISIVE if taken else Resource.ORDINARY
    trust = role.trust if taken else None
    return OwnedResource(role.arn, "role", role.account, trust, counts, role.source)


def _names(patterns: tuple[str, ...], action: str) -> bool:
    return any(
        parse(each, variables=False).matches(action, lambda _: None, ignore_case=True)
        for each in patterns
    )


def _narrowed(invariant: Invariant) -> Model:
    """Leave of the open world one who asks and, of each account, one thing that is asked for."""
    roles = {role.arn: role for role in _asking(invariant)}
    return replace(open_world(), roles=roles, owned=tuple(_asked_for(invariant)))


def _asking(invariant: Invariant) -> Iterator[RoleFacts]:
    people, wanted = _people(), invariant.who.roles
    first = None
    if wanted is None:
        # They ask for nothing; their trust tells by what name people sign in.
        yield from (role for role in people.model.roles.values() if role.purpose == "apply")
    else:
        first = min(
            (role for role in people.roles(wanted) if not any_like(role.purpose, invariant.only)),
            key=lambda role: not _owns(invariant.what, role.account),
        )
        yield first
    if invariant.becomes is not None:
        yield next(role for role in people.roles(invariant.becomes) if role is not first)


def _asked_for(invariant: Invariant) -> Iterator[OwnedResource]:
    what, seen = invariant.what, set()
    wanted = what.resource or "*"
    for found in open_world().owned:
        meant = any_like(found.kind, (wanted,)) and any_like(found.purpose, what.purposes)
        if not meant or any_like(found.purpose, what.excepted) or not _owns(what, found.account):
            continue
        # What is named by its ARN belongs to whoever asks, unless the claim says to whom.
        alike = (found.account, "" if what.resource else found.kind)
        if alike not in seen and (what.resource or what.kinds):
            seen.add(alike)
            yield found


def _owns(what: What, account: str) -> bool:
    return not what.kinds or open_world().account(account).kind in what.kinds


@cache
def _prover() -> Prover:
    return Prover(load_reference())


@cache
def _people() -> Population:
    return Population(open_world(), Chains(open_world(), _prover()))
