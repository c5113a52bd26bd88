"""The IAM actions and resources that an operation itself asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.authorization.asked import Asked, UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

__all__ = ["Asked", "UnknownAction", "asked"]


def asked(twin: Twin, call: Call) -> tuple[Asked, ...]:
    """Return each action and resource that a request needs an answer for, in AWS's order.

    Raises UnknownAction where the operation, or what names its resource, is not known.
    """
    raise UnknownAction(call.service, call.operation, "no entry")
