"""Plan, apply and destroy the root of one account; a saved plan is what is applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import Misuse
from pipelines.naming import Naming
from scripts.access import Access, in_account, without_aws
from scripts.account_root import AccountRoot, copy_root
from scripts.checkout import Checkout
from scripts.processes import ChildProcesses
from scripts.terraform import OnProgress, Plan, Terraform
from scripts.terraform_environment import one_at_a_time


@dataclass(frozen=True)
class Workshop:
    """What is needed to work on any account: the checkout, an identity, Terraform."""

    checkout: Checkout
    naming: Naming
    access: Access
    binary: Path
    terraform_variables: Mapping[str, str]
    children: ChildProcesses
    folder: Path


class AccountWork:
    """Terraform in the root of one account."""

    def __init__(self, shop: Workshop, account: str) -> None:
        self.root: AccountRoot = copy_root(
            shop.checkout, shop.naming, account, shop.folder, local=shop.access.is_local
        )
        found = self.root.account
        self.access = access = in_account(shop.access, shop.naming, account)
        self._terraform = Terraform(
            binary=shop.binary,
            folder=self.root.folder,
            environment=without_aws(shop.terraform_variables) | access.variables(found.region),
            children=shop.children,
        )

    def plan(
        self, on_progress: OnProgress, *, destroy: bool = False, targets: Sequence[str] = ()
    ) -> Plan:
        """Plan and keep the plan, in place of the one before."""
        self.root.forget_plan()
        self._init()
        digest = self.root.digest()
        variables = {"account": self.root.account.name}
        plan = self._terraform.plan(
            self.root.plan_file, variables, on_progress, destroy=destroy, targets=targets
        )
        self.root.note_plan(changes=len(plan.changes), destroy=destroy, digest=digest)
        return plan

    def apply(self, on_progress: OnProgress) -> int:
        """Apply the saved plan; refuse where there is none or what it was made from changed."""
        name = self.root.account.name
        note = self.root.read_plan_note()
        if note.get("digest") != self.root.digest():
            raise Misuse(
                name,
                "the saved plan must be of the present files and of this AWS",
                got="a plan made before they changed",
                hint=f"plan again and read it: make plan ACCOUNT={name}",
            )
        done = self._terraform.apply(self.root.plan_file, int(note["changes"]), on_progress)
        self.root.forget_plan()
        return done

    def read_plan(self) -> dict[str, Any]:
        """Read the saved plan, and the state that it was made from, as JSON."""
        return self._terraform.show(self.root.plan_file)

    def compare(self, on_progress: OnProgress) -> dict[str, Any]:
        """Plan beside the saved plan, which stays, and read what differs as JSON."""
        self._init()
        aside = self.root.folder / "gatehouse-drift.tfplan"
        variables = {"account": self.root.account.name}
        try:
            self._terraform.plan(aside, variables, on_progress)
            return self._terraform.show(aside)
        finally:
            aside.unlink(missing_ok=True)

    def forget(self, addresses: Sequence[str]) -> None:
        """Let go of resources without destroying them; the saved plan is void then."""
        self._terraform.forget(addresses)
        self.root.forget_plan()

    def _init(self) -> None:
        # Initialising costs seconds: it is repeated only when something it depends on changed.
        digest, note = self.root.digest(), self.root.init_note
        if note.exists() and note.read_text("utf-8") == digest:
            return
        note.unlink(missing_ok=True)
        with one_at_a_time(self._terraform.environment):
            self._terraform.init()
        note.write_text(digest, "utf-8")
