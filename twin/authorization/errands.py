"""Asks for what a service does on AWS and the twin does not: decided and recorded, not carried out.

A volume's key is lent by a grant and a network interface is made; here nothing is encrypted and
nothing has an interface, yet whoever may not do either must fail as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from twin.audit import Outcome
from twin.authorization.decision import authorise
from twin.call import Call, Response
from twin.credentials import Credentials
from twin.network import of_service

if TYPE_CHECKING:
    from twin.twin import Twin


@dataclass(frozen=True)
class Errand:
    """A request that is only asked for.

    ``service`` and ``operation`` are botocore's names. With ``via`` a service makes the request in
    the principal's name; without, it uses the principal's own keys.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    region: str
    account_id: str | None = None
    via: str | None = None


def require(twin: Twin, credentials: Credentials, request_id: str, errand: Errand) -> None:
    """Ask for something as the principal behind some keys.

    Raises ServiceError where the twin refuses it.
    """
    caller = twin.identities.caller(credentials.access_key_id, credentials.session_token)
    if errand.via is not None:
        caller = replace(caller, called_via=(*caller.called_via, errand.via))
    call = Call(
        service=errand.service,
        operation=errand.operation,
        parameters=dict(errand.parameters),
        region=errand.region,
        caller=caller,
        request_id=request_id,
        body=b"",
        headers={},
        owner_id=errand.account_id,
        position=of_service(errand.via or caller.service or ""),
    )
    ruling = authorise(twin, call)
    refused = ruling.error
    response = Response(200 if refused is None else refused.status or 400, {}, b"")
    twin.audit.write(call, Outcome(response, refused, 0.0, ruling))
    if refused is not None:
        raise refused
