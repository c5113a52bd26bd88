"""The order in which an account is drained, and what must be agreed to before it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.errors import Finding, Misuse
from scripts.draining import launches, network, serving, stores, studio, work
from scripts.draining.step import Drained, Step, Waiting, drain
from scripts.inventory import storage
from scripts.inventory.item import Inventory
from scripts.inventory.scope import Clients, Scope


@dataclass(frozen=True)
class Drain:
    """What is needed to drain one account."""

    clients: Clients
    scope: Scope
    # As the role that applies: guardrails let nobody else end what serves, what others run in
    # Studio, and versions of models.
    applying: Clients
    waiting: Waiting
    tell: Callable[[str], None]
    endpoint: str | None

    def end_work(self, kept: Collection[str], *, delete_data: bool) -> list[Drained]:
        """End what runs, serves and was made as it ran; Terraform's own things stay."""
        steps = [
            *work.steps(self.clients, self.scope),
            *serving.steps(self.clients, self.applying, self.scope),
            *studio.steps(self.clients, self.applying, self.scope),
            stores.versions(self.clients, self.applying, self.scope),
            *stores.steps(self.clients, self.scope, kept),
            *launches.steps(self.clients, self.scope),
        ]
        return self._take([step for step in steps if delete_data or not step.is_data])

    def clear_network(self, kept: Collection[str], *, delete_data: bool) -> list[Drained]:
        """Clear what services left behind, once what made or wrote it is gone."""
        steps = [*network.steps(self.clients, self.scope)]
        if delete_data:
            steps.append(stores.buckets(self.clients, self.scope, kept))
        return self._take(steps)

    def empty_setup(self) -> list[Drained]:
        """Empty the buckets of the account's set-up: its states, and who read them."""
        return self._take([stores.setup_buckets(self.clients, self.scope)])

    def locked(self) -> Mapping[str, datetime]:
        """Tell which buckets nobody can empty yet, and until when."""
        client = self.clients("s3")
        found = {
            bucket: storage.locked_until(client, bucket, datetime.now(UTC))
            for bucket in storage.buckets(client, self.scope)
        }
        return {bucket: until for bucket, until in found.items() if until is not None}

    def _take(self, steps: list[Step]) -> list[Drained]:
        return drain(steps, self.waiting, self.tell, self.endpoint)


def require_no_data(found: Inventory) -> None:
    """Refuse to destroy somebody's work without their consent."""
    if found.data:
        held = ", ".join(
            f"{item.kind} {item.name}" + (f" ({item.note})" if item.note else "")
            for item in found.data[:4]
        )
        more = f" and {len(found.data) - 4} more" if len(found.data) > 4 else ""
        raise Misuse(
            found.account,
            "must hold no data to be destroyed without --delete-data",
            got=f"{held}{more}",
            hint=f"see all of it: gatehouse inventory --account {found.account}; "
            f"to delete it for good: gatehouse destroy --account {found.account} --delete-data",
        )


def require_not_locked(account: str, locked: Mapping[str, datetime]) -> None:
    """Refuse to begin what cannot be brought to its end."""
    if locked:
        held = ", ".join(f"{bucket} until {until:%Y-%m-%d}" for bucket, until in locked.items())
        raise Finding(
            account,
            "must hold nothing that is locked in compliance mode, which nobody can delete sooner",
            got=held,
            hint="destroy the rest and leave these buckets with their keys: --keep-locked",
        )
