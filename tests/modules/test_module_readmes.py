"""A README names all that its module defines, and its example is a tested one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

MODULES = Path(__file__).resolve().parents[2] / "modules"
READMES = sorted(path.parent.name for path in MODULES.glob("*/README.md"))
_REFUSALS = "tests/refusals.tftest.hcl"
_NAMED = re.compile(r'^(?:variable|output) "(\w+)"|^\s*sid\s*=\s*"(\w+)"', re.MULTILINE)
_EXAMPLE = re.compile(
    r"```hcl\nmodule \"\w+\" \{\n  source = \"[^\"]+\"\n(.*?)\n\}\n```", re.DOTALL
)
_TESTED = re.compile(r"^variables \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("module", READMES)
def test_a_readme_names_every_input_output_and_sid(module: str) -> None:
    readme = (MODULES / module / "README.md").read_text("utf-8")
    defined = {
        name
        for path in sorted((MODULES / module).glob("*.tf"))
        for match in _NAMED.findall(path.read_text("utf-8"))
        for name in match
        if name
    }
    assert not sorted(name for name in defined if f"`{name}`" not in readme)


@pytest.mark.parametrize(
    "module", [name for name in READMES if (MODULES / name / _REFUSALS).exists()]
)
def test_the_example_of_a_readme_is_what_the_module_is_tested_with(module: str) -> None:
    example = _EXAMPLE.search((MODULES / module / "README.md").read_text("utf-8"))
    tested = _TESTED.search((MODULES / module / _REFUSALS).read_text("utf-8"))
    assert example is not None, "there must be an example in hcl"
    assert tested is not None, "there must be variables that hold for every test"
    assert example[1].split() == tested[1].split()
