"""Reads from Terraform which calls the function hears of."""

from __future__ import annotations

import re
from pathlib import Path

_EVENTS = Path(__file__).resolve().parents[3] / "modules" / "detective-control" / "events.tf"


def calls_of_the_rule() -> frozenset[str]:
    """Return the names in the list of calls of the module's rule."""
    found = re.search(r"_calls = \[(.*?)\]", _EVENTS.read_text("utf-8"), re.DOTALL)
    assert found is not None, "the module must list calls"
    return frozenset(re.findall(r'"(\w+)"', found[1]))
