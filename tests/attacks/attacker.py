"""Somebody with the keys of a role, who tries what they may not, and is believed by the audit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from tests.attacks.attack import Attack, Because
from tests.attacks.builds import keys_in_build
from tests.journeys.stage import MODEL, until
from tests.journeys.story import Story

DENIED = (
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "InsufficientS3BucketPolicyException",
    "InvalidTargetBucketForLogging",
    "KMSAccessDeniedException",
    "NotAuthorized",
    "UnauthorizedOperation",
)
"""How AWS's services say that somebody may not."""
SIGN_IN = "sign-in"
"""The role through which people arrive in an account: it may do all that guardrails leave it."""


class Attacker:
    """Who attacks: holds the role of an attack, and notes each refusal."""

    def __init__(self, story: Story, attack: Attack, version: int) -> None:
        self.story = story
        self.stage = story.stage
        self.naming = story.stage.naming
        self.model = MODEL
        self.version = version
        self._attack = attack
        self.refusals: list[Because] = []
        self.refused_actions: set[str] = set()

    def client(self, service: str, *, vpc: str | None = None, role: str | None = None) -> Any:
        """Give a client with the attacker's keys; inside the network of an account if told.

        ``role`` is another one of the account, which shows what is behind the first refusal.
        """
        held = role or self._attack.role
        taken = None if held == SIGN_IN else held
        return self.stage.client(service, self._attack.account, taken, vpc=vpc)

    def client_in_build(self, project: str, service: str, *, vpc: str | None = None) -> Any:
        """Give a client with the keys that code inside a build of the attacker's account finds."""
        keys = keys_in_build(self.stage, self._attack.account, project)
        return self.stage.client_with(service, keys, vpc=vpc)

    def account_id(self, account: str) -> str:
        """Give the number of an account."""
        return self.naming.organization.account(account).id

    def as_administrator(self, service: str, account: str) -> Any:
        """Give a client of the account's access role: to look at what is there, never to attack."""
        return self.stage.client(service, account)

    def refused(self, call: Callable[..., Any], *by: Because, **parameters: Any) -> None:
        """Make a call that must be refused by one of these reasons, and by policies alone."""
        try:
            answered = call(**parameters)
        except ClientError as error:
            told = error
        else:
            raise AssertionError(f"{self._attack.name}: must be refused, got {answered}")
        code = str(told.response["Error"]["Code"])
        assert code in DENIED, f"{self._attack.name}: must be refused, got {told}"
        record = self._record(told.response["ResponseMetadata"])
        reasons = list(_reasons(record))
        assert set(by) & set(reasons), (
            f"{self._attack.name}: must be refused because of {' or '.join(map(str, by))}, "
            f"got {', '.join(map(str, reasons))}: {json.dumps(record)[:2000]}"
        )
        self.refusals += [because for because in by if because in reasons]
        self.refused_actions |= {each["action"] for each in _refused(record)}

    def _record(self, answered: Mapping[str, Any]) -> dict[str, Any]:
        """Give the audit's record of a request, which must have been refused in earnest."""
        identifier = str(answered.get("RequestId") or answered["HTTPHeaders"]["x-amz-request-id"])
        trail = self.stage.folder / "twin" / "audit.jsonl"

        def written() -> dict[str, Any] | None:
            for line in reversed(trail.read_text("utf-8").splitlines()[-500:]):
                if identifier in line and line.endswith("}"):
                    found: dict[str, Any] = json.loads(line)
                    return found
            return None

        record = until(written, f"record of request {identifier}", 5)
        decision = record["additionalEventData"]["decision"]
        assert not decision["allowed"], f"{self._attack.name}: {json.dumps(record)[:2000]}"
        return record


def _refused(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the actions of a request that were refused, from the audit's record of it."""
    asked = record["additionalEventData"]["decision"]["asked"]
    return [each for each in asked if not each["allowed"]]


def _reasons(record: Mapping[str, Any]) -> Iterator[Because]:
    """Give why a request was refused, from the audit's record of it."""
    for asked in _refused(record):
        if not asked["explicit"]:
            yield Because(asked["layer"])
        for address in asked["statements"]:
            yield Because(asked["layer"], str(address).rpartition("#")[2])
