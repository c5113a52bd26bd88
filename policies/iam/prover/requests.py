"""Makes a concrete request of what a formula needs to be true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from policies.iam.principal import Kind, Principal
from policies.iam.prover.actions import Candidate
from policies.iam.prover.automaton import TooHard, matches
from policies.iam.prover.language import Language, Plain, Variable, glob, resolved
from policies.iam.prover.question import Question
from policies.iam.prover.subject import SESSION, Relation, Says, Subject, in_domain
from policies.iam.prover.theory import Literal, Theory
from policies.iam.request import Request

_ROUNDS = 4
_SESSION = "session"


class Unmet(Exception):
    """A pattern with variables whose demand is not met by these values of its variables."""

    def __init__(self, literal: Literal, given: tuple[tuple[Subject, str], ...]) -> None:
        self.literal = literal
        self.given = given
        values = ", ".join(f"{subject.name} {value!r}" for subject, value in given)
        super().__init__(f"last tried {values}")


class Maker:
    """Makes the request of one assignment: values for its action, resource, session and keys."""

    def __init__(
        self,
        question: Question,
        candidate: Candidate,
        demands: Mapping[Subject, list[Literal]],
        needed: Mapping[int, bool],
        theory: Theory,
    ) -> None:
        self._question = question
        self._candidate = candidate
        self._demands = demands
        self._theory = theory
        self._values: dict[Subject, tuple[str, ...]] = {}
        keys = [key for key in candidate.keys.values() if key.carried in _there(needed)]
        self._keys = {key.name: key.subject for key in keys}

    def make(self) -> Request:
        """Return the request.

        Raises Unmet where variables get no values that fit, TooHard where that cannot be told.
        """
        action = self._candidate.action
        parts = {self._candidate.resource, *([action] if isinstance(action, Subject) else [])}
        for subject in {*self._keys.values(), *self._demands, *parts}:
            self._set(subject, self._theory.values(subject, self._demands.get(subject, [])))
        self._relate()
        context = dict(self._candidate.context.principal_keys)
        for name, subject in self._keys.items():
            context[name] = self._values[subject]
        return Request(
            self._principal(),
            action if isinstance(action, str) else self._values[action][0],
            self._values[self._candidate.resource][0],
            self._question.owner,
            context,
        )

    def _set(self, subject: Subject, found: tuple[str, ...] | None) -> None:
        if found is None:
            raise TooHard
        self._values[subject] = found

    def _principal(self) -> Principal:
        principal = self._question.principal
        session = next((s for s in self._demands if s.name == SESSION), None)
        if principal.kind is not Kind.ROLE or session is None or principal.role_arn is None:
            return principal
        own = principal.arn.rpartition("/")[2]
        for name in (own, _SESSION):
            if self._suits(session, name):
                return Principal.role(principal.role_arn, name)
        return Principal.role(principal.role_arn, self._values[session][0])

    def _suits(self, subject: Subject, value: str) -> bool:
        """Tell whether a value meets the demands on a subject that are plain patterns."""
        return in_domain(subject, value) and all(
            matches(value, said.predicate) is held
            for _, said, held in self._demands.get(subject, [])
            if isinstance(said.predicate, frozenset)
        )

    # Patterns with variables.

    def _relate(self) -> None:
        for _ in range(_ROUNDS):
            broken = [r for r in self._relations() if not self._is_met(r)]
            if not broken:
                return
            for relation in broken:
                if not self._is_met(relation) and not self._mend(relation):
                    raise Unmet(relation, tuple(self._given(relation)))
        if not all(self._is_met(relation) for relation in self._relations()):
            # What mends one breaks another: that shows nothing about either.
            raise TooHard

    def _relations(self) -> Iterator[Literal]:
        for demands in self._demands.values():
            yield from (d for d in demands if isinstance(d[1].predicate, Relation))

    def _value_of(self, variable: Variable) -> str | None:
        subject = self._keys.get(variable.key)
        values = self._values[subject] if subject is not None else ()
        return values[0] if len(values) == 1 else variable.default

    def _language(self, literal: Literal) -> Language:
        relation = _relation(literal)
        plain = resolved(relation.parts, self._value_of)
        found = None if plain is None else glob(plain, relation.manner)
        return frozenset() if found is None else frozenset((found,))

    def _is_met(self, literal: Literal) -> bool:
        value = self._values[literal[1].subject][0]
        return matches(value, self._language(literal)) is literal[2]

    def _given(self, literal: Literal) -> Iterator[tuple[Subject, str]]:
        for part in _relation(literal).parts:
            if isinstance(part, Variable):
                subject = self._keys.get(part.key)
                if subject is None or len(self._values[subject]) != 1:
                    raise TooHard
                yield subject, self._values[subject][0]

    def _mend(self, literal: Literal) -> bool:
        """Change a value so that the pattern matches, or does not: its own, or its variables'."""
        subject = literal[1].subject
        if literal[2] and self._capture(literal):
            return True
        plain = Says(subject, self._language(literal))
        found = self._theory.values(
            subject, [*self._demands.get(subject, []), (0, plain, literal[2])]
        )
        if found is not None:
            self._values[subject] = found
        return found is not None

    def _capture(self, literal: Literal) -> bool:
        """Take the values of variables from the text that the pattern is to match."""
        parts = _relation(literal).parts
        variables = [part for part in parts if isinstance(part, Variable)]
        expression = "".join(
            "(.*?)" if isinstance(part, Variable) else _expression(part) for part in parts
        )
        found = re.fullmatch(expression, self._values[literal[1].subject][0], re.DOTALL)
        if found is None:
            return False
        before = dict(self._values)
        for variable, text in zip(variables, found.groups(), strict=True):
            subject = self._keys.get(variable.key)
            if subject is None or not text or not self._suits(subject, text):
                self._values = before
                return False
            self._values[subject] = (text,)
        if self._is_met(literal):
            return True
        self._values = before
        return False


def _there(needed: Mapping[int, bool]) -> set[int]:
    # The formula that is always true stands for keys that are always carried.
    return {1, *(name for name, held in needed.items() if held)}


def _relation(literal: Literal) -> Relation:
    predicate = literal[1].predicate
    if not isinstance(predicate, Relation):
        raise TypeError(f"{predicate!r} is no pattern with variables")
    return predicate


def _expression(part: Plain) -> str:
    escaped = re.escape(part.text)
    return escaped.replace(r"\*", ".*").replace(r"\?", ".") if part.wild else escaped
