"""Decides random requests three times, by twin, evaluator and formula, and counts what came."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from policies.iam import Decision, Layers, Request, decide
from policies.iam.prover import Prover, Question
from policies.iam.prover.context import Context
from policies.iam.prover.formula import TRUE
from policies.iam.reference import load_reference
from tests.policies.iam.prover.meaning import Unknown, admits, truth
from tests.twin.authorization.agreement.asked import Ask, Asking
from tests.twin.authorization.agreement.asking import Asker
from tests.twin.authorization.agreement.estate import Estate
from tests.twin.authorization.agreement.growing import grown
from tests.twin.authorization.agreement.laying import Laying
from tests.twin.authorization.agreement.weighing import Weighing
from twin.authorization.decision import Ruling, authorise
from twin.twin import Twin


@dataclass
class Count:
    """What came of the requests: answers of all, and what the formula could not be asked."""

    requests: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    formulas: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, other: Count) -> None:
        """Add what another comparison counted."""
        self.requests += other.requests
        self.answers += other.answers
        self.formulas += other.formulas
        self.differences += other.differences


def compare(twin: Twin, seed: int, requests: int) -> Count:
    """Lay the world of a seed out in an empty twin and compare decisions in it."""
    twin.reset()
    return Comparison(twin, grown(seed), seed).run(requests)


class Comparison:
    """One world, decided in three ways."""

    def __init__(self, twin: Twin, estate: Estate, seed: int) -> None:
        self._twin = twin
        self._laid = Laying(twin, estate).lay()
        self._seed = seed
        self._asker = Asker(Random(seed), self._laid)  # noqa: S311 - to be had again
        self._weighing = Weighing(self._laid)
        self._prover = Prover(load_reference())
        self._count = Count()

    def run(self, requests: int) -> Count:
        """Compare as many requests."""
        for _ in range(requests):
            self._compare(self._asker.ask())
            self._count.requests += 1
        return self._count

    def _compare(self, asking: Asking) -> None:
        ruling = authorise(self._twin, asking.call)
        if asking.place is not None:
            endpoints = self._laid.names.endpoints[asking.place]
            if asking.call.service not in endpoints:
                self._count.answers["no way"] += 1
                if ruling.unreachable is None:
                    self._differ(asking, "a way leads to a service without an endpoint")
                return
        if ruling.unknown is not None or ruling.unreachable is not None:
            self._differ(asking, ruling.unknown or str(ruling.unreachable))
            return
        self._weigh(asking, ruling)

    def _weigh(self, asking: Asking, ruling: Ruling) -> None:
        ours = [
            (self._weighing.request(asking, ask), self._weighing.layers(asking, ask))
            for ask in asking.asks
        ]
        wanted = [(a.action, a.resource, a.owner, _asker(asking, a)) for a in asking.asks]
        found = [
            (w.asked.action, w.asked.resource, w.asked.owner, w.service) for w in ruling.decisions
        ]
        if wanted != found:
            self._differ(asking, f"asks for {found} and not {wanted}")
            return
        decisions = [decide(*each) for each in ours]
        for weighed, decision, given in zip(ruling.decisions, decisions, ours, strict=True):
            if _said(weighed.decision) != _said(decision):
                said = f"{_said(weighed.decision)} by the twin, {_said(decision)} by the evaluator"
                why = f"twin: {weighed.decision.reason}, evaluator: {decision.reason}"
                self._differ(asking, f"{weighed.asked.action}: {said}; {why}")
            self._formula(asking, *given, decision)
        if ruling.allowed is not all(decision.allowed for decision in decisions):
            self._differ(asking, "the whole is not what its parts are")
        first = next((d for d in decisions if not d.allowed), decisions[0])
        self._count.answers[_said(first)] += 1

    def _formula(
        self, asking: Asking, request: Request, layers: Layers, decision: Decision
    ) -> None:
        question = Question(
            request.principal,
            layers,
            actions=(request.action,),
            resources=(request.resource,),
            owner=request.resource_account,
            any_session=False,
        )
        context = Context(self._prover.keys, question)
        candidate = self._prover.actions.candidate(request.action, question, context)
        if candidate is None:
            self._count.formulas[f"not about its resource: {request.action}"] += 1
            return
        root = self._prover.formula(question, candidate)
        if not admits(candidate, request):
            self._count.formulas[f"not admitted: {request.action}"] += 1
            return
        value = truth(self._prover.atoms, request)
        try:
            held = self._prover.formulas.value(root, value, {TRUE: True})
        except Unknown:
            self._count.formulas["opaque"] += 1
            return
        self._count.formulas["compared"] += 1
        if held is not decision.allowed:
            self._differ(asking, f"{request.action}: {held} by the formula, {_said(decision)}")

    def _differ(self, asking: Asking, why: str) -> None:
        call = asking.call
        where = f"world {self._seed}, {asking.who.principal.arn or 'nobody'}, place {asking.place}"
        self._count.differences.append(f"{where}, {call.service}.{call.operation}: {why}")


def _asker(asking: Asking, ask: Ask) -> str | None:
    """Name the service that a ruling says asked: a service that has rights of its own is told."""
    caller = asking.who.caller
    return caller.arn if ask.via is not None and caller.is_service else ask.via


def _said(decision: Decision) -> str:
    if decision.allowed:
        return "allowed"
    how = "denied by" if decision.explicit else "not allowed by"
    return f"{how} {decision.layer.value if decision.layer else 'any policy'}"
