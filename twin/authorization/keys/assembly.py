"""Puts together the condition keys of a request: those that AWS lists with the action."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from policies.iam.reference import load_reference
from twin.authorization.asked import Asked
from twin.authorization.keys.absences import is_absent
from twin.authorization.keys.ask import Ask, Family, Found, Reader, Values
from twin.authorization.keys.books import (
    BY_DEPENDENTS,
    EVERYWHERE,
    EVERYWHERE_FAMILIES,
    FAMILIES,
    OF_ACTION,
    OF_PROVIDERS,
    READERS,
)
from twin.call import Call
from twin.network.route import Route

if TYPE_CHECKING:
    from twin.twin import Twin


def keys(twin: Twin, call: Call, asked: Asked, route: Route) -> Mapping[str, Values]:
    """Return the condition keys of a request in lower case, each with its values.

    A key that AWS would not send is absent. Which keys of a service an action carries follows the
    service authorization reference, https://docs.aws.amazon.com/service-authorization/latest/
    reference/reference_policies_actions-resources-contextkeys.html; an action that it does not
    know carries global keys only. ``call`` must be the request that the action belongs to: what a
    service asks of another for its caller is a call of its own, with ``called_via``.
    """
    ask = Ask(twin, call, asked, route)
    readers, families = _carried(asked.action)
    found: Found = {}
    for name, reader in readers:
        values = reader(ask)
        if values:
            found[name] = values
    for family in families:
        found.update(family(ask))
    return found


@lru_cache(maxsize=8192)
def _carried(action: str) -> tuple[tuple[tuple[str, Reader], ...], tuple[Family, ...]]:
    facts = load_reference().action(action)
    listed = facts.keys if facts else frozenset()
    readers = {**EVERYWHERE, **{key: READERS[key] for key in sorted(listed) if key in READERS}}
    families = [
        family
        for prefix, family in FAMILIES.items()
        if any(key.startswith(prefix) for key in listed)
    ]
    own = OF_ACTION.get(action.lower(), ())
    return tuple(readers.items()), (*EVERYWHERE_FAMILIES.values(), *families, *own)


@lru_cache(maxsize=8192)
def unknown_keys(action: str) -> frozenset[str]:
    """Return the keys that an action may carry and that the twin cannot tell, in lower case.

    Templates stand as published (``codebuild:secondarySources/${sourceIdentifier}.location``). A
    policy that depends on one of them must not be taken as if the key were absent.
    """
    facts = load_reference().action(action)
    listed = facts.keys if facts else frozenset()
    return frozenset(key for key in listed if not is_modelled(key) and not is_absent(key))


def is_modelled(key: str) -> bool:
    """Tell whether the twin gives a condition key its true value where AWS does."""
    wanted = key.lower()
    if wanted in READERS or wanted in EVERYWHERE or wanted in BY_DEPENDENTS:
        return True
    if wanted.endswith(OF_PROVIDERS):
        return True
    return wanted.startswith((*FAMILIES, *EVERYWHERE_FAMILIES))
