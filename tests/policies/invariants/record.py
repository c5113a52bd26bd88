"""Record what breaks each claim: python -m tests.policies.invariants.record

Every line of the difference is then reviewed: a claim that nothing breaks any more says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policies.invariants.reading import read_invariants
from tests.policies.invariants.breaking import broken
from tests.policies.invariants.networks import BROKEN, violation

SHOWN = Path(__file__).with_name("shown.yaml")
PROVED = "tests/scripts/test_review_of_platform.py::test_every_invariant_is_proved_of_the_platform"
_HERE = "tests/policies/invariants"
_HEAD = """\
# In which layers each invariant is shown broken, and in which ways each claim on networks; by which
# tests, and by which they are shown to hold. Written by
# `python -m tests.policies.invariants.record`.
"""


def shown() -> list[dict[str, Any]]:
    """Return what is shown now, and by which tests."""
    return [
        {
            "right": PROVED,
            "wrong": f"{_HERE}/test_breaking.py::test_an_invariant_is_broken_as_recorded",
            "verifiers": {f"invariant:{each.id}": list(broken(each)) for each in read_invariants()},
        },
        {
            "right": f"{_HERE}/test_network.py::test_a_network_of_endpoints_only_keeps_every_claim",
            "wrong": f"{_HERE}/test_network.py::test_a_claim_is_broken_as_recorded",
            "verifiers": {
                f"network:{name}": [way for way in ways if violation(name, way)]
                for name, ways in BROKEN.items()
            },
        },
    ]


@cache
def recorded() -> Mapping[str, list[str]]:
    """Return what is recorded, by verifier."""
    families: list[dict[str, Any]] = yaml.safe_load(SHOWN.read_text("utf-8"))
    return {name: how for each in families for name, how in each["verifiers"].items()}


def main() -> None:
    """Write what is shown now."""
    SHOWN.write_text(_HEAD + yaml.safe_dump(shown(), sort_keys=False, width=110), "utf-8")


if __name__ == "__main__":
    main()
