"""Looks for exceptions that a scanner would take from a comment: they need no reason and never end.

https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from policies.verdict import Finding, Judgement, Source, Verdict

VERIFIER = "tool:no-inline-skips"
_FOLDERS = ("accounts", "modules", "policies", "terraform")
_SUFFIXES = (".hcl", ".json", ".tf", ".tfvars", ".yaml", ".yml")
_SKIP = re.compile(
    r"\b(?:checkov|bridgecrew|cortex):skip\s*=|\b(?:trivy|tfsec):ignore:|\bkics-scan\b"
)


def judge_inline_skips(control: str, root: Path) -> Judgement:
    """Judge every file of a checkout that a scanner reads; Python holds the scanners' own words."""
    findings: list[Finding] = []
    judged: list[str] = []
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        judged.append(name)
        text = path.read_text("utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            found = _SKIP.search(line)
            if found:
                findings.append(_finding(control, name, number, found[0]))
    verdict = Verdict.VIOLATED if findings else Verdict.HOLDS
    return Judgement(control, VERIFIER, verdict, tuple(judged), tuple(findings))


def _finding(control: str, name: str, line: int, got: str) -> Finding:
    return Finding(
        control,
        VERIFIER,
        Verdict.VIOLATED,
        Source("", name, name, line),
        f"{name}: must make no exception in a comment, got {got}",
        "write a waiver in policies/waivers.yaml, with an owner and an end",
    )


def _files(root: Path) -> Iterable[Path]:
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
            if path.suffix in _SUFFIXES and not hidden and path.is_file():
                yield path
