"""Record the expectations of the fixtures anew: python -m tests.policies.checks.plan.record

Every line of the difference is then reviewed: an address that is no longer found is a check that
has gone blind.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from policies.checks.plan import CHECKS
from policies.verdict import Verdict
from tests.policies.checks.plan.fixture_models import judged, place

EXPECTATIONS = Path(__file__).with_name("expectations.yaml")
_TOLD = ("data-science: ", "organization: ")
_HEAD = """\
# What each check says of the fixtures, by root and address: what it must find violated or not
# decided in `broken`, and what it must judge and find right in `sound`. Written by
# `python -m tests.policies.checks.plan.record`.
"""


def expectations() -> dict[str, dict[str, Any]]:
    """Return what the checks say now."""
    made = {}
    for name in sorted(CHECKS):
        broken, sound = judged("broken")[name], judged("sound")[name]
        doubted = {place(it) for it in sound.findings}
        violated = {place(it) for it in broken.findings if it.verdict is Verdict.VIOLATED}
        undecided = {place(it) for it in broken.findings} - violated
        told = {
            "control": broken.control,
            "violated": _told(violated),
            "not decided": _told(undecided),
            "right": _told(set(sound.judged) - doubted),
        }
        made[name] = {key: value for key, value in told.items() if value}
    return made


def _told(places: set[str]) -> list[str]:
    """Return the places of one reading of a plan: others only where that one has none."""
    own = [it for it in places if it.startswith(_TOLD)]
    return sorted(own or places)


def main() -> None:
    """Write what the checks say now."""
    text = yaml.safe_dump(expectations(), sort_keys=False, width=110)
    EXPECTATIONS.write_text(_HEAD + text, "utf-8")


if __name__ == "__main__":
    main()
