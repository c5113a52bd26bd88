"""Where expectations are tried: an account, the twin's or AWS's, in which cases make things."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.exceptions import ClientError

TAG = {"Key": "gatehouse-conformance", "Value": "delete-me"}
PREFIX = "conformance-"
_PAUSE_SECONDS = 2.0


@dataclass(frozen=True)
class Keys:
    """Keys of a session."""

    access_key_id: str
    secret_access_key: str
    session_token: str


class Connect(Protocol):
    """Makes a client of boto3: as the place's administrator, or with somebody's keys."""

    def __call__(self, service: str, keys: Keys | None = None) -> Any: ...


@dataclass
class Place:
    """An account in which a case makes what it needs; everything is taken back afterwards."""

    account_id: str
    region: str
    connect: Connect
    other: Place | None = None
    """A second account, where there is one."""
    inside: Callable[[str], Connect] | None = None
    """Connects from inside a VPC, where somebody can stand in one."""
    patience: float = 0.0
    """Seconds for which a change may take to count; none on the twin."""
    left: list[str] = field(default_factory=list)
    """What could not be deleted."""
    _undo: list[tuple[str, Callable[[], Any]]] = field(default_factory=list)

    def client(self, service: str, keys: Keys | None = None) -> Any:
        """Return a client, of the administrator where no keys are given."""
        return self.connect(service, keys)

    def name(self, stem: str = "x") -> str:
        """Return a name that nothing has, and by which leftovers are known."""
        return f"{PREFIX}{stem}-{secrets.token_hex(4)}"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    @property
    def root(self) -> str:
        """The account as a principal."""
        return f"arn:aws:iam::{self.account_id}:root"

    def later(self, what: str, undo: Callable[[], Any]) -> None:
        """Have something taken back at the end of the case; it may be gone by then."""
        self._undo.append((what, undo))

    @contextmanager
    def clean(self) -> Iterator[None]:
        """Take back what is made within, last things first, also after a failure."""
        try:
            yield
        finally:
            while self._undo:
                what, undo = self._undo.pop()
                self._take_back(what, undo)

    def _take_back(self, what: str, undo: Callable[[], Any]) -> None:
        try:
            undo()
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            code = str(error.response["Error"]["Code"])
            if status != 404 and not code.startswith(("NoSuch", "NotFound", "ResourceNotFound")):
                self.left.append(f"{what} in {self.account_id}: {code}")

    def until(self, attempt: Callable[[], Any], *, accept: Callable[[Any], bool] = bool) -> Any:
        """Repeat an attempt while the place has patience, until its result is accepted.

        Returns the last result; raises the last ClientError where it never succeeded.
        """
        limit = time.monotonic() + self.patience
        while True:
            try:
                found = attempt()
                if accept(found) or time.monotonic() >= limit:
                    return found
            except ClientError:
                if time.monotonic() >= limit:
                    raise
            threading.Event().wait(_PAUSE_SECONDS)


def policy(*statements: Mapping[str, Any]) -> str:
    """Write a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, on: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """Write a statement that allows; ``more`` are its other members."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """Write a statement that denies."""
    return {**allow(*actions, on=on), **more, "Effect": "Deny"}


def trusting(principal: Mapping[str, Any], *more: str) -> str:
    """Write a trust policy for one principal, with further actions of STS where named."""
    actions = ["sts:AssumeRole", *more]
    return policy({"Effect": "Allow", "Principal": dict(principal), "Action": actions})
