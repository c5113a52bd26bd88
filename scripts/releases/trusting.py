"""Pinning: the platform admin who applies a target tells it whose signatures to believe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.attestations.keys import TrustedKeys
from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.access import Access, in_account
from scripts.deployers import deployers
from scripts.releases.pins import Pins, Row, compare, settle
from scripts.releases.signers import signing_keys


@dataclass(frozen=True)
class Proposal:
    """What shall be pinned in one target, beside what is."""

    target: Account
    pins: Pins
    pinned: TrustedKeys
    rows: tuple[Row, ...]
    wanted: TrustedKeys

    @property
    def changes(self) -> bool:
        """Tell whether there is anything to write."""
        return self.wanted != self.pinned

    def write(self) -> None:
        """Pin it; does nothing where it is pinned."""
        if self.changes:
            self.pins.write(self.wanted)


@dataclass(frozen=True)
class Looked:
    """How the keys that sign stand to those that a target has pinned."""

    target: Account
    pins: Pins
    pinned: TrustedKeys
    rows: tuple[Row, ...]

    def settled(self, replaced: Sequence[str]) -> Proposal:
        """Propose what to pin; raises Misuse for a key that would be replaced unnamed."""
        wanted = settle(self.pinned, self.rows, replaced)
        return Proposal(self.target, self.pins, self.pinned, self.rows, wanted)


def look(arrived: Access, naming: Naming, target: Account, admin: str | None) -> Looked:
    """Ask KMS for every key that signs for a target, and the target for what it has pinned.

    Works as the role that applies the target, under the name of a platform admin.
    """
    there = in_account(arrived, naming, target.name)
    access = deployers(there, naming, target, admin).apply()
    pins = Pins(access, naming, target)
    pinned = pins.read()
    keys = [
        key.ask(lambda region: access.client("kms", region)) for key in signing_keys(naming, target)
    ]
    return Looked(target, pins, pinned, compare(pinned, keys))


def targets(naming: Naming, name: str | None) -> tuple[Account, ...]:
    """Give the target that is named, or all of the organisation."""
    if name is not None:
        naming.trusted_keys_parameter(name)
        return (naming.organization.account(name),)
    return tuple(found for found in naming.organization.accounts.values() if found.is_target)
