"""Each capability names how it is used and which tests show it, and all of that exists."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.attacks.catalogue import ATTACKS
from tests.rehearsals.catalogue import REHEARSALS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "capabilities.md"
NUMBERS = range(1, 70)
_QUOTED = re.compile(r"`([^`]+)`")
_COMMAND = re.compile(r"^#{2,4} `(gatehouse [a-z -]+)`", re.MULTILINE)
_TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
_HCL = re.compile(r'^run "(\w+)"', re.MULTILINE)
_PYTHON = re.compile(r"^(?:async )?def (\w+)\(", re.MULTILINE)
_GOOD = "tests/docs/test_links.py::test_every_relative_link_leads_to_a_file"
_PARTLY = re.compile(r"partly: \S.*")


def rows() -> list[list[str]]:
    """Read the rows: number, what, how, tests, done."""
    lines = PAGE.read_text("utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"
    ]
    return [row for row in cells if row[0].isdigit()]


def faults(row: list[str]) -> list[str]:
    """Tell what is wrong with a row."""
    _, what, how, shown, done = row
    used, tests = _QUOTED.findall(how), _QUOTED.findall(shown)
    found = [f"{name}: neither file nor command" for name in used if not _is_there(name)]
    found += [f"{name}: no test" for name in tests if not _is_test(name)]
    if not what:
        found.append("it does not say what")
    if done not in ("yes", "not yet") and not _PARTLY.fullmatch(done):
        found.append(f"done must be yes, not yet, or partly and what is missing, got {done}")
    if done != "not yet" and not (used and tests):
        found.append("what is done, if partly, must say how and name a test")
    if done == "not yet" and (used or tests):
        found.append("what nobody can do has neither use nor test")
    return found


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"capability-{row[0]}")
def test_a_capability_says_how_and_names_tests_that_exist(row: list[str]) -> None:
    assert len(row) == 5
    assert faults(row) == []


def test_every_capability_is_there_once_and_in_order() -> None:
    assert [int(row[0]) for row in rows()] == list(NUMBERS)


def test_the_page_counts_what_it_says() -> None:
    counted = Counter(row[4].partition(":")[0] for row in rows())
    told = f"{counted['yes']} yes, {counted['partly']} partly, {counted['not yet']} not yet."
    assert told in PAGE.read_text("utf-8")


@pytest.mark.parametrize(
    ("how", "shown", "done", "fault"),
    [
        ("`README.md`", "", "yes", "must say how and name a test"),
        ("", f"`{_GOOD}`", "yes", "must say how and name a test"),
        ("`README.md`", f"`{_GOOD}s`", "yes", "no test"),
        ("`README.md`", "`tests/docs/test_links.py::ROOT`", "yes", "no test"),
        ("`README.md`", "`tests/docs/test_gone.py::test_nothing`", "yes", "no test"),
        ("`README.md`", "`scripts/main.py::run`", "yes", "no test"),
        ("`no/such/file.py`", f"`{_GOOD}`", "yes", "neither file nor command"),
        ("`gatehouse no-such`", f"`{_GOOD}`", "yes", "neither file nor command"),
        ("`make nothing`", f"`{_GOOD}`", "yes", "neither file nor command"),
        ("`README.md`", f"`{_GOOD}`", "partly", "done must be"),
        ("`README.md`", f"`{_GOOD}`", "partly:", "done must be"),
        ("`README.md`", "", "not yet", "neither use nor test"),
    ],
)
def test_a_row_that_claims_too_much_is_found(how: str, shown: str, done: str, fault: str) -> None:
    [found] = faults(["1", "something", how, shown, done])
    assert fault in found


def _is_there(name: str) -> bool:
    if name.startswith("make "):
        return name.removeprefix("make ") in _targets()
    return name in _commands() if name.startswith("gatehouse ") else (ROOT / name).exists()


def _is_test(name: str) -> bool:
    path, _, test = name.partition("::")
    return bool(test) and test in _tests_of(path)


@cache
def _tests_of(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    text = file.read_text("utf-8")
    if path.endswith(".tftest.hcl"):
        return frozenset(_HCL.findall(text))
    found = frozenset(_PYTHON.findall(text))
    if file.name.startswith("test_"):
        return frozenset(name for name in found if name.startswith("test_"))
    # A rehearsal or an attack is called as its function, with hyphens.
    known = {*ATTACKS.all(), *(each.name for each in REHEARSALS)}
    return frozenset(name for name in found if name.replace("_", "-") in known)


@cache
def _commands() -> frozenset[str]:
    text = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    return frozenset(_COMMAND.findall(text))


@cache
def _targets() -> frozenset[str]:
    return frozenset(_TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
