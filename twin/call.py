"""What is known about one request before anything acts on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Caller:
    """Whose credentials signed a request.

    ``arn`` is what GetCallerIdentity answers: a root, user or assumed-role session ARN.
    ``service`` is the AWS service that holds the session when it assumed the role by itself.
    ``session_policies`` are JSON texts that limit the session, those given by ARN included; an
    empty tuple limits nothing. ``called_via`` names the services that forward the principal's
    request, the first one first. With ``is_service`` a service acts with rights of its own: ``arn``
    is then its name (``delivery.logs.amazonaws.com``), and ``source_arn`` and ``source_account``
    say for which resource of whom it does so.
    """

    account_id: str
    arn: str
    access_key_id: str
    principal_id: str
    role_arn: str | None = None
    session_name: str | None = None
    source_identity: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    service: str | None = None
    session_policies: tuple[str, ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    issued: datetime | None = None
    federated_provider: str | None = None
    called_via: tuple[str, ...] = ()
    is_service: bool = False
    source_arn: str | None = None
    source_account: str | None = None


@dataclass(frozen=True)
class Position:
    """Where in the network a connection came from.

    With ``vpc_id`` from inside that VPC, with a private ``address``; ``subnet_ids`` and
    ``security_group_ids`` say from where in it, as far as that is known. With ``service`` from the
    network of AWS's own services, else from the internet. ``secure`` tells whether it was TLS.
    """

    vpc_id: str | None = None
    address: str = "203.0.113.10"
    secure: bool = True
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    service: str | None = None


INTERNET = Position()


@dataclass(frozen=True)
class Response:
    """An HTTP answer; ``file`` holds the body where that is too large for memory."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    file: Path | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the operation succeeded."""
        return self.status < 300

    def json(self) -> dict[str, Any]:
        """Return the body of a JSON protocol's answer."""
        loaded: dict[str, Any] = json.loads(self.body) if self.body else {}
        return loaded

    def with_json(self, document: Mapping[str, Any]) -> Response:
        """Return the same answer with another JSON body."""
        return Response(self.status, self.headers, json.dumps(document).encode())


class Forward(Protocol):
    """Passes the request on to the next in line and returns its answer."""

    def __call__(self, body: bytes | None = None) -> Response: ...


@dataclass(frozen=True)
class Call:
    """One identified request: who asks which operation of which service, with what.

    ``service`` and ``operation`` are botocore's names (``sagemaker``, ``CreateModel``);
    ``parameters`` follow the operation's input shape.
    """

    service: str
    operation: str
    parameters: dict[str, Any]
    region: str
    caller: Caller
    request_id: str
    body: bytes
    headers: Mapping[str, str]
    owner_id: str | None = None
    """The account that owns what the request names, where it is not the caller's."""
    position: Position = INTERNET

    @property
    def account_id(self) -> str:
        """The account in which the request acts."""
        return self.owner_id or self.caller.account_id

    @property
    def user_agent(self) -> str:
        """The client's own description of itself."""
        return self.headers.get("User-Agent", "")
