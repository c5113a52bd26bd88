"""The way of one request from where it was sent to the service that it addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin


@dataclass(frozen=True)
class Route:
    """How a request reached its service.

    ``endpoint_id`` names the VPC endpoint that it passed, of the account ``endpoint_owner`` and
    with the policy ``endpoint_policy`` (JSON). Without one it came over public addresses, from
    ``address`` as the service sees it.
    """

    vpc_id: str | None = None
    endpoint_id: str | None = None
    endpoint_owner: str | None = None
    endpoint_policy: str | None = None
    address: str = "203.0.113.10"


class Unreachable(Exception):
    """No way leads from where a request was sent to its service; the text says why."""


def route(twin: Twin, call: Call) -> Route:
    """Return the way of a request; raises Unreachable where its VPC has none."""
    if call.position.vpc_id is None:
        return Route(address=call.position.address)
    raise Unreachable(f"{call.position.vpc_id} has no way to {call.service}")
