"""The Condition element: which values a request must carry for a statement to apply.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from policies.iam.errors import MalformedPolicy
from policies.iam.glob import Lookup, Pattern, parse
from policies.iam.operators import OPERATORS, Operator

_IF_EXISTS = "IfExists"


class Quantifier(Enum):
    """How the several values of a key count."""

    ONE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


@dataclass(frozen=True)
class Condition:
    """One operator on one key. All conditions of a statement must hold."""

    operator: Operator
    quantifier: Quantifier
    if_exists: bool
    key: str
    """In lower case: names of keys have no case."""
    values: tuple[Pattern, ...]

    @property
    def text(self) -> str:
        """The condition as one reads it in a policy."""
        quantifier = f"{self.quantifier.value}:" if self.quantifier.value else ""
        suffix = _IF_EXISTS if self.if_exists else ""
        values = ", ".join(value.text for value in self.values)
        return f"{quantifier}{self.operator.name}{suffix} {self.key} [{values}]"

    def holds(self, lookup: Lookup) -> bool:
        """Tell whether the condition holds for a request."""
        found = lookup(self.key)
        if self.operator.name == "Null":
            absent = "false" if found else "true"
            return any(value.text.lower() == absent for value in self.values)
        if not found:
            return self._holds_without()
        if self.quantifier is Quantifier.ALL:
            return all(self._accepts(value, lookup) for value in found)
        if self.quantifier is Quantifier.ANY:
            return any(self._accepts(value, lookup) for value in found)
        # Without a quantifier a key of several values is not defined by AWS; here a positive
        # operator asks for one value that matches, a negated one for none.
        each = [self._accepts(value, lookup) for value in found]
        return all(each) if self.operator.negated else any(each)

    def _holds_without(self) -> bool:
        if self.if_exists or self.quantifier is Quantifier.ALL:
            return True
        return self.operator.negated and self.quantifier is Quantifier.ONE

    def _accepts(self, value: str, lookup: Lookup) -> bool:
        matched = any(self.operator.matches(value, wanted, lookup) for wanted in self.values)
        return matched is not self.operator.negated


def parse_conditions(address: str, given: Any, *, variables: bool) -> tuple[Condition, ...]:
    """Parse a Condition element.

    Raises MalformedPolicy on an unknown operator, quantifier or shape of a value.
    """
    if not isinstance(given, Mapping):
        raise MalformedPolicy(f"{address}.Condition", "must be an object", got=f"{given!r}")
    made: list[Condition] = []
    for name, block in given.items():
        place = f"{address}.Condition.{name}"
        operator, quantifier, if_exists = _operator(place, name)
        if not isinstance(block, Mapping) or not block:
            raise MalformedPolicy(place, "must be an object of keys", got=f"{block!r}")
        for key, values in block.items():
            patterns = _values(f"{place}.{key}", values, operator, variables=variables)
            made.append(Condition(operator, quantifier, if_exists, str(key).lower(), patterns))
    return tuple(made)


def _operator(place: str, name: str) -> tuple[Operator, Quantifier, bool]:
    prefix, colon, rest = name.partition(":")
    try:
        quantifier = Quantifier(prefix) if colon else Quantifier.ONE
    except ValueError:
        known = "ForAllValues or ForAnyValue"
        raise MalformedPolicy(place, f"must begin with {known}", got=prefix) from None
    plain = rest if colon else name
    if_exists = plain.endswith(_IF_EXISTS)
    plain = plain.removesuffix(_IF_EXISTS)
    found = OPERATORS.get(plain.lower())
    if found is None or (if_exists and found.name == "Null"):
        raise MalformedPolicy(place, "must be an operator that AWS knows", got=name)
    return found, quantifier, if_exists


def _values(place: str, given: Any, operator: Operator, *, variables: bool) -> tuple[Pattern, ...]:
    values: Sequence[Any] = given if isinstance(given, list) else [given]
    made: list[Pattern] = []
    for value in values:
        if isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, str | int | float):
            text = str(value)
        else:
            raise MalformedPolicy(
                place, "must be texts, numbers or true and false", got=f"{given!r}"
            )
        operator.check(place, text)
        takes = variables and operator.takes_variables
        made.append(parse(text, variables=takes, wildcards=operator.takes_wildcards))
    return tuple(made)
