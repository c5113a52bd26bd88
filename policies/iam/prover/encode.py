"""Statements and constraints as formulas: they hold of exactly the requests to which they apply.

The specification is ``policies.iam.evaluate.applies`` and ``policies.iam.condition``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from policies.iam.condition import Condition, Quantifier
from policies.iam.document import Statement
from policies.iam.glob import Pattern
from policies.iam.operators import Operator
from policies.iam.principal import Named, Principal
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.constraint import AllOf, AnyOf, Constraint, Holds, Not
from policies.iam.prover.context import Key
from policies.iam.prover.formula import FALSE, TRUE
from policies.iam.prover.language import (
    Glob,
    Manner,
    Piece,
    Plain,
    Variable,
    glob,
    literal,
    pieces,
)
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


@dataclass(frozen=True)
class Applies:
    """For each way to name a principal the formula that a statement applies in that way."""

    account: int = FALSE
    identity: int = FALSE
    session: int = FALSE


class Encoder:
    """Makes formulas of statements; what is asked of a key is asked of a function."""

    def __init__(self, atoms: Atoms) -> None:
        self._atoms = atoms
        self._all = atoms.formulas.all_of
        self._any = atoms.formulas.any_of

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
        self, subject: Subject, patterns: Iterable[Pattern], manner: Manner, key_of: KeyOf
    ) -> int:
        """Return the formula that the one value of a subject matches one of some patterns."""
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

    def named(self, statement: Statement, principal: Principal, session: Subject | None) -> Applies:
        """Return how a statement names a principal, whose session may have any name."""
        if statement.principals is None:
            return Applies(identity=TRUE)
        listed = statement.principals.listed.get("AWS", frozenset())
        prefix = principal.arn.rpartition("/")[0] + "/"
        sessions = [n.removeprefix(prefix) for n in listed if n.startswith(prefix)]
        if session is None or not sessions:
            return _as(statement.principals.names(principal), TRUE)
        language = frozenset(literal(name) for name in sessions)
        is_listed = self._atoms.says(session, language)
        other = Principal(principal.kind, prefix, principal.account, principal.role_arn)
        level = statement.principals.names(other)
        if statement.principals.excludes:
            return _as(level, -is_listed)
        found = _as(level, -is_listed)
        return Applies(found.account, found.identity, self._any((found.session, is_listed)))


def _put(parts: tuple[Piece, ...], variable: Variable, value: str) -> tuple[Piece, ...]:
    return tuple(Plain(value, False) if part == variable else part for part in parts)


def _as(named: Named, formula: int) -> Applies:
    match named:
        case Named.NOT:
            return Applies()
        case Named.ACCOUNT:
            return Applies(account=formula)
        case Named.IDENTITY:
            return Applies(identity=formula)
        case Named.SESSION:
            return Applies(session=formula)


def _positive(operator: Operator) -> Operator:
    # A negated operator compares as its positive does; one object for both, so that atoms meet.
    name = operator.name.replace("NotEquals", "Equals").replace("NotIp", "Ip")
    return replace(operator, name=name, negated=False)
