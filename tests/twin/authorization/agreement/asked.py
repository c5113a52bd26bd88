"""A request to an estate: who makes it, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from policies.iam import Principal
from tests.twin.authorization.agreement.estate import Holder, Session
from twin.call import Call, Caller

Keys = Mapping[str, str]


@dataclass(frozen=True)
class Who:
    """Somebody who asks; ``holder`` and ``session`` are where the policies come from."""

    caller: Caller
    principal: Principal
    holder: Holder | None = None
    session: Session | None = None


@dataclass(frozen=True)
class Ask:
    """An action on a resource of an account, with the keys that this operation gives it."""

    action: str
    resource: str
    owner: str
    keys: Keys = field(default_factory=dict)
    via: str | None = None


@dataclass(frozen=True)
class Asking:
    """A request and what it asks for; ``place`` is the VPC it comes from."""

    call: Call
    who: Who
    asks: tuple[Ask, ...]
    place: int | None = None
