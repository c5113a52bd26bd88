"""What AWS is expected to do, read from expectations.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("expectations.yaml")
_MEMBERS = frozenset(
    "name claim page known relied_on code status text holds call only_here differs".split()
)
_CALL = frozenset(("service", "operation", "parameters"))
_KNOWN = ("documentation", "tried on AWS")
_PAGES = ("https://docs.aws.amazon.com/", "https://github.com/hashicorp/terraform-provider-aws/")


@dataclass(frozen=True)
class Request:
    """One call of boto3; ``{name}``, ``{account}`` and ``{region}`` stand in its parameters."""

    service: str
    operation: str
    parameters: Mapping[str, Any]

    def filled(self, **values: str) -> Mapping[str, Any]:
        """Return the parameters with values in their places."""
        return {key: _filled(value, values) for key, value in self.parameters.items()}


@dataclass(frozen=True)
class Expectation:
    """One behaviour of AWS that the twin relies on."""

    name: str
    claim: str
    page: str
    known: str
    """``documentation`` (expected, not yet tried on AWS) or ``tried on AWS`` with the date."""
    relied_on: str
    code: str | None
    """The error code; None where the attempt must hold instead of being refused."""
    status: int | None
    text: str
    """What the message contains."""
    call: Request | None
    only_here: str | None
    """Why it is not tried on AWS; None where it is."""
    differs: str | None
    """What the twin is known to do otherwise; None where it does as expected."""


def expectations(file: Path = FILE) -> tuple[Expectation, ...]:
    """Return all expectations.

    Raises ValueError where one is not well formed or has the name of another.
    """
    read = tuple(_read(entry) for entry in yaml.safe_load(file.read_text("utf-8")))
    names = [each.name for each in read]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{file.name}: names must differ, got {twice} more than once")
    return read


def _read(entry: Mapping[str, Any]) -> Expectation:
    name = str(entry.get("name"))
    extra = sorted(set(entry) - _MEMBERS)
    if extra:
        raise ValueError(f"{name}: must have no members but {sorted(_MEMBERS)}, got {extra}")
    if not str(entry.get("page", "")).startswith(_PAGES):
        raise ValueError(f"{name}.page: must be a page of documentation, got {entry.get('page')}")
    if not str(entry.get("known", "")).startswith(_KNOWN):
        raise ValueError(f"{name}.known: must be one of {_KNOWN}, got {entry.get('known')}")
    if not entry.get("claim"):
        raise ValueError(f"{name}.claim: must be a sentence, got nothing")
    if ("code" in entry) == ("holds" in entry):
        raise ValueError(f"{name}: must have either a code or holds, got both or none")
    return Expectation(
        name,
        str(entry["claim"]),
        str(entry["page"]),
        str(entry["known"]),
        str(entry.get("relied_on", "")),
        None if "holds" in entry else str(entry["code"]),
        entry.get("status"),
        str(entry.get("text", "")),
        _request(name, entry["call"]) if "call" in entry else None,
        entry.get("only_here"),
        entry.get("differs"),
    )


def _request(name: str, given: Mapping[str, Any]) -> Request:
    if set(given) != _CALL:
        raise ValueError(f"{name}.call: must have {sorted(_CALL)}, got {sorted(given)}")
    return Request(given["service"], given["operation"], given["parameters"])


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    return value.format_map(values) if isinstance(value, str) else value
