"""Each claim of the threat model names files and tests that exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.attacks.catalogue import ATTACKS
from tests.rehearsals.catalogue import REHEARSALS

ROOT = Path(__file__).resolve().parents[2]
_QUOTED = re.compile(r"`([^`]+)`")


def rows() -> list[list[str]]:
    """Read the rows of the table: threat, what stops it, files, tests, gap."""
    lines = (ROOT / "docs" / "threat-model.md").read_text("utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"
    ]
    return cells[2:]


@cache
def existing_tests() -> frozenset[str]:
    """List pytest functions, attacks, rehearsals, and the runs of Terraform's native tests."""
    names = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    for path in (ROOT / "modules").glob("*/tests/*.tftest.hcl"):
        names.update(re.findall(r'^run "(\w+)"', path.read_text("utf-8"), re.MULTILINE))
    return frozenset(names | set(ATTACKS.all()) | {each.name for each in REHEARSALS})


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_claim_names_what_enforces_and_what_shows_it(row: list[str]) -> None:
    threat, _, enforced, shown, _ = row
    files, tests = _QUOTED.findall(enforced), _QUOTED.findall(shown)
    assert files or enforced == "all modules", f"{threat}: nothing enforces it"
    assert tests, f"{threat}: nothing shows it"
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert [name for name in tests if name not in existing_tests()] == []
