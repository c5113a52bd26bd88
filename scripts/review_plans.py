"""Plans of all roots for a review, made by the real provider without any account, and kept.

A plan is made anew only where something that it is made from changed: the root, the modules,
organization.yaml, the guardrails, the provider's lock or Terraform itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.access import without_aws
from scripts.account_root import RootCopy, RootSource, account_source, copy_root, setup_source
from scripts.checkout import Checkout
from scripts.offline_root import cut_off
from scripts.organization_work import ORGANIZATION, organization_source
from scripts.processes import ChildProcesses
from scripts.sample_release import has_models, sample_variables
from scripts.state_backend import LOCAL
from scripts.terraform import Terraform
from scripts.terraform_environment import one_at_a_time, terraform_environment

_VARIABLES = "review.auto.tfvars.json"
_MOMENTS = ("timestamp",)
_TIMEOUT = 300
_AT_ONCE = 2

OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class ReviewedRoot:
    """A root of which a plan is wanted: its name in a review, and what it is copied from."""

    name: str
    source: RootSource
    variables: Mapping[str, Any]


def reviewed_roots(naming: Naming, descriptions: Path) -> tuple[ReviewedRoot, ...]:
    """List every root once for each account that it is applied to.

    ``descriptions`` is the folder of the models' descriptions.
    """
    accounts = naming.organization.accounts
    found = [ReviewedRoot(ORGANIZATION, organization_source(), {})]
    for name in sorted(accounts):
        account, told = accounts[name], {"account": name}
        found.append(ReviewedRoot(name, account_source(account), told))
        found.append(ReviewedRoot(f"bootstrap/{name}", setup_source(account), told))
        if account.is_target and has_models(naming, account):
            variables = sample_variables(naming, account, descriptions)
            found.append(ReviewedRoot(f"release/{name}", _release_source(account), variables))
    return tuple(sorted(found, key=lambda each: each.name))


def make_plans(
    checkout: Checkout, binary: Path, environ: Mapping[str, str], on_progress: OnProgress
) -> Path:
    """Make the plan of every root that changed, two at a time; give the folder of all of them.

    The folder has a file for each root, such as ``bootstrap__staging.json``, and nothing else.
    Raises TerraformError where a root cannot be planned, KeyboardInterrupt when asked to stop.
    """
    folder = checkout.private / "review"
    roots = reviewed_roots(checkout.naming(), checkout.root / "pipelines" / "models")
    children = ChildProcesses()
    variables = terraform_environment(environ, checkout.root / ".tools" / "terraform-plugins")
    planner = Planner(checkout, folder, binary, without_aws(variables.variables), children)
    with _held(folder):
        planner.forget_others(roots)
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            begun = [pool.submit(planner.plan, root, on_progress) for root in roots]
            try:
                for each in begun:
                    each.result()
            except BaseException:
                children.interrupt()
                pool.shutdown(cancel_futures=True)
                raise
    return planner.plans


@dataclass(frozen=True)
class Planner:
    """Plans roots into a folder and remembers what each plan was made from."""

    checkout: Checkout
    folder: Path
    binary: Path
    environment: Mapping[str, str]
    children: ChildProcesses

    @property
    def plans(self) -> Path:
        """The folder of the plans as JSON."""
        return self.folder / "plans"

    def plan(self, root: ReviewedRoot, on_progress: OnProgress) -> None:
        """Plan a root, unless its plan is still true."""
        copy = self._copied(root)
        digest = self._digest(copy)
        plan, note = self._files(root.name)
        if plan.exists() and note.exists() and note.read_text("utf-8") == digest:
            on_progress(f"plan {root.name}: unchanged")
            return
        on_progress(f"plan {root.name}")
        note.unlink(missing_ok=True)
        _write(plan, json.dumps(self._planned(copy), sort_keys=True))
        _write(note, digest)
        on_progress(f"plan {root.name}: made")

    def forget_others(self, roots: Sequence[ReviewedRoot]) -> None:
        """Remove plans of roots that there are no more; a review reads all that it finds."""
        self.plans.mkdir(parents=True, exist_ok=True)
        wanted = {self._files(each.name)[0] for each in roots}
        for path in self.plans.iterdir():
            if path not in wanted:
                path.unlink()

    def _files(self, name: str) -> tuple[Path, Path]:
        stem = name.replace("/", "__")
        return self.plans / f"{stem}.json", self.folder / "made-from" / stem

    def _copied(self, root: ReviewedRoot) -> RootCopy:
        copy = copy_root(self.checkout, root.source, self.folder / "roots", LOCAL)
        cut_off(copy.folder)
        variables = json.dumps(root.variables, sort_keys=True)
        (copy.folder / _VARIABLES).write_text(variables, "utf-8")
        return copy

    def _digest(self, copy: RootCopy) -> str:
        # Another Terraform, or another place for providers, may plan otherwise.
        about = (str(self.binary), f"{self.binary.resolve().stat().st_mtime_ns}", copy.digest())
        return hashlib.sha256("\0".join(about).encode()).hexdigest()

    def _planned(self, copy: RootCopy) -> dict[str, Any]:
        terraform = Terraform(
            binary=self.binary,
            folder=copy.folder,
            environment=self.environment,
            children=self.children,
            timeout=_TIMEOUT,
            who="nobody",
        )
        with one_at_a_time(self.environment):
            terraform.init()
        try:
            terraform.plan(copy.plan_file, {}, lambda _: None)
            shown = terraform.show(copy.plan_file)
        finally:
            copy.plan_file.unlink(missing_ok=True)
        return {name: value for name, value in shown.items() if name not in _MOMENTS}


def _release_source(account: Account) -> RootSource:
    return RootSource(
        name=account.name,
        path="terraform/release",
        place=f"{account.name}.release",
        variables={},
        plan_command="make review",
        unlock_command="",
    )


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Let one review at a time make plans in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(path)
