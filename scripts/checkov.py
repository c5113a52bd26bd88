"""Runs checkov once on the resources of all plans, and hands its verdicts back."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipelines.errors import EnvironmentFault
from policies.checks.checkov.command import (
    PACK,
    PUBLIC_KEY,
    checkov_command,
    checkov_environment,
)
from policies.checks.checkov.normal_form import normal_form
from policies.checks.checkov.pinned import read_pinned
from policies.checks.checkov.records import judge, read_report
from policies.model import PlannedResource
from policies.registry import Control
from policies.verdict import Judgement

FOLDER = ".venv-checkov"
_LONGEST_SECONDS = 600


def judged_by_checkov(
    controls: Sequence[Control],
    resources: Iterable[PlannedResource],
    kinds: Mapping[str, str],
    checkout: Path,
    *,
    pack: Path = PACK,
    key: Path = PUBLIC_KEY,
) -> tuple[Judgement, ...]:
    """Judge every control that names a check of checkov, on the resources of all plans.

    ``kinds`` gives the kinds of accounts by key. Raises EnvironmentFault where checkov is missing,
    refuses the pack's signature or does not come to its end.
    """
    checks = read_pinned(controls)
    types = {type_ for each in checks.values() for type_ in each.types}
    form = normal_form(resources, types)
    if not form.resources:
        return judge(controls, checks, form, {}, kinds)
    with tempfile.TemporaryDirectory(prefix="gatehouse-checkov-") as folder:
        plan = Path(folder) / "plan.json"
        plan.write_text(json.dumps(form.plan, indent=0, sort_keys=True), "utf-8")
        text, complaints = run_checkov(checkout / FOLDER, plan, tuple(checks), pack, key)
    return judge(controls, checks, form, read_report(text, complaints), kinds)


def run_checkov(
    environment: Path, plan: Path, checks: Sequence[str], pack: Path = PACK, key: Path = PUBLIC_KEY
) -> tuple[str, str]:
    """Run checkov in its own environment; returns what it printed and what it complained of.

    Raises EnvironmentFault where it does not start, does not end as checkov does, or where the pack
    holds what cannot be signed.
    """
    _refuse_unsigned(pack)
    command = checkov_command(environment, plan, checks, pack, key)
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=plan.parent,
            env=checkov_environment(os.environ),
            timeout=_LONGEST_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFault(
            str(environment),
            "checkov must run in its own environment",
            got=str(error),
            hint="make python-checkov",
        ) from error
    # 0: nothing found, 1: something found. It also ends with 0 or 1 where a check could not be
    # loaded or crashed, and tells so only here.
    if done.returncode not in (0, 1) or "[ERROR]" in done.stderr or not done.stdout.strip():
        raise EnvironmentFault(
            "checkov",
            "must load every check, signed, and come to its end",
            got=_told(done.stderr),
            hint="sign the pack: make sign-checks KEY=...",
        )
    return done.stdout, done.stderr


def _told(complaints: str) -> str:
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    error = next((line for line in lines if "[ERROR]" in line), (lines or ["nothing"])[-1])
    return " ".join([error, *(line for line in lines if line.startswith("- "))])[:600]


def _refuse_unsigned(pack: Path) -> None:
    # checkov verifies Python only; it would load checks in YAML and JSON as they are.
    for path in sorted(pack.rglob("*")):
        if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts:
            raise EnvironmentFault(
                str(path), "the pack must hold signed Python only", got=path.suffix or "no suffix"
            )
