"""What a review costs beside checkov alone, on the same plans in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.checks.checkov.normal_form import normal_form
from policies.checks.checkov.pinned import read_pinned
from policies.model import Model
from policies.model.reading import read_plans
from policies.registry import read_controls
from policies.review.plan_folder import read_plan_folder
from scripts.checkout import Checkout
from scripts.checkov import FOLDER, run_checkov
from scripts.review_plans import make_plans

_TIMES = 3


@dataclass(frozen=True)
class Sample:
    """Seconds of one review and of checkov alone, for so many resources."""

    resources: int
    review: float
    checkov: float


def samples(checkout: Checkout) -> Iterator[Sample]:
    """Measure on the platform's plans; each is the fastest of a few, turn by turn."""
    binary = checkout.terraform(os.environ, sys.stderr)
    folder = make_plans(checkout, binary, os.environ, lambda _: None)
    plans = read_plan_folder(folder).by_root
    model = read_plans(plans, checkout.naming().organization, checkout.root)
    turns = [(_checkov(checkout, model), _review(checkout, folder)) for _ in range(_TIMES)]
    yield Sample(
        len(model.resources), min(turn[1] for turn in turns), min(turn[0] for turn in turns)
    )


def _checkov(checkout: Checkout, model: Model) -> float:
    checks = read_pinned(read_controls())
    types = {type_ for each in checks.values() for type_ in each.types}
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        plan.write_text(json.dumps(normal_form(model.resources, types).plan), "utf-8")
        started = time.perf_counter()
        run_checkov(checkout.root / FOLDER, plan, tuple(checks))
        return time.perf_counter() - started


def _review(checkout: Checkout, folder: Path) -> float:
    command = [sys.executable, "-m", "scripts.main", "review", "--plans", str(folder)]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=checkout.root, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the review ended with {done.returncode}: {done.stderr.decode()}")
    return time.perf_counter() - started
