"""The operators of conditions: how one value of a request is compared with one of a policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import operator as compare
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from policies.iam.arn import segments
from policies.iam.errors import MalformedPolicy
from policies.iam.glob import Lookup, Pattern

Matches = Callable[[str, Pattern, Lookup], bool]


@dataclass(frozen=True)
class Operator:
    """One operator; a negated one holds where its positive does not."""

    name: str
    matches: Matches
    negated: bool = False
    takes_variables: bool = False
    takes_wildcards: bool = False
    reads: Callable[[str], object] | None = None
    """Reads a value of the policy; raises ValueError where it means nothing."""

    def check(self, place: str, text: str) -> None:
        """Refuse a value that could never match because it means nothing.

        A variable is not known before a request, so such a value is taken as it is.
        """
        if self.reads is None or "${" in text:
            return
        try:
            self.reads(text)
        except (ValueError, ArithmeticError) as error:
            raise MalformedPolicy(place, f"must be a value for {self.name}", got=text) from error


def _glob(value: str, wanted: Pattern, lookup: Lookup) -> bool:
    return wanted.matches(value, lookup)


def _glob_without_case(value: str, wanted: Pattern, lookup: Lookup) -> bool:
    return wanted.matches(value, lookup, ignore_case=True)


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal:
    found = Decimal(text.strip())
    if not found.is_finite():
        raise ValueError(text)
    return found


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except OSError as error:
        # Seconds that no calendar of the machine reaches.
        raise ValueError(text) from error
    except ValueError:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return found if found.tzinfo else found.replace(tzinfo=UTC)


@lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)


def _binary(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _comparing(read: Callable[[str], object], comparison: Callable[[Any, Any], bool]) -> Matches:
    def matches(value: str, wanted: Pattern, lookup: Lookup) -> bool:
        try:
            return comparison(read(value), read(wanted.text))
        except (ValueError, TypeError, OverflowError, OSError, InvalidOperation, binascii.Error):
            # What cannot be read matches nothing.
            return False

    return matches


def _ip(value: str, wanted: Pattern, _lookup: Lookup) -> bool:
    try:
        return ipaddress.ip_address(value) in _network(wanted.text)
    except (ValueError, TypeError):
        return False


def _arn(value: str, wanted: Pattern, lookup: Lookup) -> bool:
    # Six parts, each compared by itself: a wildcard does not reach over a colon into the next.
    theirs, ours = segments(value), wanted.segments
    if theirs is None or ours is None:
        return False
    return all(part.matches(text, lookup) for part, text in zip(ours, theirs, strict=True))


def _null(_value: str, _wanted: Pattern, _lookup: Lookup) -> bool:
    raise AssertionError("Null asks whether a key is there, not for a value")


def _pair(name: str, negation: str, made: Operator) -> tuple[Operator, Operator]:
    return replace(made, name=name), replace(made, name=negation, negated=True)


def _ordered(kind: str, read: Callable[[str], object]) -> tuple[Operator, ...]:
    comparisons: dict[str, Callable[[Any, Any], bool]] = {
        "LessThan": compare.lt,
        "LessThanEquals": compare.le,
        "GreaterThan": compare.gt,
        "GreaterThanEquals": compare.ge,
    }
    equal = Operator(kind, _comparing(read, compare.eq), reads=read)
    return (
        *_pair(f"{kind}Equals", f"{kind}NotEquals", equal),
        *(Operator(f"{kind}{n}", _comparing(read, c), reads=read) for n, c in comparisons.items()),
    )


_EXACT = Operator("", _glob, takes_variables=True)
_WITHOUT_CASE = Operator("", _glob_without_case, takes_variables=True)
_LIKE = Operator("", _glob, takes_variables=True, takes_wildcards=True)
_ARN = Operator("", _arn, takes_variables=True, takes_wildcards=True)
_ALL = (
    *_pair("StringEquals", "StringNotEquals", _EXACT),
    *_pair("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", _WITHOUT_CASE),
    *_pair("StringLike", "StringNotLike", _LIKE),
    *_pair("ArnEquals", "ArnNotEquals", _ARN),
    *_pair("ArnLike", "ArnNotLike", _ARN),
    *_ordered("Numeric", _number),
    *_ordered("Date", _moment),
    *_pair("IpAddress", "NotIpAddress", Operator("", _ip, reads=_network)),
    Operator("Bool", _glob_without_case, takes_variables=True, reads=_boolean),
    Operator("BinaryEquals", _comparing(_binary, compare.eq), reads=_binary),
    Operator("Null", _null, reads=_boolean),
)
OPERATORS = {made.name.lower(): made for made in _ALL}
