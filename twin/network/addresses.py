"""Which position is meant by who asks the twin for an address to reach it from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from twin.call import INTERNET, Position
from twin.network.positions import inside, somewhere

_KNOWN = ("vpc", "subnet", "group", "tls")


class Misasked(Exception):
    """A position is asked for in words that nobody knows; the text says which."""


def wanted(query: Mapping[str, Sequence[str]]) -> Position:
    """Return the position that a query describes; none of its words means the internet.

    ``vpc`` is the VPC, ``subnet`` and ``group`` (any number) say where in it, ``tls=no`` that the
    connection is not encrypted. Raises Misasked, or NoSuchPlace for what does not exist.
    """
    unknown = sorted(set(query) - set(_KNOWN))
    if unknown:
        raise Misasked(f"{', '.join(unknown)}: a position is told by {', '.join(_KNOWN)}")
    position = _placed(_last(query, "vpc"), query.get("subnet", ()), query.get("group", ()))
    tls = _last(query, "tls")
    if tls not in (None, "yes", "no"):
        raise Misasked(f"tls: must be yes or no, got {tls}")
    return replace(position, secure=tls != "no")


def _placed(
    vpc_id: str | None, subnet_ids: Sequence[str], security_group_ids: Sequence[str]
) -> Position:
    if subnet_ids:
        position = inside(subnet_ids, security_group_ids)
        if vpc_id not in (None, position.vpc_id):
            raise Misasked(f"subnet: must be in {vpc_id}, got one in {position.vpc_id}")
        return position
    if security_group_ids:
        raise Misasked("group: only something in a subnet has groups")
    return INTERNET if vpc_id is None else somewhere(vpc_id)


def _last(query: Mapping[str, Sequence[str]], name: str) -> str | None:
    given = query.get(name) or ()
    return given[-1] if given else None
