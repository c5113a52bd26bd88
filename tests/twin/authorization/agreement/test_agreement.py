"""Twin, evaluator and formula decide alike, and refuse in the same layer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.twin.authorization.agreement.comparing import Count, compare
from tests.twin.authorization.agreement.laying import empty

_LAYERS = (
    "resource control policy",
    "service control policy",
    "VPC endpoint policy",
    "resource-based policy",
    "identity-based policy",
    "permissions boundary",
    "session policy",
)


def _compared(folder: Path, worlds: range, requests: int) -> Count:
    counted = Count()
    with empty(folder) as twin:
        for seed in worlds:
            counted.add(compare(twin, seed, requests))
    told = {"answers": dict(counted.answers.most_common()), "formulas": dict(counted.formulas)}
    print(json.dumps(told, indent=2), file=sys.stderr)
    assert counted.differences == []
    # Where the formula was not asked, agreement of two would pass for that of three.
    assert counted.formulas["compared"] == counted.formulas.total()
    return counted


def _share(counted: Count, words: str) -> float:
    found = sum(number for said, number in counted.answers.items() if words in said)
    return found / counted.requests


def test_three_ways_to_decide_agree(tmp_path: Path) -> None:
    counted = _compared(tmp_path, range(4), 100)

    assert _share(counted, "allowed") > 0.1
    assert sum(_share(counted, layer) > 0 for layer in _LAYERS) >= 6


@pytest.mark.fuzz
@pytest.mark.parametrize("part", range(10))
def test_three_ways_to_decide_agree_on_many_requests(tmp_path: Path, part: int) -> None:
    counted = _compared(tmp_path, range(100 + 10 * part, 110 + 10 * part), 550)

    # Where no way leads to a service, nothing is decided.
    assert counted.requests - counted.answers["no way"] >= 5_000
    assert counted.answers["allowed"] > 0.15 * counted.requests
    for layer in _LAYERS:
        # Each layer refuses by itself, or the comparison says nothing of it.
        assert _share(counted, layer) > 0.004, layer
