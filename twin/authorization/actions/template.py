"""Templates of ARNs, filled from the parameters of a call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from twin.authorization.asked import UnknownAction
from twin.call import Call

ANY = "*"
"""Stands in an ARN for what has no name yet: what the request makes, or everything it lists."""

_PLACE = re.compile(r"\$\{([^}]+)\}")
_PATTERNS = {"Partition": "aws[a-z-]*", "Region": "[a-z0-9-]*", "Account": r"\d{12}"}


def places(template: str) -> tuple[str, ...]:
    """Return the names of what a published template leaves open, beside where it lies."""
    return tuple(name for name in _PLACE.findall(template) if name not in _PATTERNS)


@lru_cache(maxsize=4096)
def pattern(template: str) -> re.Pattern[str]:
    """Return what an ARN of a published template looks like."""
    pieces = _PLACE.split(template)
    made = [
        _PATTERNS.get(piece, ".+") if index % 2 else re.escape(piece)
        for index, piece in enumerate(pieces)
    ]
    return re.compile("".join(made), re.DOTALL)


def partition_of(region: str) -> str:
    """Return the partition that a region lies in."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def fill(template: str, call: Call, named: Mapping[str, str]) -> str:
    """Return the ARN that a published template has in the account and region of a call."""

    def value(found: re.Match[str]) -> str:
        place = found[1]
        if place == "Partition":
            return partition_of(call.region)
        if place == "Region":
            return call.region
        return call.account_id if place == "Account" else named[place]

    return _PLACE.sub(value, template)


def values(parameters: Any, path: str) -> tuple[str, ...]:
    """Return the texts at a path such as ``Delete.Objects[].Key``, in order, without empty ones."""
    return tuple(
        str(each) for each in _at(parameters, tuple(path.split("."))) if each not in ("", None)
    )


def _at(value: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    if not steps:
        yield from value if isinstance(value, list) else (value,)
        return
    step, rest = steps[0].removesuffix("[]"), steps[1:]
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, Mapping) and step in each:
            yield from _at(each[step], rest)


def first_values(call: Call, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts at the first of some paths that holds any."""
    for path in paths:
        found = values(call.parameters, path)
        if found:
            return found
    return ()


def named_by(template: str, call: Call, paths: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the ARNs of one kind that a call names, each place read at the paths of its own.

    A value that is an ARN itself stands for all of it. Empty where a place has no value.
    Raises UnknownAction for an ARN of another kind.
    """
    given = {
        place: first_values(call, where) or ((ANY,) if not where else ())
        for place, where in paths.items()
    }
    if not all(given.values()):
        return ()
    made = []
    for combination in product(*given.values()):
        whole = next((value for value in combination if value.startswith("arn:")), None)
        if whole is not None:
            made.append(checked(whole, (template,), call))
        else:
            made.append(fill(template, call, dict(zip(given, combination, strict=True))))
    return tuple(dict.fromkeys(made))


def checked(arn: str, templates: tuple[str, ...], call: Call) -> str:
    """Return an ARN that is of one of some kinds.

    Raises UnknownAction where it is of none: what a service would make of it is not known.
    """
    if any(pattern(template).fullmatch(arn) for template in templates):
        return arn
    raise UnknownAction(call.service, call.operation, f"an ARN of no kind it is about: {arn}")
