"""Tells who notices that a policy was changed: a rule of the lint, a check, or an invariant.

A mutant changes one policy. So only questions on which that policy bears are asked again, narrowed
to what the changed statement speaks of, and one prover remembers everything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from policies.checks.plan import judge as judge_checks
from policies.iam import Layers
from policies.iam.glob import Pattern
from policies.iam.prover import Prover
from policies.iam.reference import load_reference
from policies.invariants.findings import Asked, Posed, holds
from policies.invariants.invariant import Held, Invariant
from policies.invariants.judging import Judge
from policies.invariants.plain import within
from policies.invariants.possible import overlap
from policies.invariants.reading import read_invariants
from policies.model import Model
from policies.registry import read_controls
from policies.review.dialect import judge_dialect
from tests.policies.invariants.guarded import words
from tests.policies.invariants.mutants import Mutant, in_layers, with_mutant

# Where few are asked comes first.
_ORDER = (Held.RESOURCE, Held.ENDPOINT, Held.BOUNDARY, Held.GUARDRAILS, Held.OWN, Held.EVERYTHING)


@dataclass(frozen=True)
class Bearing:
    """A question of an invariant, the policies that bear on it, and which of its like it is."""

    invariant: Invariant
    posed: Posed
    layers: Layers
    turn: int


class Watch:
    """Knows on which questions each policy of a model bears."""

    def __init__(self, model: Model, held: Collection[Held]) -> None:
        self.model = model
        self._held = held
        self._reference = load_reference()
        self._lints = [c for c in read_controls() if any("lint:" in v for v in c.verifiers)]
        self.prover = Prover(self._reference)
        self._judge = Judge(model, self._reference, words(), self.prover)

    def noticed(self, mutant: Mutant) -> str:
        """Name who notices a mutant first, the cheapest asked first; "" where nobody does."""
        return self.by_lint(mutant) or self.by_invariant(mutant) or self.by_check(mutant)

    def by_lint(self, mutant: Mutant) -> str:
        """Name a rule of the lint that finds something in a mutant and not in its policy."""
        facts = mutant.facts
        together = tuple(
            each
            for each in self.model.policies
            if (each.layer, each.holder) == (facts.layer, facts.holder)
        )
        model = replace(self.model, policies=together)
        before = self._linted(model)
        new = self._linted(with_mutant(model, mutant)) - before
        return min((verifier for verifier, _ in new), default="")

    def _linted(self, model: Model) -> set[tuple[str, str]]:
        judged = judge_dialect(self._lints, model, self._reference)
        return {(j.verifier, f.sentence) for j in judged for f in j.findings}

    def by_check(self, mutant: Mutant) -> str:
        """Name a check that finds something in a mutant and not in its policy."""
        for judged in judge_checks(with_mutant(self.model, mutant)):
            if {each.sentence for each in judged.findings} - self._checked[judged.verifier]:
                return judged.verifier
        return ""

    @cached_property
    def _checked(self) -> dict[str, set[str]]:
        return {
            judged.verifier: {each.sentence for each in judged.findings}
            for judged in judge_checks(self.model)
        }

    def by_invariant(self, mutant: Mutant) -> str:
        """Name an invariant that holds of the policy and not of its mutant."""
        for bearing in self.bearing_on(mutant):
            invariant = _narrowed(bearing.invariant, mutant)
            if not self._holds(bearing, invariant, in_layers(bearing.layers, mutant)):
                if self._holds(bearing, invariant, bearing.layers):
                    return f"invariant:{invariant.id}"
        return ""

    def bearing_on(self, mutant: Mutant) -> list[Bearing]:
        """Give the questions that the changed statement might decide, those told soonest first."""
        assert mutant.facts.policy is not None
        found = [
            each
            for each in self._bearing.get(mutant.facts.policy.address, ())
            if _speaks(mutant, each)
        ]
        return sorted(found, key=_soonest)

    def _holds(self, bearing: Bearing, invariant: Invariant, layers: Layers) -> bool:
        it = bearing.posed
        proof = self._judge.answer(invariant, it.subject, it.target, layers)
        return holds(invariant, Asked(it.held, it.subject, it.target, it.endpoint, proof=proof))

    @cached_property
    def _bearing(self) -> dict[str, list[Bearing]]:
        found: dict[str, list[Bearing]] = {}
        for each in self._questions():
            for address in {policy.address for _, policy in each.layers.all()}:
                found.setdefault(address, []).append(each)
        return found

    def _questions(self) -> Iterator[Bearing]:
        turns: Counter[tuple[str, str, Held]] = Counter()
        for invariant in read_invariants():
            held = tuple(each for each in invariant.held_by if each in self._held)
            if invariant.becomes is not None or not held:
                continue
            for posed in self._judge.posed(replace(invariant, held_by=held)):
                if not posed.subject.exempt:
                    owned = posed.target.owned
                    like = (invariant.id, owned.arn if owned else "", posed.held)
                    turns[like] += 1
                    yield Bearing(
                        invariant, posed, self._judge.layers(invariant, posed), turns[like]
                    )


def _soonest(bearing: Bearing) -> tuple[int, int, int, str]:
    """Ask each invariant once before any is asked of a second one, of few actions first."""
    actions = bearing.invariant.never or bearing.invariant.can
    held = bearing.posed.held
    return min(bearing.turn, 3), _ORDER.index(held), len(actions), bearing.invariant.id


def _speaks(mutant: Mutant, bearing: Bearing) -> bool:
    statement, asked = mutant.statement, bearing.invariant
    named = statement.excludes_actions or any(
        overlap(one.text.lower(), other.lower())
        for one in statement.actions
        for other in asked.never or asked.can
    )
    resources = statement.excludes_resources or not statement.resources
    return named and (resources or _meet(statement.resources, bearing.posed.target.resources))


def _meet(patterns: tuple[Pattern, ...], asked: tuple[str, ...]) -> bool:
    return any("${" in p.text or overlap(p.text, one) for p in patterns for one in asked)


def _narrowed(invariant: Invariant, mutant: Mutant) -> Invariant:
    """Ask of no more than what the changed statement speaks of: nothing else has changed."""
    if mutant.statement.excludes_actions or invariant.can:
        return invariant
    named: dict[str, None] = {}
    for asked in invariant.never:
        for spoken in (pattern.text for pattern in mutant.statement.actions):
            if within(asked.lower(), spoken.lower()):
                named[asked] = None
            elif within(spoken.lower(), asked.lower()):
                named[spoken] = None
            elif overlap(asked.lower(), spoken.lower()):
                named[asked] = None
    return replace(invariant, never=tuple(named))
