"""Plan, apply and destroy one root; a saved plan is what is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pipelines.errors import Finding, Misuse
from pipelines.naming import Naming
from scripts import adoption
from scripts.access import Access, aws_errors, without_aws
from scripts.account_root import RootSource, copy_root
from scripts.adoption import Place
from scripts.checkout import Checkout
from scripts.deployers import Identities
from scripts.leftovers.look import left_behind
from scripts.processes import ChildProcesses
from scripts.terraform import OnProgress, Plan, Terraform
from scripts.terraform_environment import one_at_a_time
from scripts.terraform_failures import StateLockedError, TerraformError

# A name that is taken hides what is made after it, and that what is made after that; the longest
# such way in the roots has six steps. A round in which nothing new is noted is the last one anyway.
_ROUNDS = 8
# What is in a network is found once the network is known, and what links two things once both are.
_LOOKS = 4


@dataclass(frozen=True)
class Workshop:
    """What is needed to work on any root: the checkout, an identity, Terraform."""

    checkout: Checkout
    naming: Naming
    access: Access
    binary: Path
    terraform_variables: Mapping[str, str]
    children: ChildProcesses
    folder: Path


class RootWork:
    """Terraform in a copied root: planned by one identity, applied by another."""

    def __init__(
        self,
        shop: Workshop,
        source: RootSource,
        backend: Mapping[str, Any],
        place: Place,
        identities: Identities,
    ) -> None:
        self.root = copy_root(shop.checkout, source, shop.folder, backend)
        self._shop = shop
        self._place = place
        self.identities = identities

    def plan(
        self, on_progress: OnProgress, *, destroy: bool = False, targets: Sequence[str] = ()
    ) -> Plan:
        """Plan and keep the plan, in place of the one before."""
        plan = self._plan_what_is_there(on_progress, destroy, targets)
        if destroy or targets:
            return plan
        for _ in range(_LOOKS):
            if not self.root.is_cut_off or not self._adopt_left_behind():
                break
            plan = self._plan_what_is_there(on_progress, destroy, targets)
        if plan.is_empty:
            self.root.note_done()
        return plan

    def _plan_what_is_there(
        self, on_progress: OnProgress, destroy: bool, targets: Sequence[str]
    ) -> Plan:
        """Plan, without adopting what was noted and is gone by now."""
        while True:
            try:
                return self._plan(on_progress, destroy, targets)
            except TerraformError as failed:
                if not adoption.drop(self.root.adoptions, failed.diagnostics):
                    raise

    def _plan(self, on_progress: OnProgress, destroy: bool, targets: Sequence[str]) -> Plan:
        self.root.forget_plan()
        with self._told():
            self.init()
            digest = self.root.digest()
            plan = self._reader.plan(
                self.root.plan_file,
                self.root.source.variables,
                on_progress,
                destroy=destroy,
                targets=targets,
            )
        self.root.note_plan(changes=len(plan.changes), destroy=destroy, digest=digest)
        return plan

    def _adopt_left_behind(self) -> bool:
        """Note what the saved plan would make and a run that was cut off has made already."""
        with aws_errors(
            self.root.source.name,
            "must tell what a run that was cut off has left behind",
            self._shop.access.endpoint,
        ):
            found = left_behind(self.read_plan(), self._place)
        if found:
            adoption.note(self.root.adoptions, found)
        return bool(found)

    def apply(self, on_progress: OnProgress) -> int:
        """Apply the saved plan; refuse where there is none or what it was made from changed."""
        note = self.root.read_plan_note()
        if note.get("digest") != self.root.digest():
            raise Misuse(
                self.root.source.name,
                "the saved plan must be of the present files and of this AWS",
                got="a plan made before they changed",
                hint=f"plan again and read it: {self.root.source.plan_command}",
            )
        self.root.note_begun()
        with self._told():
            done = self._writer.apply(self.root.plan_file, int(note["changes"]), on_progress)
        self.root.forget_plan()
        self.root.note_done()
        return done

    def plan_and_apply(self, on_progress: OnProgress) -> tuple[Plan, int]:
        """Plan and apply in one go, adopting what a run that was cut off has left behind."""
        noted: str | None = None
        for _ in range(_ROUNDS):
            plan = self.plan(on_progress)
            if plan.is_empty:
                self.root.forget_plan()
                return plan, 0
            try:
                return plan, self.apply(on_progress)
            except TerraformError:
                before, noted = noted, self._adoptions()
                if noted in (None, before):
                    raise
        raise Finding(self.root.source.name, "must be laid out", got="something that always exists")

    def read_plan(self) -> dict[str, Any]:
        """Read the saved plan, and the state that it was made from, as JSON."""
        return self._reader.show(self.root.plan_file)

    def compare(self, on_progress: OnProgress) -> dict[str, Any]:
        """Plan beside the saved plan, which stays, and read what differs as JSON."""
        aside = self.root.folder / "gatehouse-drift.tfplan"
        with self._told():
            self.init()
            try:
                self._reader.plan(aside, self.root.source.variables, on_progress)
                return self._reader.show(aside)
            finally:
                aside.unlink(missing_ok=True)

    def forget(self, addresses: Sequence[str]) -> None:
        """Let go of resources without destroying them; the saved plan is void then."""
        with self._told():
            self._writer.forget(addresses)
        self.root.forget_plan()

    def unlock(self, lock_id: str) -> None:
        """Release the lock of a run that ended without releasing it, and may have left things."""
        self.init()
        self._writer.unlock(lock_id)
        self.root.note_begun()

    def move_state(self, backend: Mapping[str, Any]) -> None:
        """Move the state to another backend, and keep it there."""
        self.root.use_backend(backend)
        with self._told():
            self._reader.move_state()
        self.root.init_note.write_text(self.root.digest(), "utf-8")
        if "local" not in backend:
            self.root.forget_local_state()

    @property
    def _reader(self) -> Terraform:
        return self._terraform(self.identities.plan())

    @property
    def _writer(self) -> Terraform:
        return self._terraform(self.identities.apply())

    def _terraform(self, access: Access) -> Terraform:
        shop = self._shop
        return Terraform(
            binary=shop.binary,
            folder=self.root.folder,
            environment=without_aws(shop.terraform_variables)
            | access.variables(self._place.region),
            children=shop.children,
            who=access.who,
        )

    def init(self) -> None:
        """Install providers and open the backend."""
        # Initialising costs seconds: it is repeated only when something it depends on changed.
        digest, note = self.root.digest(), self.root.init_note
        if note.exists() and note.read_text("utf-8") == digest:
            return
        note.unlink(missing_ok=True)
        terraform = self._reader
        with one_at_a_time(terraform.environment):
            terraform.init()
        note.write_text(digest, "utf-8")

    def _adoptions(self) -> str | None:
        return self.root.adoptions.read_text("utf-8") if self.root.adoptions.exists() else None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell of a lock how it is released, and note what exists without being in the state."""
        try:
            yield
        except StateLockedError as locked:
            raise Finding(
                self.root.source.name,
                locked.must_hold,
                got=f"{locked.got} ({locked.lock_id})",
                hint="wait for that run; if it ended without letting go, release the lock: "
                f"{self.root.source.unlock_command} --lock {locked.lock_id}",
            ) from locked
        except TerraformError as failed:
            self._note_adoptions(failed)
            raise

    def _note_adoptions(self, failed: TerraformError) -> None:
        if not self.root.plan_note.exists():
            return
        try:
            found = adoption.adoptable(self.read_plan(), failed.diagnostics, self._place)
        except (BotoCoreError, ClientError):
            # What failed is told; what nobody could be asked about is adopted by nobody.
            return
        if found:
            adoption.note(self.root.adoptions, found)
            failed.hint = (
                "it exists and is in no state, as after a run that was cut off; "
                f"the next plan adopts it: {self.root.source.plan_command}"
            )
