"""Asks the twin for condition keys in tests: a twin in this process, callers and requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from twin.authorization.asked import Asked
from twin.authorization.keys import keys
from twin.call import Call, Caller, Position
from twin.network.route import Route
from twin.twin import Twin

ACCOUNT, OTHER, OUTSIDE = "111111111111", "222222222222", "444444444444"
REGION = "eu-west-1"
ORGANIZATION = "o-a1b2c3d4e5"
PATH = f"{ORGANIZATION}/r-a1b2/ou-a1b2-11111111/"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/reader"
ISSUED = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

SOFIA = Caller(
    account_id=ACCOUNT,
    arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/sofia",
    access_key_id="ASIAAAAAAAAAAAAAAAAA",
    principal_id="AROAAAAAAAAAAAAAAAAAA:sofia",
    role_arn=ROLE,
    session_name="sofia",
    issued=ISSUED,
)
ENDPOINT = Route("vpc-1", "vpce-1", OTHER, None, "10.0.0.7")


@dataclass(frozen=True)
class Asking:
    """A twin, and how a test asks it."""

    twin: Twin
    caller: Caller = SOFIA
    route: Route = field(default_factory=Route)
    position: Position = field(default_factory=Position)

    def by(self, **changes: Any) -> Asking:
        """Return the same with another caller, route or position."""
        return replace(self, **changes)

    def __call__(
        self,
        action: str,
        resource: str = "*",
        parameters: Mapping[str, Any] | None = None,
        *,
        call: str | None = None,
        owner: str = ACCOUNT,
        headers: Mapping[str, str] | None = None,
    ) -> Mapping[str, tuple[str, ...]]:
        """Return the keys of a request; ``call`` names an operation that is not the action."""
        service, _, operation = (call or action).partition(":")
        made = Call(
            service=service,
            operation=operation,
            parameters=dict(parameters or {}),
            region=REGION,
            caller=self.caller,
            request_id="r-1",
            body=b"",
            headers=dict(headers or {}),
            owner_id=owner,
            position=self.position,
        )
        return keys(self.twin, made, Asked(action, resource, owner), self.route)
