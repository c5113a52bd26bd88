"""What a review costs beside checkov alone, on the same plans in the same run.

In processor time, that of processes it starts included: other work may run on the machine.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policies.checks.checkov.command import checkov_command, checkov_environment
from policies.checks.checkov.pinned import read_pinned
from policies.model.reading import read_plans
from policies.registry import read_controls
from policies.review.plan_folder import read_plan_folder
from scripts.checkout import Checkout
from scripts.checkov import FOLDER
from scripts.review_plans import make_plans

_TIMES = 3


@dataclass(frozen=True)
class Sample:
    """Processor seconds of one review and of checkov alone, for so many resources."""

    resources: int
    review: float
    checkov: float


def samples(checkout: Checkout) -> Iterator[Sample]:
    """Measure on the platform's plans; each is the fastest of a few, turn by turn."""
    binary = checkout.terraform(os.environ, sys.stderr)
    folder = make_plans(checkout, binary, os.environ, lambda _: None)
    plans = read_plan_folder(folder).by_root
    model = read_plans(plans, checkout.naming().organization, checkout.root)
    turns = [(_checkov(checkout, folder), _review(checkout, folder)) for _ in range(_TIMES)]
    yield Sample(
        len(model.resources), min(turn[1] for turn in turns), min(turn[0] for turn in turns)
    )


def _checkov(checkout: Checkout, folder: Path) -> float:
    # As whoever has no review would run it: once, on the plans as Terraform writes them.
    plans = sorted(folder.glob("*.json"))
    checks = tuple(read_pinned(read_controls()))
    command = list(checkov_command(checkout.root / FOLDER, plans[0], checks))
    place = command.index(str(plans[0]))
    command[place : place + 1] = map(str, plans)
    return _run(command, folder, checkov_environment(os.environ))


def _review(checkout: Checkout, folder: Path) -> float:
    command = [sys.executable, "-m", "scripts.main", "review", "--plans", str(folder)]
    return _run(command, checkout.root, dict(os.environ))


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> float:
    before = _spent()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()}")
    return _spent() - before


def _spent() -> float:
    """Give the processor seconds of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
