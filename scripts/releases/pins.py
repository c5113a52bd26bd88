"""The keys that a target account has pinned: read, compared with those that sign, written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipelines.attestations.keys import PinnedKey, TrustedKeys
from pipelines.errors import EnvironmentFault, Misuse
from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.access import Access, aws_errors

# What a person reads off a table: half a keyid, as the fingerprint shows it.
_SHORTEST = 32
# An account's default may be the standard tier, which holds no more than 4 kB.
_TIER = "Intelligent-Tiering"


class State(StrEnum):
    """How a key that signs stands to the one that is pinned."""

    NEW = "new"
    PINNED = "pinned"
    DIFFERS = "differs"
    GONE = "signer gone"


@dataclass(frozen=True)
class Row:
    """One signer: the key asked for (or, of a signer who is gone, the pinned one)."""

    key: PinnedKey
    state: State
    was: PinnedKey | None = None


class Pins:
    """The parameter in which a target account keeps the keys that it believes."""

    def __init__(self, access: Access, naming: Naming, target: Account) -> None:
        self.address = naming.trusted_keys_parameter(target.name)
        self._client = access.client("ssm", target.region)
        self._endpoint = access.endpoint
        self._account = target.name

    def read(self) -> TrustedKeys:
        """Read what is pinned; raises Finding for a document that nobody here wrote."""
        value = self._asked(
            "get_parameter", "must be a parameter that can be read", Name=self.address
        )
        return TrustedKeys.parse(self.address, str(value["Parameter"]["Value"]).encode())

    def write(self, trusted: TrustedKeys) -> int:
        """Pin these keys and no others; returns the version of the parameter."""
        # Left out, the description would go, and the account's next plan would bring it back.
        filters = [{"Key": "Name", "Option": "Equals", "Values": [self.address]}]
        described = self._asked(
            "describe_parameters", "must be described", ParameterFilters=filters
        )["Parameters"]
        kept = {name: each[name] for each in described for name in each if name == "Description"}
        answer = self._asked(
            "put_parameter",
            "must be writable",
            Name=self.address,
            Value=trusted.content().decode(),
            Type="String",
            Tier=_TIER,
            Overwrite=True,
            **kept,
        )
        return int(answer["Version"])

    def _asked(self, operation: str, must_hold: str, **request: Any) -> dict[str, Any]:
        try:
            with aws_errors(self.address, must_hold, self._endpoint):
                found: dict[str, Any] = getattr(self._client, operation)(**request)
                return found
        except EnvironmentFault as error:
            if not str(error.got).startswith("ParameterNotFound"):
                raise
            raise EnvironmentFault(
                self.address,
                f"must be a parameter of account {self._account}",
                got="nothing",
                hint=f"apply the account first: make apply ACCOUNT={self._account}",
            ) from error


def compare(pinned: TrustedKeys, asked: Sequence[PinnedKey]) -> tuple[Row, ...]:
    """Tell of each signer how its key stands to the pinned one, those who are gone last."""
    before = {key.whose: key for key in pinned.keys}
    rows = [_row(key, before.pop(key.whose, None)) for key in asked]
    return (*rows, *(Row(key, State.GONE) for key in before.values()))


def settle(pinned: TrustedKeys, rows: Sequence[Row], replaced: Sequence[str]) -> TrustedKeys:
    """Give what shall be pinned: new keys too, and others in place of those named.

    A key of a signer who is gone stays until it is named: what it signed can be checked.
    Raises Misuse where a key differs and the pinned one is not named.
    """
    going = {key.keyid for key in named(pinned, replaced)}
    for row in rows:
        if row.state is State.PINNED and row.key.keyid in going:
            raise Misuse(
                "--replace",
                f"must name a key that signs no longer; {row.key.whose} signs with it",
                got=row.key.fingerprint,
                hint="make its successor first: another key under the same alias",
            )
    wanted = [row.key for row in rows if row.state in (State.NEW, State.DIFFERS)]
    return pinned.without(*going).merged(wanted)


def named(pinned: TrustedKeys, names: Sequence[str]) -> tuple[PinnedKey, ...]:
    """Find pinned keys by keyid, or by a fingerprint as it is shown; others are left out."""
    plain = [name.removeprefix("SHA256:").replace(":", "").lower() for name in names]
    for name, given in zip(plain, names, strict=True):
        if len(name) < _SHORTEST:
            raise Misuse("--replace", "must be a keyid or a whole fingerprint", got=given)
    return tuple(key for key in pinned.keys if any(key.keyid.startswith(name) for name in plain))


def _row(key: PinnedKey, was: PinnedKey | None) -> Row:
    if was is None:
        return Row(key, State.NEW)
    return Row(key, State.PINNED, was) if was == key else Row(key, State.DIFFERS, was)
