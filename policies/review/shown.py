"""Judges whether each control is shown on something that keeps it and something that does not.

Fixtures are data: resources named `passing` and `failing` for checkov, expectations of the checks,
cases of the lint, and what breaks each invariant and each claim on networks. What is shown by a
test alone is named in `tests/policies/shown.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.yaml_file import read_yaml_file
from policies.registry import Control
from policies.verdict import Finding, Judgement, Source, Verdict

VERIFIER = "tool:fixtures"
TESTS = "tests/policies"
INDEX = f"{TESTS}/shown.yaml"
_CHECKOV = f"{TESTS}/checks/checkov/fixtures"
_CHECKS = f"{TESTS}/checks/plan/expectations.yaml"
_LINT = f"{TESTS}/iam/lint/cases.yaml"
_CLAIMS = f"{TESTS}/invariants/shown.yaml"
_EACH = ("invariant:", "network:")
_RESOURCE = re.compile(r'^resource "\w+" "(passing|failing)', re.MULTILINE)


@dataclass(frozen=True)
class Shown:
    """Which verifiers are shown to pass something right, and to find something wrong."""

    right: frozenset[str]
    wrong: frozenset[str]


def judge_shown(control: str, controls: Sequence[Control], root: Path) -> Judgement:
    """Judge every control of the registry; raises InvalidInput where a file of fixtures is none."""
    shown = read_shown(root)
    findings = tuple(finding for each in controls for finding in _findings(control, each, shown))
    verdict = Verdict.VIOLATED if findings else Verdict.HOLDS
    return Judgement(control, VERIFIER, verdict, tuple(each.id for each in controls), findings)


def read_shown(root: Path) -> Shown:
    """Read which verifiers the fixtures of a checkout show."""
    right: set[str] = set()
    wrong: set[str] = set()
    for path in sorted((root / _CHECKOV).glob("CKV*.tf")):
        found = set(_RESOURCE.findall(path.read_text("utf-8")))
        right |= {path.stem} if "passing" in found else set()
        wrong |= {path.stem} if "failing" in found else set()
    for name, entry in _read(root, _CHECKS, {}).items():
        # A check that promises that there is none of something is right where it finds nothing.
        right.add(f"check:{name}")
        wrong |= {f"check:{name}"} if entry.get("violated") else set()
    for case in _read(root, _LINT, []):
        wrong |= {f"lint:{rule}" for rule in case.get("found", ())}
        right |= set() if case.get("found") else {f"lint:{case.get('about')}"}
    for family in _read(root, _CLAIMS, []):
        broken = {name for name, ways in family.get("verifiers", {}).items() if ways}
        right |= broken if _is_test(root, family.get("right", "")) else set()
        wrong |= broken if _is_test(root, family.get("wrong", "")) else set()
    for name, entry in _read(root, INDEX, {}).items():
        right |= {name} if _is_test(root, entry.get("right", "")) else set()
        wrong |= {name} if _is_test(root, entry.get("wrong", "")) else set()
    return Shown(frozenset(right), frozenset(wrong))


def _findings(control: str, judged: Control, shown: Shown) -> Iterator[Finding]:
    sides = (("something that keeps it", shown.right), ("something that does not", shown.wrong))
    source = Source("", judged.id, "policies/controls.yaml", judged.line)
    for what, names in sides:
        missing = _missing(judged.verifiers, names)
        if missing:
            sentence = f"{judged.id}: must be shown on {what}, got none of {', '.join(missing)}"
            hint = f"add it to {INDEX}, a claim to {_CLAIMS}"
            yield Finding(control, VERIFIER, Verdict.VIOLATED, source, sentence, hint)


def _missing(verifiers: Sequence[str], shown: frozenset[str]) -> list[str]:
    """Give what is not shown: all where none is, else the claims, each of which says its own."""
    if not shown.intersection(verifiers):
        return [*verifiers]
    return [each for each in verifiers if each.startswith(_EACH) and each not in shown]


def _is_test(root: Path, name: str) -> bool:
    file, _, test = name.partition("::")
    path = root / file
    if not test or not path.is_file():
        return False
    return (
        re.search(rf"^def {re.escape(test)}\(", path.read_text("utf-8"), re.MULTILINE) is not None
    )


def _read(root: Path, name: str, missing: Any) -> Any:
    path = root / name
    value = read_yaml_file(path, name).value if path.is_file() else missing
    if isinstance(value, Mapping) and isinstance(missing, dict):
        return {key: each for key, each in value.items() if isinstance(each, Mapping)}
    return [each for each in value if isinstance(each, Mapping)]
