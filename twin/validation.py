"""Refuses parameters that break the constraints of the service's model, as AWS does.

Members that must be there, types, lengths, ranges, closed lists of values and patterns:
https://smithy.io/2.0/spec/constraint-traits.html. A pattern that Python cannot read (classes of
Unicode such as ``\\p{L}``, in tags mostly) is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from twin.errors import ServiceError
from twin.warning_filters import filtered
from twin.wire import Matched

_LONGEST_TOLD = 256
# How many of the constraints that were broken an answer lists.
_TOLD = 10

Broken = tuple[str, str, str]
"""Where, what was there, which constraint it breaks."""
Check = Callable[[Any, str], Iterator[Broken]]


def refuse_invalid(matched: Matched) -> None:
    """Raise ServiceError, in the words of the operation's protocol, for broken constraints."""
    shape = matched.operation.input_shape
    if shape is None:
        return
    broken = list(_checks(shape)(matched.parameters, ""))
    if broken:
        raise _refusal(matched, broken[:_TOLD])


def _refusal(matched: Matched, broken: list[Broken]) -> ServiceError:
    path, value, constraint = broken[0]
    if value == _TYPE:
        return ServiceError("SerializationException", f"{path or 'input'} {constraint}", 400)
    if matched.protocol == "ec2":
        name = path.rpartition(".")[2]
        if constraint == _NOT_NULL:
            message = f"The request must contain the parameter {name}"
            return ServiceError("MissingParameter", message, 400)
        message = f"Value ({value}) for parameter {name} is invalid. {constraint}"
        return ServiceError("InvalidParameterValue", message, 400)
    if matched.protocol == "rest-xml":
        message = (
            "The XML you provided was not well-formed or did not validate against our published "
            f"schema: {path}: {constraint}"
        )
        return ServiceError("MalformedXML", message, 400)
    many = "s" if len(broken) > 1 else ""
    told = "; ".join(
        f"Value {'null' if constraint == _NOT_NULL else repr(value)} at '{path}' failed to satisfy "
        f"constraint: {constraint}"
        for path, value, constraint in broken
    )
    message = f"{len(broken)} validation error{many} detected: {told}"
    default = "ValidationError" if matched.protocol == "query" else "ValidationException"
    return ServiceError(_CODES.get(matched.service, default), message, 400)


_CODES = {
    "organizations": "InvalidInputException",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
}
_NOT_NULL = "Member must not be null"
_TYPE = "\0type"


@lru_cache(maxsize=8192)
def _checks_of(shape_name: str, holder: _Holder) -> Check:
    return _made(holder.shape)


class _Holder:
    """Lets a shape be a key: shapes of one service have one name each."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape
        self._key = (id(shape._shape_resolver), shape.name)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder) and self._key == other._key


def _checks(shape: Any) -> Check:
    return _checks_of(shape.name, _Holder(shape))


def _made(shape: Any) -> Check:
    """Return the check of a shape; those within it are made at their first use."""
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape)
    if kind == "list":
        return _list(shape)
    if kind == "map":
        return _map(shape)
    if kind == "string":
        return _string(shape)
    if kind in ("integer", "long", "float", "double"):
        return _number(shape)
    if kind == "boolean":
        return _typed(bool, "boolean")
    # Times and blobs: their parser took them, and nothing else is said of them.
    return lambda _value, _path: iter(())


def _structure(shape: Any) -> Check:
    members = dict(shape.members)
    # An empty body is no member at all, and no mistake.
    required = [name for name in shape.required_members if members[name].type_name != "blob"]

    def check(value: Any, path: str) -> Iterator[Broken]:
        if not isinstance(value, dict):
            yield path, _TYPE, "must be a structure"
            return
        for name in required:
            if value.get(name) is None:
                yield _below(path, name), "null", _NOT_NULL
        for name, item in value.items():
            member = members.get(name)
            if member is not None and item is not None:
                yield from _checks(member)(item, _below(path, name))

    return check


def _list(shape: Any) -> Check:
    def check(value: Any, path: str) -> Iterator[Broken]:
        if not isinstance(value, list):
            yield path, _TYPE, "must be a list"
            return
        yield from _sized(shape, len(value), _told(value), path, "length")
        within = _checks(shape.member)
        for number, item in enumerate(value, 1):
            if item is not None:
                yield from within(item, f"{path}.{number}.member")

    return check


def _map(shape: Any) -> Check:
    def check(value: Any, path: str) -> Iterator[Broken]:
        if not isinstance(value, dict):
            yield path, _TYPE, "must be a map"
            return
        yield from _sized(shape, len(value), _told(value), path, "length")
        of_key, of_value = _checks(shape.key), _checks(shape.value)
        for name, item in value.items():
            yield from of_key(name, f"{path}.key")
            if item is not None:
                yield from of_value(item, f"{path}.{name}.member")

    return check


def _string(shape: Any) -> Check:
    values = frozenset(shape.enum)
    pattern = _pattern(str(shape.metadata.get("pattern") or ""))

    def check(value: Any, path: str) -> Iterator[Broken]:
        if not isinstance(value, str):
            yield path, _TYPE, "must be a string"
            return
        yield from _sized(shape, len(value), _told(value), path, "length")
        if values and value not in values:
            listed = ", ".join(sorted(values))
            yield path, _told(value), f"Member must satisfy enum value set: [{listed}]"
        if pattern is not None and pattern.fullmatch(value) is None:
            constraint = f"Member must satisfy regular expression pattern: {pattern.pattern}"
            yield path, _told(value), constraint

    return check


def _number(shape: Any) -> Check:
    whole = shape.type_name in ("integer", "long")

    def check(value: Any, path: str) -> Iterator[Broken]:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            yield path, _TYPE, "must be a number"
            return
        yield from _sized(shape, value, str(value), path, "value")

    return check


def _typed(kind: type, name: str) -> Check:
    def check(value: Any, path: str) -> Iterator[Broken]:
        if not isinstance(value, kind):
            yield path, _TYPE, f"must be a {name}"

    return check


def _sized(shape: Any, size: float, told: str, path: str, what: str) -> Iterator[Broken]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield path, told, f"Member must have {what} greater than or equal to {least}"
    if most is not None and size > most:
        yield path, told, f"Member must have {what} less than or equal to {most}"


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str] | None:
    if not text:
        return None
    try:
        # Java reads "[[" and "&&" in a class as Python will some day.
        with filtered("error", "Possible", FutureWarning):
            return re.compile(text)
    except (re.error, FutureWarning):
        return None


def _below(path: str, name: str) -> str:
    # AWS writes the first letter of a member small, whatever the model says.
    small = name[:1].lower() + name[1:]
    return f"{path}.{small}" if path else small


def _told(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_TOLD else text[:_LONGEST_TOLD] + "..."
