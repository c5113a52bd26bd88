"""The root of one account, copied to a folder of its own and given a backend.

The copy keeps the checkout free of Terraform's files, and lets one root serve several accounts
of its kind. What decides about the backend is the place: on AWS the account's state bucket,
on this machine a file beside the copy.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.checkout import Checkout

_OVERRIDE = "backend_override.tf.json"
_KEPT = {".terraform", "terraform.tfstate", "terraform.tfstate.backup"}
_SOURCES = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json", ".terraform.lock.hcl")


@dataclass(frozen=True)
class AccountRoot:
    """The copied root of an account."""

    account: Account
    folder: Path
    source: Path

    @property
    def plan_file(self) -> Path:
        """Where the saved plan is."""
        return self.folder / "gatehouse.tfplan"

    @property
    def plan_note(self) -> Path:
        """Where it is noted what the saved plan was made from."""
        return self.folder / "gatehouse.tfplan.json"

    @property
    def init_note(self) -> Path:
        """Where it is noted what the folder was initialised with."""
        return self.folder / ".terraform" / "gatehouse-init"

    def digest(self) -> str:
        """Digest what a plan is made from: the copied root, the modules and organization.yaml."""
        digest = hashlib.sha256()
        top = self.folder.parent.parent
        for path in sorted([*_sources(top / "accounts"), *_sources(top / "modules")]):
            digest.update(str(path.relative_to(top)).encode() + b"\0")
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
                self.account.name,
                "must have a saved plan, which is what is applied",
                got="none",
                hint=f"make one and read it: make plan ACCOUNT={self.account.name}",
            )
        return note

    def forget_plan(self) -> None:
        """Remove the saved plan: it was applied, or is no longer wanted."""
        self.plan_file.unlink(missing_ok=True)
        self.plan_note.unlink(missing_ok=True)


def copy_root(
    checkout: Checkout, naming: Naming, account_name: str, work: Path, *, local: bool
) -> AccountRoot:
    """Copy an account's root below `work`, or bring the copy up to date."""
    account = naming.organization.account(account_name)
    source = checkout.root / "accounts" / account.kind.value
    if not list(source.glob("*.tf")):
        raise Misuse(str(source), f"must hold the root of kind {account.kind.value}", got="none")
    top = work / account.name
    folder = top / "accounts" / account.kind.value
    folder.mkdir(parents=True, exist_ok=True)
    for stale in _sources(folder):
        stale.unlink()
    for path in _sources(source):
        shutil.copyfile(path, folder / path.name)
    for name in ("organization.yaml", "organization.schema.json"):
        shutil.copyfile(checkout.root / "accounts" / name, top / "accounts" / name)
    shutil.rmtree(top / "modules", ignore_errors=True)
    shutil.copytree(
        checkout.root / "modules", top / "modules", ignore=shutil.ignore_patterns(".terraform")
    )
    backend = _local_backend() if local else _state_bucket(naming, account)
    (folder / _OVERRIDE).write_text(json.dumps({"terraform": {"backend": backend}}), "utf-8")
    return AccountRoot(account, folder, source)


def _local_backend() -> dict[str, Any]:
    return {"local": {"path": "terraform.tfstate"}}


def _state_bucket(naming: Naming, account: Account) -> dict[str, Any]:
    return {
        "s3": {
            "bucket": naming.state_bucket_name(account.name),
            "key": f"accounts/{account.name}/terraform.tfstate",
            "region": account.region,
            "encrypt": True,
            "kms_key_id": naming.state_key_alias_arn(account.name),
            "use_lockfile": True,
            "allowed_account_ids": [account.id],
        }
    }


def _sources(folder: Path) -> list[Path]:
    found = [path for pattern in _SOURCES for path in folder.glob(pattern)]
    if folder.name in ("accounts", "modules"):
        found += [
            path
            for pattern in _SOURCES
            for path in folder.glob(f"*/{pattern}")
            if ".terraform" not in path.relative_to(folder).parts[:-1]
        ]
        found += list(folder.glob("organization.*"))
    return sorted(set(found))
