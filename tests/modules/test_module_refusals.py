"""Every rule about an input of a module has a test in which it refuses."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

MODULES = Path(__file__).resolve().parents[2] / "modules"
_VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.DOTALL | re.MULTILINE)
_EXPECTED = re.compile(r"expect_failures\s*=\s*\[([^\]]*)\]")


@pytest.mark.parametrize("module", sorted(path.parent.name for path in MODULES.glob("*/main.tf")))
def test_every_validation_has_a_run_in_which_it_refuses(module: str) -> None:
    folder = MODULES / module
    rules = {
        name: body.count("validation {")
        for path in sorted(folder.glob("variables*.tf"))
        for name, body in _VARIABLE.findall(path.read_text("utf-8"))
        if "validation {" in body
    }
    refused = Counter(
        name
        for path in sorted(folder.glob("tests/*.tftest.hcl"))
        for expected in _EXPECTED.findall(path.read_text("utf-8"))
        for name in set(re.findall(r"var\.(\w+)", expected))
    )
    assert not {name: count for name, count in rules.items() if refused[name] < count}
