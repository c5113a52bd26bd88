"""Asks the prover no more than what cannot be told without it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from policies.iam.glob import parse
from policies.iam.prover import Outcome, Proof, Prover, Question, Reference
from policies.invariants.plain import Facts, is_refused
from policies.invariants.possible import is_possible

NOTHING = Proof(Outcome.PROVED, "no statement allows it, or one plainly refuses it")


@dataclass
class Asker:
    """Answers questions action by action: by a plain look where that is enough, else by proof."""

    prover: Prover
    reference: Reference
    asked: int = 0
    told: int = 0
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def never(self, question: Question, facts: Facts) -> Proof:
        """Prove that no request that matches is allowed, or give one that is."""
        left: dict[str, None] = {}
        settled: list[str] = []
        unknown: list[str] = []
        about_something = False
        for pattern in _narrowed(question):
            names = self._named(pattern)
            # sagemaker:* is about what AWS may add too; sagemaker:Create* is short for what AWS
            # publishes, unless it publishes none.
            open_ended = pattern == "*" or pattern.endswith(":*") or not names
            about_something = about_something or bool(names) or open_ended
            if self._is_settled(question, facts, pattern, pattern=True):
                settled += names
                continue
            for name in names:
                if self._is_left_out(question, name):
                    continue
                if self._is_settled(question, facts, name, pattern=False):
                    settled.append(name)
                else:
                    left[name] = None
            if open_ended:
                unknown.append(pattern)
        if not left and not unknown and about_something:
            self.told += 1
            return NOTHING
        return self._asked(question, tuple(left), tuple(unknown), tuple(settled))

    def _asked(
        self,
        question: Question,
        left: tuple[str, ...],
        unknown: tuple[str, ...],
        settled: tuple[str, ...],
    ) -> Proof:
        self.asked += 1
        proof = self.prover.never(
            replace(
                question,
                actions=(*left, *unknown) or question.actions,
                except_actions=(*question.except_actions, *(settled if unknown else ())),
                unknown_actions=bool(unknown),
            )
        )
        if proof.outcome is Outcome.VACUOUS and settled:
            # What is known was settled here; of what nobody knows the prover refuses to say more.
            return replace(proof, outcome=Outcome.PROVED)
        return proof

    def _is_settled(self, question: Question, facts: Facts, action: str, *, pattern: bool) -> bool:
        possible = is_possible(
            question.principal, question.layers, (action,), question.resources, question.owner
        )
        return not possible or is_refused(
            facts,
            question.layers,
            action,
            question.resources,
            pattern=pattern,
            left_out=question.except_actions,
        )

    def _is_left_out(self, question: Question, name: str) -> bool:
        return any(
            parse(pattern, variables=False).matches(name, _nothing, ignore_case=True)
            for pattern in question.except_actions
        )

    def _named(self, pattern: str) -> tuple[str, ...]:
        found = self._names.get(pattern)
        if found is None:
            found = self._names[pattern] = tuple(self.reference.actions_matching(pattern))
        return found


def _narrowed(question: Question) -> tuple[str, ...]:
    """Take for everything no more than what an endpoint lets through, where one is in the way."""
    endpoint = question.layers.endpoint
    if endpoint is None or "*" not in question.actions:
        return question.actions
    allowing = [statement for statement in endpoint.statements if statement.allows]
    if any(statement.excludes_actions for statement in allowing):
        return question.actions
    found = {pattern.text for statement in allowing for pattern in statement.actions}
    return tuple(sorted(found)) or question.actions


def _nothing(_: str) -> None:
    return None
