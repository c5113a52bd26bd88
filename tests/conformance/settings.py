"""What an adopter types in before expectations are tried on AWS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

UNDERSTOOD = "I own these sandbox accounts, and this run makes and deletes resources in them"
VARIABLE = "GATEHOUSE_CONFORMANCE"
_MEMBERS = frozenset(("accounts", "profile", "other_profile", "region", "understood"))
_ACCOUNT = re.compile(r"[0-9]{12}")


@dataclass(frozen=True)
class Settings:
    """Where to act, and that this is meant."""

    accounts: tuple[str, ...]
    """The only accounts that may be touched, typed in by whoever owns them."""
    profile: str
    other_profile: str | None
    region: str


def read_settings(file: Path) -> Settings:
    """Read the settings of a run on AWS; nothing has a default that would touch an account.

    Raises ValueError where something is missing, unknown or not meant.
    """
    if not file.is_file():
        raise ValueError(f"{file}: must be the file of your settings, got no such file")
    given = yaml.safe_load(file.read_text("utf-8"))
    if not isinstance(given, dict):
        raise ValueError(f"{file}: must be a mapping, got {type(given).__name__}")
    return _settings(file, given)


def _settings(file: Path, given: Mapping[str, Any]) -> Settings:
    extra = sorted(set(given) - _MEMBERS)
    if extra:
        raise ValueError(f"{file}: must have no members but {sorted(_MEMBERS)}, got {extra}")
    accounts = given.get("accounts")
    if not isinstance(accounts, list) or not accounts or not all(map(_is_account, accounts)):
        raise ValueError(f"{file}: accounts: must be ids of 12 digits in quotes, got {accounts}")
    if given.get("understood") != UNDERSTOOD:
        raise ValueError(f"{file}: understood: must be {UNDERSTOOD!r}")
    for name in ("profile", "region"):
        if not given.get(name):
            raise ValueError(f"{file}: {name}: must be given, got nothing")
    other = given.get("other_profile")
    return Settings(
        tuple(accounts), str(given["profile"]), str(other) if other else None, str(given["region"])
    )


def _is_account(value: object) -> bool:
    return isinstance(value, str) and _ACCOUNT.fullmatch(value) is not None
