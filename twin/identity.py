"""Access keys and role sessions: from the key in a signature to the principal behind it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.iam.models import iam_backends

from twin.call import Caller
from twin.credentials import Credentials
from twin.moto_state import role_of
from twin.unauthentic import Reason, Unauthentic

# As long as AWS's services hold what they were given of a caller.
_FORWARDED = timedelta(hours=12)
_REMEMBERED = timedelta(hours=1)
_FEW = 4_096
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True)
class _Entry:
    caller: Caller
    credentials: Credentials


@dataclass(frozen=True)
class SessionRequest:
    """What a new role session shall be."""

    role_arn: str
    session_name: str
    seconds: int = 3600
    source_identity: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    service: str | None = None
    session_policies: tuple[str, ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    federated_provider: str | None = None


class Identities:
    """All access keys that the twin accepts."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._lending: dict[tuple[object, ...], str] = {}
        self._pruned_at = _FEW

    def add_session(self, request: SessionRequest) -> tuple[Caller, Credentials]:
        """Make temporary keys of a role."""
        account_id = request.role_arn.split(":")[4]
        role_name = request.role_arn.rsplit("/", 1)[-1]
        now = self._clock()
        credentials = _temporary(now + timedelta(seconds=request.seconds))
        arn = f"arn:aws:sts::{account_id}:assumed-role/{role_name}/{request.session_name}"
        caller = Caller(
            account_id=account_id,
            arn=arn,
            access_key_id=credentials.access_key_id,
            principal_id=f"{_role_id(request.role_arn)}:{request.session_name}",
            role_arn=request.role_arn,
            session_name=request.session_name,
            source_identity=request.source_identity,
            tags=dict(request.tags),
            service=request.service,
            session_policies=request.session_policies,
            transitive_tag_keys=request.transitive_tag_keys,
            federated_provider=request.federated_provider,
            issued=now,
        )
        self._add(caller, credentials)
        return caller, credentials

    def forwarded(self, caller: Caller, service: str) -> Credentials:
        """Make temporary keys with which a service asks in the name of its caller.

        Everything about the caller stays as it is; the request tells through whom it came:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
        """
        via = (*caller.called_via, service)
        return self._lent(replace(caller, called_via=via))

    def add_service(
        self, name: str, account_id: str, *, source_arn: str | None = None
    ) -> Credentials:
        """Make temporary keys of a service (``events.amazonaws.com``) that acts by itself.

        It does so for a resource of the account, which its requests tell:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
        """
        return self._lent(
            Caller(
                account_id=account_id,
                arn=name,
                access_key_id="",
                principal_id=name,
                is_service=True,
                source_arn=source_arn,
                source_account=account_id,
            )
        )

    def _lent(self, holder: Caller) -> Credentials:
        """Return keys with which a service asks: the same ones again while they hold for long.

        A twin that runs for days would otherwise keep keys of every event and every forwarded
        request.
        """
        # A service's name is the same in all accounts; a key is one session's, with all it brings.
        address = (
            *(holder.account_id, holder.access_key_id, holder.arn, holder.principal_id),
            *(holder.source_arn, holder.called_via),
        )
        now = self._clock()
        with self._lock:
            entry = self._entries.get(self._lending.get(address, ""))
        if entry is not None:
            expires = entry.credentials.expires
            if expires is not None and expires > now + _FORWARDED / 2:
                return entry.credentials
        credentials = _temporary(now + _FORWARDED)
        issued = now if holder.is_service else holder.issued
        self._add(
            replace(holder, access_key_id=credentials.access_key_id, issued=issued), credentials
        )
        with self._lock:
            self._lending[address] = credentials.access_key_id
        return credentials

    def caller(self, access_key_id: str, session_token: str | None) -> Caller:
        """Return the principal behind a key.

        Raises Unauthentic for an unknown or disabled key, a foreign session token, and a
        session that is over.
        """
        with self._lock:
            entry = self._entries.get(access_key_id)
        if entry is None:
            found = _user_of_key(access_key_id)
            if session_token:
                raise Unauthentic(Reason.WRONG_TOKEN)
            return found
        held = entry.credentials
        if held.session_token != (session_token or None):
            raise Unauthentic(Reason.WRONG_TOKEN)
        if held.expires is not None and held.expires <= self._clock():
            raise Unauthentic(Reason.EXPIRED_TOKEN)
        return entry.caller

    def secret(self, access_key_id: str) -> str:
        """Return the secret of a key; raises Unauthentic for an unknown or disabled key."""
        with self._lock:
            entry = self._entries.get(access_key_id)
        if entry is None:
            return str(_user_key(access_key_id)[1].secret_access_key)
        return entry.credentials.secret_access_key

    def clear_sessions(self) -> None:
        """Forget every session; the keys of users are theirs."""
        with self._lock:
            self._entries = {}
            self._lending = {}

    def _add(self, caller: Caller, credentials: Credentials) -> None:
        with self._lock:
            self._entries[credentials.access_key_id] = _Entry(caller, credentials)
            if len(self._entries) > self._pruned_at:
                self._forget_old()

    def _forget_old(self) -> None:
        """Forget keys that expired long ago, so that a twin which runs for days stays small.

        For a while an expired key is answered as one that has expired, then as one unknown.
        """
        oldest = self._clock() - _REMEMBERED
        self._entries = {
            key: entry
            for key, entry in self._entries.items()
            if entry.credentials.expires is None or entry.credentials.expires > oldest
        }
        self._lending = {k: key for k, key in self._lending.items() if key in self._entries}
        self._pruned_at = 2 * len(self._entries) + _FEW


def _temporary(expires: datetime) -> Credentials:
    token = secrets.token_urlsafe(120)
    return Credentials(new_key("ASIA"), secrets.token_urlsafe(30), token, expires)


def _role_id(role_arn: str) -> str:
    role = role_of(role_arn)
    return str(role.id) if role is not None else "AROA" + "0" * 17


def _user_of_key(access_key_id: str) -> Caller:
    account_id, _, user = _user_key(access_key_id)
    return Caller(account_id, user.arn, access_key_id, user.id)


def _user_key(access_key_id: str) -> tuple[str, Any, Any]:
    """Return account, key and user of a long-lived key that is not disabled."""
    for account_id, partitions in list(iam_backends.items()):
        backend = partitions["aws"]
        for user in list(backend.users.values()):
            for key in user.access_keys:
                if key.access_key_id == access_key_id and key.status == "Active":
                    return account_id, key, user
    raise Unauthentic(Reason.UNKNOWN_KEY)


def new_key(prefix: str) -> str:
    """Return an access key's identifier: AKIA... for a lasting one, ASIA... for a session's."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(16))
