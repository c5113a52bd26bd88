"""A Terraform root, copied to a folder of its own and given a backend.

The copy keeps the checkout free of Terraform's files, and lets one root serve several accounts
of its kind. Which root it is, for whom, and where its state goes are told as data.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.errors import Misuse
from pipelines.organization import Account
from scripts.checkout import Checkout

_BACKEND = "backend_override.tf.json"
_ADOPTIONS = "adoptions.tf.json"
# What the roots read besides themselves, below the checkout.
_BESIDE = ("modules", "policies/guardrails")
_DESCRIPTION = ("organization.yaml", "organization.schema.json")
_NOT_COPIED = (".terraform", "*.tfstate", "*.tfstate.*", "*.tfplan", "__pycache__", "tests")


@dataclass(frozen=True)
class RootSource:
    """A root of the checkout, and for whom it is copied."""

    name: str
    path: str
    place: str
    variables: Mapping[str, str]
    plan_command: str
    unlock_command: str
    beside: tuple[str, ...] = field(default=_BESIDE)


def account_source(account: Account) -> RootSource:
    """Give the root that lays an account out, with the templates of what people launch there."""
    path = f"accounts/{account.kind.value}"
    return RootSource(
        name=account.name,
        path=path,
        place=account.name,
        variables={"account": account.name},
        plan_command=f"make plan ACCOUNT={account.name}",
        unlock_command=f"gatehouse unlock --account {account.name}",
        beside=(*_BESIDE, f"{path}/catalog"),
    )


def setup_source(account: Account) -> RootSource:
    """Give the root that sets an account up before its own root."""
    return RootSource(
        name=account.name,
        path="terraform/bootstrap",
        place=f"{account.name}.setup",
        variables={"account": account.name},
        plan_command=f"make bootstrap ACCOUNT={account.name}",
        unlock_command=f"gatehouse unlock --account {account.name} --setup",
    )


@dataclass(frozen=True)
class RootCopy:
    """The copy of a root."""

    source: RootSource
    top: Path

    @property
    def folder(self) -> Path:
        """Where Terraform works."""
        return self.top / self.source.path

    @property
    def plan_file(self) -> Path:
        """Where the saved plan is."""
        return self.folder / "gatehouse.tfplan"

    @property
    def plan_note(self) -> Path:
        """Where it is noted what the saved plan was made from."""
        return self.folder / "gatehouse-plan.json"

    @property
    def init_note(self) -> Path:
        """Where it is noted what the folder was initialised with."""
        return self.folder / ".terraform" / "gatehouse-init"

    @property
    def adoptions(self) -> Path:
        """Where it is noted what exists and is in no state yet."""
        return self.folder / _ADOPTIONS

    @property
    def is_cut_off(self) -> bool:
        """Tell whether an apply was begun, or its lock released, and none has succeeded since."""
        return self._cut_off.exists()

    def note_begun(self) -> None:
        """Note that things are made from now on that the state may never hear of."""
        self._cut_off.touch()

    def note_done(self) -> None:
        """Note that the state holds all that was made."""
        self._cut_off.unlink(missing_ok=True)
        self.adoptions.unlink(missing_ok=True)

    @property
    def _cut_off(self) -> Path:
        return self.folder / "gatehouse-cut-off"

    def use_backend(self, backend: Mapping[str, Any]) -> None:
        """Say where the state goes, in a file beside the root."""
        (self.folder / _BACKEND).write_text(json.dumps({"terraform": {"backend": backend}}))

    def digest(self) -> str:
        """Digest what a plan is made from: all that was copied, and the backend."""
        digest = hashlib.sha256()
        for path in sorted(self._copied()):
            digest.update(str(path.relative_to(self.top)).encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
        return digest.hexdigest()

    def note_plan(self, *, changes: int, destroy: bool, digest: str) -> None:
        """Note what the saved plan was made from."""
        note = {"changes": changes, "destroy": destroy, "digest": digest}
        self.plan_note.write_text(json.dumps(note), "utf-8")

    def read_plan_note(self) -> dict[str, Any]:
        """Read the note of the saved plan; refuse where there is no plan."""
        try:
            note = json.loads(self.plan_note.read_text("utf-8"))
        except (OSError, ValueError):
            note = None
        if not isinstance(note, dict) or not self.plan_file.exists():
            raise Misuse(
                self.source.name,
                "must have a saved plan, which is what is applied",
                got="none",
                hint=f"make one and read it: {self.source.plan_command}",
            )
        return note

    def forget_plan(self) -> None:
        """Remove the saved plan: it was applied, or is no longer wanted."""
        self.plan_file.unlink(missing_ok=True)
        self.plan_note.unlink(missing_ok=True)

    def forget_local_state(self) -> None:
        """Remove the state beside the root: it is kept elsewhere now."""
        for path in self.folder.glob("terraform.tfstate*"):
            path.unlink()

    def _copied(self) -> list[Path]:
        # Not what Terraform leaves beside the root: states, their locks, its own folder.
        files = [*_sources(self.folder), self.adoptions]
        files += [self.top / "accounts" / name for name in _DESCRIPTION]
        for part in self.source.beside:
            files += [*(self.top / part).rglob("*")]
        return [path for path in files if path.is_file()]


def copy_root(
    checkout: Checkout, source: RootSource, work: Path, backend: Mapping[str, Any]
) -> RootCopy:
    """Copy a root below `work`, or bring the copy up to date."""
    origin = checkout.root / source.path
    if not list(origin.glob("*.tf")):
        raise Misuse(str(origin), "must hold a Terraform root", got="none")
    copy = RootCopy(source, work / source.place)
    copy.folder.mkdir(parents=True, exist_ok=True)
    for stale in _sources(copy.folder):
        stale.unlink()
    for path in _sources(origin):
        _copy_file(path, copy.folder / path.name)
    (copy.top / "accounts").mkdir(exist_ok=True)
    for name in _DESCRIPTION:
        _copy_file(checkout.root / "accounts" / name, copy.top / "accounts" / name)
    for part in source.beside:
        shutil.rmtree(copy.top / part, ignore_errors=True)
        if (checkout.root / part).is_dir():
            ignored = shutil.ignore_patterns(*_NOT_COPIED)
            shutil.copytree(checkout.root / part, copy.top / part, ignore=ignored)
    copy.use_backend(backend)
    return copy


def _copy_file(source: Path, target: Path) -> None:
    # A lock file may be read-only in the checkout; its copy must be replaceable.
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)


def _sources(folder: Path) -> list[Path]:
    patterns = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json", ".terraform.lock.hcl")
    found = {path for pattern in patterns for path in folder.glob(pattern)}
    return sorted(path for path in found if path.name != _ADOPTIONS)
