"""Matches events against event patterns, as EventBridge documents them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from twin.errors import ServiceError

_MISSING = object()
_NUMERIC = {
    "=": lambda found, wanted: found == wanted,
    "<": lambda found, wanted: found < wanted,
    "<=": lambda found, wanted: found <= wanted,
    ">": lambda found, wanted: found > wanted,
    ">=": lambda found, wanted: found >= wanted,
}


@dataclass(frozen=True)
class Number:
    """A number as it was written: EventBridge takes 300 and 300.0 for different values."""

    text: str

    @property
    def value(self) -> Decimal:
        """The number itself, for numeric comparisons."""
        return Decimal(self.text)


Pattern = Mapping[str, Any]


def parse(text: str) -> Pattern:
    """Read and check an event pattern; ServiceError InvalidEventPatternException if it is none."""
    try:
        pattern = read(text)
    except ValueError as error:
        raise _invalid(f"not JSON: {error}") from error
    if not isinstance(pattern, dict):
        raise _invalid("the pattern must be an object")
    _check(pattern)
    return pattern


def read(text: str) -> Any:
    """Read JSON, keeping every number as it was written."""
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=no_constant)


def matches(pattern: Pattern, event: Mapping[str, Any]) -> bool:
    """Tell whether an event (as ``json`` reads it) matches a checked pattern."""
    return _object(pattern, read(json.dumps(event, default=str)))


def _object(pattern: Pattern, found: Any) -> bool:
    return all(_field(name, wanted, found) for name, wanted in pattern.items())


def _field(name: str, wanted: Any, found: Any) -> bool:
    if name == "$or":
        return any(_object(alternative, found) for alternative in wanted)
    value = found.get(name, _MISSING) if isinstance(found, dict) else _MISSING
    if isinstance(wanted, dict):
        objects: list[Any] = (
            [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        )
        # The fields of a nested pattern must hold within one element of an array.
        return any(_object(wanted, item) for item in (objects if objects else [value]))
    return _leaf(wanted, value)


def _leaf(matchers: list[Any], value: Any) -> bool:
    found = _scalars(value)
    for matcher in matchers:
        if isinstance(matcher, dict) and "exists" in matcher:
            if bool(found) == matcher["exists"]:
                return True
        elif any(_holds(matcher, item) for item in found):
            return True
    return False


def _scalars(value: Any) -> list[Any]:
    """Return what stands at a leaf: operators see neither objects nor missing fields."""
    if value is _MISSING or isinstance(value, dict):
        return []
    if isinstance(value, list):
        return [scalar for item in value for scalar in _scalars(item)]
    return [value]


def _holds(matcher: Any, found: Any) -> bool:
    if not isinstance(matcher, dict):
        return type(matcher) is type(found) and bool(matcher == found)
    ((operator, wanted),) = matcher.items()
    return _OPERATORS[operator][1](wanted, found)


def _affix(part: str) -> Callable[[Any, Any], bool]:
    def holds(wanted: Any, found: Any) -> bool:
        if not isinstance(found, str):
            return False
        text = found
        if isinstance(wanted, dict):
            wanted, text = wanted["equals-ignore-case"].lower(), found.lower()
        return text.startswith(wanted) if part == "prefix" else text.endswith(wanted)

    return holds


def _ignoring_case(wanted: str, found: Any) -> bool:
    return isinstance(found, str) and found.lower() == wanted.lower()


def _wildcard(wanted: str, found: Any) -> bool:
    return isinstance(found, str) and _expression(wanted).fullmatch(found) is not None


def _expression(wildcard: str) -> re.Pattern[str]:
    parts = re.findall(r"\\[*\\]|\*|[^*\\]+|\\", wildcard)
    translated = [
        ".*" if part == "*" else re.escape(re.sub(r"\\([*\\])", r"\1", part)) for part in parts
    ]
    return re.compile("".join(translated), re.DOTALL)


def _numeric(wanted: list[Any], found: Any) -> bool:
    if not isinstance(found, Number):
        return False
    pairs = zip(wanted[::2], wanted[1::2], strict=True)
    return all(_NUMERIC[sign](found.value, limit.value) for sign, limit in pairs)


def _cidr(wanted: str, found: Any) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(wanted, strict=False)
    except (ValueError, TypeError):
        return False


def _anything_but(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        ((operator, values),) = wanted.items()
        many = values if isinstance(values, list) else [values]
        return not any(_OPERATORS[operator][1](value, found) for value in many)
    many = wanted if isinstance(wanted, list) else [wanted]
    return not any(_holds(value, found) for value in many)


def _check(pattern: Pattern) -> None:
    for name, wanted in pattern.items():
        if name == "$or":
            if not isinstance(wanted, list) or len(wanted) < 2:
                raise _invalid("$or must be an array of two or more patterns")
            for alternative in wanted:
                if not isinstance(alternative, dict) or not alternative:
                    raise _invalid("$or must hold objects")
                _check(alternative)
        elif isinstance(wanted, dict):
            _check(wanted)
        elif not isinstance(wanted, list):
            raise _invalid(f'"{name}" must be an object or an array')
        elif not wanted:
            raise _invalid(f"Empty arrays are not allowed, at {name}")
        else:
            for matcher in wanted:
                _check_matcher(name, matcher)


def _check_matcher(name: str, matcher: Any) -> None:
    if isinstance(matcher, list):
        raise _invalid(f"Match value must be String, number, true, false, or null, at {name}")
    if not isinstance(matcher, dict):
        return
    if len(matcher) != 1:
        raise _invalid(f"Only one key allowed in match expression, at {name}")
    ((operator, wanted),) = matcher.items()
    if operator not in _OPERATORS:
        raise _invalid(f"Unrecognized match type {operator}, at {name}")
    try:
        fits = _OPERATORS[operator][0](wanted)
    except (ValueError, TypeError, KeyError, ArithmeticError):
        fits = False
    if not fits:
        raise _invalid(f"{operator} match pattern has a wrong value, at {name}")


def _is_affix(wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return list(wanted) == ["equals-ignore-case"] and isinstance(
            wanted["equals-ignore-case"], str
        )
    return isinstance(wanted, str) and wanted != ""


def _is_wildcard(wanted: Any) -> bool:
    return isinstance(wanted, str) and "**" not in wanted.replace("\\\\", "").replace("\\*", "")


def _is_numeric(wanted: Any) -> bool:
    if not isinstance(wanted, list) or len(wanted) not in (2, 4):
        return False
    pairs = zip(wanted[::2], wanted[1::2], strict=True)
    return all(sign in _NUMERIC and isinstance(limit, Number) for sign, limit in pairs)


def _is_cidr(wanted: Any) -> bool:
    return isinstance(wanted, str) and bool(ipaddress.ip_network(wanted, strict=False))


def _is_anything_but(wanted: Any) -> bool:
    if isinstance(wanted, dict):
        ((operator, values),) = wanted.items()
        many = values if isinstance(values, list) else [values]
        allowed = ("prefix", "suffix", "equals-ignore-case", "wildcard")
        return operator in allowed and bool(many) and all(_OPERATORS[operator][0](v) for v in many)
    many = wanted if isinstance(wanted, list) else [wanted]
    kinds = {type(value) for value in many}
    return len(kinds) == 1 and kinds <= {str, Number, bool, type(None)}


# For each operator: is its value well formed, and does it hold for what was found?
_OPERATORS: dict[str, tuple[Callable[[Any], bool], Callable[[Any, Any], bool]]] = {
    "prefix": (_is_affix, _affix("prefix")),
    "suffix": (_is_affix, _affix("suffix")),
    "equals-ignore-case": (lambda wanted: isinstance(wanted, str), _ignoring_case),
    "wildcard": (_is_wildcard, _wildcard),
    "numeric": (_is_numeric, _numeric),
    "cidr": (_is_cidr, _cidr),
    "anything-but": (_is_anything_but, _anything_but),
    "exists": (lambda wanted: isinstance(wanted, bool), lambda _wanted, _found: True),
}


def no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads as JSON."""
    raise ValueError(f"{name} is no JSON number")


def _invalid(reason: str) -> ServiceError:
    return ServiceError(
        "InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}"
    )
