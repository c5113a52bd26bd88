"""Policies by their text: parsed once, and denying everything where AWS would have refused them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from policies.iam import MalformedPolicy, Policy, parse_policy

_KEPT = 4_096
_VERSION = "2012-10-17"
_DENY_ALL = {
    "Version": _VERSION,
    "Statement": [{"Sid": "Unreadable", "Effect": "Deny", "Action": "*", "Resource": "*"}],
}


@lru_cache(maxsize=_KEPT)
def parsed(address: str, text: str) -> Policy:
    """Return the policy of a text; the address names it in decisions.

    A text that breaks AWS's grammar could hide a denial, so it denies everything; the address of
    its one statement says why.
    """
    try:
        return parse_policy(address, text)
    except MalformedPolicy as error:
        return parse_policy(f"{address} (unreadable: {error})", _DENY_ALL)


def nothing(address: str) -> Policy:
    """Return a policy that allows nothing, for one that is named and not known."""
    return Policy(address, _VERSION, ())


def of_statements(address: str, statements: Iterable[Mapping[str, Any]]) -> Policy | None:
    """Return the policy of statements that are held one by one, or None where there is none."""
    held = list(statements)
    if not held:
        return None
    return parsed(address, json.dumps({"Version": _VERSION, "Statement": held}))


def together(address: str, texts: Iterable[str | None]) -> Policy | None:
    """Return several policies that bear on one resource as one, or None where there is none."""
    held = tuple(text for text in texts if text)
    return _together(address, held) if held else None


@lru_cache(maxsize=_KEPT)
def _together(address: str, texts: tuple[str, ...]) -> Policy:
    policies = [parsed(address, text) for text in texts]
    if len(policies) == 1:
        return policies[0]
    statements = tuple(statement for policy in policies for statement in policy.statements)
    return Policy(address, policies[0].version, statements)
