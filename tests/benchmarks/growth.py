"""How the plan of the data-science root grows with targets and models."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.roots.plans import planned_by, set_up_root
from tests.roots.variants import enlarged, organization_with

# Targets and models; the last is ten times the first.
SIZES = ((2, 5), (10, 25), (20, 50))
_TRIES = 3


@dataclass(frozen=True)
class Planned:
    """One size of organisation: the fastest plan of several, and what it would create."""

    targets: int
    models: int
    seconds: float
    resources: int


def samples(folder: Path) -> Iterator[Planned]:
    """Plan organisations of growing size, each a few times."""
    for targets, models in SIZES:
        organization = organization_with(enlarged(targets, models))
        terraform = set_up_root(folder / f"{targets}-{models}", "data-science", organization)
        fastest, resources = float("inf"), 0
        for _ in range(_TRIES):
            started = time.perf_counter()
            plan = planned_by(terraform, "data-science")
            fastest = min(fastest, time.perf_counter() - started)
            resources = len(plan.resources)
        yield Planned(targets, models, fastest, resources)
