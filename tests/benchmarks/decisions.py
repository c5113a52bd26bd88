"""How many requests the evaluator decides a second beside iam-simulate, on the same cases."""

from __future__ import annotations

from dataclasses import dataclass

from tests.policies.iam.differential.cases import cases
from tests.policies.iam.differential.comparing import compare
from tests.policies.iam.differential.installing import install

_CASES = 20_000


@dataclass(frozen=True)
class Sample:
    """Decisions in a second of a processor's time; policies are new in each case, as there."""

    cases: int
    ours: float
    theirs: float


def sample() -> Sample:
    """Decide generated cases with both; raises NotInstalled where the other cannot be had."""
    found = compare(cases(1, _CASES), install())
    return Sample(found.cases, found.cases / found.ours_seconds, found.cases / found.theirs_seconds)
