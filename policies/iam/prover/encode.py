"""Statements and constraints as formulas: they hold of exactly the requests to which they apply.

The specification is ``policies.iam.evaluate.applies`` and ``policies.iam.condition``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from policies.iam.condition import Condition, Quantifier
from policies.iam.document import Statement
from policies.iam.glob import Pattern
from policies.iam.operators import Operator
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.constraint import AllOf, AnyOf, Constraint, Holds, Not
from policies.iam.prover.context import Key
from policies.iam.prover.formula import FALSE, TRUE
from policies.iam.prover.language import (
    Glob,
    Language,
    Manner,
    Piece,
    Plain,
    Variable,
    glob,
    literal,
    normal,
    pieces,
)
from policies.iam.prover.naming import Applies
from policies.iam.prover.subject import Comparison, Opaque, Predicate, Relation, Subject

KeyOf = Callable[[str], Key]

_FEW = 4
_EXACT, _WITHOUT_CASE = Manner(), Manner(ignore_case=True)
_LIKE, _ARN = Manner(wildcards=True), Manner(wildcards=True, arn=True)
_MANNERS = {
    "StringEquals": _EXACT,
    "StringNotEquals": _EXACT,
    "StringEqualsIgnoreCase": _WITHOUT_CASE,
    "StringNotEqualsIgnoreCase": _WITHOUT_CASE,
    "StringLike": _LIKE,
    "StringNotLike": _LIKE,
    "ArnEquals": _ARN,
    "ArnNotEquals": _ARN,
    "ArnLike": _ARN,
    "ArnNotLike": _ARN,
    "Bool": _WITHOUT_CASE,
}
_TESTED = ("Numeric", "Date", "IpAddress", "NotIpAddress", "BinaryEquals")


class Encoder:
    """Makes formulas of statements; what is asked of a key is asked of a function."""

    def __init__(self, atoms: Atoms) -> None:
        self._atoms = atoms
        self._all = atoms.formulas.all_of
        self._any = atoms.formulas.any_of
        # By the object that each is; it is kept, so that no other one takes its place.
        self._asked: dict[int, tuple[Condition, tuple[str, ...]]] = {}
        self._conditions: dict[tuple[object, ...], int] = {}
        self._constants: dict[tuple[int, Manner], tuple[object, Language | None]] = {}

    def applies(
        self,
        statement: Statement,
        key_of: KeyOf,
        resource: Subject,
        named: Applies,
    ) -> Applies:
        """Return when a statement that speaks of the action applies to a request."""
        parts = [self.condition(condition, key_of) for condition in statement.conditions]
        if FALSE not in parts and statement.resources:
            found = self.patterns(resource, statement.resources, _LIKE, key_of)
            parts.append(-found if statement.excludes_resources else found)
        rest = self._all(parts)
        return Applies(
            self._all((rest, named.account)),
            self._all((rest, named.identity)),
            self._all((rest, named.session)),
        )

    def constraint(self, constraint: Constraint, key_of: KeyOf) -> int:
        """Return the formula of a constraint."""
        match constraint:
            case Holds(condition):
                return self.condition(condition, key_of)
            case AllOf(parts):
                return self._all(self.constraint(part, key_of) for part in parts)
            case AnyOf(parts):
                return self._any(self.constraint(part, key_of) for part in parts)
            case Not(part):
                return -self.constraint(part, key_of)

    def condition(self, condition: Condition, key_of: KeyOf) -> int:
        """Return the formula that a condition holds."""
        asked = self._asked.get(id(condition))
        if asked is None:
            names = dict.fromkeys((condition.key, *variables(condition.values)))
            asked = self._asked[id(condition)] = (condition, tuple(names))
        made = (id(condition), *[key_of(name) for name in asked[1]])
        found = self._conditions.get(made)
        if found is None:
            found = self._conditions[made] = self._condition(condition, key_of)
        return found

    def _condition(self, condition: Condition, key_of: KeyOf) -> int:
        key = key_of(condition.key)
        operator = condition.operator
        if operator.name == "Null":
            asked = {value.text.lower() for value in condition.values}
            there = key.carried if "false" in asked else FALSE
            return self._any((there, -key.carried if "true" in asked else FALSE))
        without = (
            condition.if_exists
            or condition.quantifier is Quantifier.ALL
            or (operator.negated and condition.quantifier is Quantifier.ONE)
        )
        if key.carried == FALSE:
            return TRUE if without else FALSE
        accepted = self._accepted(condition, key, key_of)
        if without:
            return self._any((-key.carried, accepted))
        return self._all((key.carried, accepted))

    def patterns(
        self, subject: Subject, patterns: tuple[Pattern, ...], manner: Manner, key_of: KeyOf
    ) -> int:
        """Return the formula that the one value of a subject matches one of some patterns."""
        constant = self._without_variables(patterns, manner)
        if constant is not None:
            return self._atoms.says(subject, constant) if constant else FALSE
        language: set[Glob] = set()
        others: list[int] = []
        for pattern in patterns:
            for condition, found in self._cases(pattern, manner, key_of):
                if isinstance(found, Relation):
                    carried = {
                        part.key: key_of(part.key).carried
                        for part in found.parts
                        if isinstance(part, Variable)
                    }
                    others.append(self._atoms.related(subject, found, carried))
                elif condition == TRUE:
                    language.add(found)
                else:
                    said = self._atoms.says(subject, frozenset((found,)))
                    others.append(self._all((condition, said)))
        if language:
            others.append(self._atoms.says(subject, frozenset(language)))
        return self._any(others)

    def _without_variables(self, patterns: tuple[Pattern, ...], manner: Manner) -> Language | None:
        """Return what some patterns stand for, or None where one of them has variables."""
        made = (id(patterns), manner)
        if made not in self._constants:
            language: Language | None = None
            if not variables(patterns):
                parts = (
                    pieces(p.text, variables=p.reads_variables, wildcards=manner.wildcards)
                    for p in patterns
                )
                plain = (tuple(x for x in normal(given) if isinstance(x, Plain)) for given in parts)
                globs = (glob(given, manner) for given in plain)
                language = frozenset(found for found in globs if found is not None)
            self._constants[made] = (patterns, language)
        return self._constants[made][1]

    def _accepted(self, condition: Condition, key: Key, key_of: KeyOf) -> int:
        operator = condition.operator
        predicate = self._predicate(condition, key_of)
        if not key.subject.many:
            if isinstance(predicate, Manner):
                found = self.patterns(key.subject, condition.values, predicate, key_of)
            else:
                found = self._atoms.says(key.subject, predicate)
            return -found if operator.negated else found
        if isinstance(predicate, Manner):
            predicate = self._constant(condition, predicate, key_of)
        wanted = not operator.negated
        if condition.quantifier is Quantifier.ANY:
            return self._atoms.says(key.subject, predicate, wanted=wanted)
        if condition.quantifier is Quantifier.ALL:
            return -self._atoms.says(key.subject, predicate, wanted=not wanted)
        found = self._atoms.says(key.subject, predicate, wanted=True)
        return -found if operator.negated else found

    def _predicate(self, condition: Condition, key_of: KeyOf) -> Manner | Predicate:
        operator = condition.operator
        manner = _MANNERS.get(operator.name)
        if manner is not None:
            return manner
        if operator.name.startswith(_TESTED):
            return Comparison(_positive(operator), condition.values)
        return Opaque(f"{operator.name} is not encoded: {condition.text} may hold or not")

    def _constant(self, condition: Condition, manner: Manner, key_of: KeyOf) -> Predicate:
        language: set[Glob] = set()
        for pattern in condition.values:
            for case, found in self._cases(pattern, manner, key_of):
                if isinstance(found, Relation) or case != TRUE:
                    return Opaque(f"variables are not encoded: {condition.text} may hold or not")
                language.add(found)
        return frozenset(language)

    def _cases(
        self, pattern: Pattern, manner: Manner, key_of: KeyOf
    ) -> list[tuple[int, Glob | Relation]]:
        """Return what a pattern is under which condition; nothing where it matches nothing."""
        given = pieces(pattern.text, variables=pattern.reads_variables, wildcards=manner.wildcards)
        cases: list[tuple[int, tuple[Piece, ...]]] = [(TRUE, given)]
        for variable in [piece for piece in given if isinstance(piece, Variable)]:
            options = self._options(variable, key_of(variable.key))
            if options is None:
                continue
            cases = [
                (self._all((before, condition)), _put(parts, variable, value))
                for before, parts in cases
                for condition, value in options
            ]
        made: list[tuple[int, Glob | Relation]] = []
        for condition, parts in cases:
            if condition == FALSE:
                continue
            parts = normal(parts)
            plain = tuple(part for part in parts if isinstance(part, Plain))
            if len(plain) != len(parts):
                made.append((condition, Relation(parts, manner)))
                continue
            found = glob(plain, manner)
            if found is not None:
                made.append((condition, found))
        return made

    def _options(self, variable: Variable, key: Key) -> list[tuple[int, str]] | None:
        """Return the values that a variable may have, each with when; None where nobody knows."""
        default: list[tuple[int, str]] = []
        if variable.default is not None:
            default = [(-key.carried, variable.default)]
        if key.carried == FALSE:
            return default
        if key.choices is None or key.subject.many or len(key.choices) > _FEW:
            return None
        there = [
            (
                self._all(
                    (key.carried, self._atoms.says(key.subject, frozenset((literal(choice),))))
                ),
                choice,
            )
            for choice in key.choices
        ]
        return there + [option for option in default if option[0] != FALSE]


def variables(patterns: Iterable[Pattern]) -> tuple[str, ...]:
    """Return the keys of the variables in some patterns."""
    return tuple(
        piece.key
        for pattern in patterns
        if pattern.reads_variables and "${" in pattern.text
        for piece in pieces(pattern.text, variables=True, wildcards=True)
        if isinstance(piece, Variable)
    )


def _put(parts: tuple[Piece, ...], variable: Variable, value: str) -> tuple[Piece, ...]:
    return tuple(Plain(value, False) if part == variable else part for part in parts)


def _positive(operator: Operator) -> Operator:
    # A negated operator compares as its positive does; one object for both, so that atoms meet.
    name = operator.name.replace("NotEquals", "Equals").replace("NotIp", "Ip")
    return replace(operator, name=name, negated=False)
