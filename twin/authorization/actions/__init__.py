"""The IAM actions and resources that an operation itself asks for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from twin.authorization.actions.derived import derive
from twin.authorization.actions.owners import owner_of
from twin.authorization.actions.service import Entry
from twin.authorization.actions.services import tables
from twin.authorization.asked import Asked, UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

__all__ = ["Asked", "UnknownAction", "asked", "reader"]


def asked(twin: Twin, call: Call) -> tuple[Asked, ...]:
    """Return each action and resource that a request needs an answer for, the first its own.

    Empty for the few operations that AWS allows everybody, such as sts:GetCallerIdentity.
    Raises UnknownAction where the operation, or what names its resource, is not known.
    """
    read = reader(call.service, call.operation)
    try:
        pairs = list(read(twin, call))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Parameters of another shape than the service's own would be refused by it too.
        why = f"parameters that cannot be read: {type(error).__name__}: {error}"
        raise UnknownAction(call.service, call.operation, why) from error
    return tuple(
        Asked(action, resource, owner_of(resource, call))
        for action, resource in dict.fromkeys(pairs)
    )


def reader(service: str, operation: str) -> Entry:
    """Return what reads an operation of a service.

    Raises UnknownAction where it is not known.
    """
    found = _reader(service, operation)
    if isinstance(found, UnknownAction):
        raise UnknownAction(service, operation, found.why)
    return found


@cache
def _reader(service: str, operation: str) -> Entry | UnknownAction:
    table = tables().get(service)
    if table is None:
        return UnknownAction(service, operation, "a service without a table")
    if operation in table.free:
        return lambda _twin, _call: ()
    entry = table.entries.get(operation)
    if entry is not None:
        return entry
    try:
        return derive(service, operation, table)
    except UnknownAction as unknown:
        return unknown
