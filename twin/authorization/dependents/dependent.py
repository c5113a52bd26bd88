"""What a service asks for beside the request it was given, and how it puts that into a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from twin.authorization.asked import Asked
from twin.call import Call, Caller
from twin.errors import ServiceError
from twin.network import of_service

Keys = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Dependent:
    """A request that a service makes because of the one it was given.

    ``asked`` is None where the request itself tells what it asks for. ``keys`` are the condition
    keys that only this service knows; ``page`` says where AWS documents it. ``error`` is what the
    first service answers when this request is refused, where it does not pass the refusal on.
    """

    call: Call
    page: str
    asked: Asked | None = None
    keys: Keys = field(default_factory=dict)
    error: ServiceError | None = None


def forwarded(
    call: Call, via: str, service: str, operation: str, parameters: Mapping[str, Any]
) -> Call:
    """Return the request that a service makes with what it was given of its caller.

    It comes from the service's own network, with the caller's rights, session and tags, and names
    the services that forwarded it:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
    """
    caller = replace(call.caller, called_via=(*call.caller.called_via, via))
    return _made(call, caller, via, service, operation, parameters)


def by_itself(
    call: Call,
    principal: str,
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    source_arn: str | None = None,
) -> Call:
    """Return the request that a service makes as its own service principal.

    It tells for which resource, of the account in which it was asked:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    caller = Caller(
        account_id=call.account_id,
        arn=principal,
        access_key_id="",
        principal_id=principal,
        is_service=True,
        source_arn=source_arn,
        source_account=call.account_id,
    )
    return _made(call, caller, principal, service, operation, parameters)


def _made(
    call: Call,
    caller: Caller,
    via: str,
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
) -> Call:
    return Call(
        service=service,
        operation=operation,
        parameters=dict(parameters),
        region=call.region,
        caller=caller,
        request_id=call.request_id,
        body=b"",
        headers={},
        position=of_service(via),
    )
