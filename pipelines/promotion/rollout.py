"""Applies terraform/release in a private folder: exactly one plan, and none where none differs."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.canonical import sha256_of
from pipelines.errors import Finding, InvalidInput
from pipelines.promotion.adopt import Clock, OrphanClient, adopt, settle
from pipelines.promotion.aws import Aws
from pipelines.promotion.released_source import LEFT_BEHIND, TERRAFORM
from pipelines.promotion.state import backend, break_stale_lock
from pipelines.promotion.target import Target
from pipelines.promotion.terraform import PLAN_FILE, Terraform, clean_environment
from pipelines.promotion.terraform_messages import Change
from pipelines.promotion.variables import VARIABLES_FILE

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What a deployment finds outside itself."""

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Clock = field(default_factory=lambda: Clock(lambda: datetime.now(UTC), time.sleep))
    program: str = "terraform"


@dataclass(frozen=True)
class Applied:
    """What Terraform was to change, and what it says that it made."""

    plan_sha256: str
    changes: tuple[Change, ...]
    outputs: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """Return what a report tells about the plan."""
        changes = [change.document() for change in self.changes]
        return {"sha256": self.plan_sha256, "changes": changes}


def roll_out(
    folder: Path, variables: Mapping[str, Any], target: Target, aws: Aws, around: Surroundings
) -> Applied:
    """Plan the variables of a release in a laid-out folder and apply exactly that plan."""
    (folder / VARIABLES_FILE).write_text(json.dumps(variables, indent=2, sort_keys=True) + "\n")
    terraform = Terraform(folder, clean_environment(around.environment), around.program)
    terraform.init(backend(target, variables["model"]))
    region = target.account.region
    break_stale_lock(
        aws.client("s3", region), terraform, target, variables["model"], around.clock.now()
    )
    sagemaker = aws.client("sagemaker", region)
    settle(sagemaker, variables["endpoint_name"], around.clock)
    digest, changes = _plan_and_apply(terraform, sagemaker)
    return Applied(digest, changes, terraform.outputs())


def _plan_and_apply(
    terraform: Terraform, sagemaker: OrphanClient
) -> tuple[str, tuple[Change, ...]]:
    changes = terraform.plan()
    if changes is None:
        _log.info("nothing to change")
        return _digest(terraform), ()
    try:
        terraform.apply()
    except Finding:
        # Only a failure is worth the time to look for what a killed deployment has left.
        changes = terraform.plan()
        if changes is None or not adopt(sagemaker, terraform, changes):
            raise
        changes = terraform.plan()
        if changes is not None:
            terraform.apply()
    return _digest(terraform), changes or ()


def _digest(terraform: Terraform) -> str:
    return sha256_of((terraform.folder / PLAN_FILE).read_bytes())


def lay_out(root: Path, scratch: Path) -> Path:
    """Copy root and module of the source into a private folder; return the root's folder.

    Exactly what has a digest in the release's statement is copied, and nothing beside it.
    """
    place = scratch / "source"
    for folder in TERRAFORM:
        if not (root / folder).is_dir():
            raise InvalidInput(folder, "must be part of the source", got="no such folder")
        leave = shutil.ignore_patterns(*LEFT_BEHIND)
        shutil.copytree(root / folder, place / folder, ignore=leave)
    return place / TERRAFORM[0]
