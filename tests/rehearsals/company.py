"""Who acts on the platform: people with their roles, an administrator, and whoever makes faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from scripts import faults
from scripts.access import Access, as_person, in_account
from tests.journeys.stage import Done, Stage
from tests.journeys.story import Story

HOME = "data-science"
# Roles are taken for an hour.
_FRESH_SECONDS = 1800


@dataclass
class Company:
    """A platform that is laid out, and everybody who acts on it."""

    story: Story
    _made: dict[tuple[str, ...], tuple[float, Any]] = field(default_factory=dict, kw_only=True)

    @property
    def stage(self) -> Stage:
        """The twin and the command on it."""
        return self.story.stage

    @property
    def naming(self) -> Any:
        """The names of everything."""
        return self.stage.naming

    def admin(self, service: str, account: str = HOME, *, vpc: str | None = None) -> Any:
        """Give a client of an account's administrator: to look, and to break things."""
        return self.kept(
            ("admin", service, account, str(vpc)),
            lambda: self.stage.client(service, account, vpc=vpc),
        )

    def applier(self, service: str, account: str) -> Any:
        """Give a client of the role with which Terraform changes an account."""
        return self.kept(
            ("apply", service, account), lambda: self.stage.client(service, account, "apply")
        )

    def access(self, person: str) -> Access:
        """Act as a person of the organisation, as the command does."""
        home = self.naming.organization.account(HOME)
        found: Access = self.kept(
            ("person", person), lambda: as_person(self.arriving(), self.naming, person, home)
        )
        return found

    def arriving(self) -> Access:
        """Give the administrator of the organisation, who is in no account yet."""
        env = self.stage.environment
        session = boto3.session.Session(
            env["AWS_ACCESS_KEY_ID"],
            env["AWS_SECRET_ACCESS_KEY"],
            env.get("AWS_SESSION_TOKEN"),
            self.stage.region,
        )
        return Access(session, env["AWS_ENDPOINT_URL"], "the administrator")

    def arrived(self) -> Access:
        """Give whoever has signed in to the account in which people work."""
        return in_account(self.arriving(), self.naming, HOME)

    def by(self, person: str, service: str) -> Any:
        """Give a client of a person."""
        return self.kept(
            (person, service), lambda: self.access(person).client(service, self.stage.region)
        )

    def command(self, *arguments: str, seconds: float = 120) -> Done:
        """Run a gatehouse command to its end, however it ends."""
        process = self.stage.start(*arguments)
        out, err = process.communicate(timeout=seconds)
        return Done(process.returncode, out, err)

    def kept(self, key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        """Give what was made under a key before, or make it."""
        made_at, found = self._made.get(key, (0.0, None))
        if not made_at or time.monotonic() - made_at > _FRESH_SECONDS:
            found = make()
            self._made[key] = (time.monotonic(), found)
        return found

    @contextmanager
    def fault(
        self, kind: str, service: str, operation: str, account: str, **asked: Any
    ) -> Iterator[int]:
        """Let requests of an account's callers fail for as long as a block lasts."""
        identifier = self.naming.organization.account(account).id
        number = faults.add(
            self._twin,
            {
                "kind": kind,
                "service": service,
                "operation": operation,
                "account": identifier,
                **asked,
            },
        )
        try:
            yield number
        finally:
            faults.clear(self._twin, number)

    def hits(self) -> dict[int, int]:
        """Tell how many requests each fault has hit."""
        return {int(each["number"]): int(each["hit"]) for each in faults.listed(self._twin)}

    @property
    def _twin(self) -> Path:
        return self.stage.folder / "twin"

    def end_faults(self) -> None:
        """Let no request fail any more."""
        faults.clear(self._twin, None)
