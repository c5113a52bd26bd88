"""What Terraform says with -json, line by line, as typed values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Change(StrEnum):
    """What a plan means to do with one resource."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    IMPORT = "import"
    MOVE = "move"
    FORGET = "forget"
    NOOP = "noop"


@dataclass(frozen=True)
class PlannedChange:
    """One line of a plan."""

    address: str
    change: Change
    adopts: str | None = None
    """What is there already and comes into the state, by its identifier."""


@dataclass(frozen=True)
class Progress:
    """How far a run is: resources done of those planned, and the latest."""

    done: int
    total: int
    latest: str


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning of Terraform."""

    severity: str
    summary: str
    detail: str
    address: str

    def sentence(self) -> str:
        """Write the diagnostic on one line."""
        where = f"{self.address}: " if self.address else ""
        detail = f" {self.detail}" if self.detail else ""
        return " ".join(f"{where}{self.summary}.{detail}".split())


class EventReader:
    """Reads the lines of one command and keeps what matters of them."""

    def __init__(self) -> None:
        self.changes: list[PlannedChange] = []
        self.diagnostics: list[Diagnostic] = []
        self.other_lines: list[str] = []
        self.done = 0
        self.total = 0
        self.output_changes = False

    def read(self, line: str) -> Progress | None:
        """Take one line in; give the progress when it tells any."""
        event = _event(line)
        if event is None:
            if line.strip():
                self.other_lines.append(line)
            return None
        match event.get("type"):
            case "planned_change":
                self._plan(event["change"])
                return Progress(0, len(self.changes), self.changes[-1].address)
            case "diagnostic":
                self.diagnostics.append(_diagnostic(event["diagnostic"]))
            case "outputs":
                self.output_changes = any(
                    output.get("action", "noop") != "noop" for output in event["outputs"].values()
                )
            case "apply_start":
                return Progress(self.done, self.total, _address(event["hook"]))
            case "apply_complete":
                self.done += 1
                return Progress(self.done, self.total, _address(event["hook"]))
            case "refresh_start":
                return Progress(self.done, self.total, _address(event["hook"]))
        return None

    def errors(self) -> list[Diagnostic]:
        """List the errors."""
        return [found for found in self.diagnostics if found.severity == "error"]

    def _plan(self, change: dict[str, Any]) -> None:
        try:
            kind = Change(change["action"])
        except ValueError:
            kind = Change.UPDATE
        adopts = (change.get("importing") or {}).get("id")
        self.changes.append(PlannedChange(change["resource"]["addr"], kind, adopts))


def count_changes(changes: Iterable[PlannedChange]) -> dict[str, int]:
    """Count a plan by what it does."""
    counts: dict[str, int] = {}
    for planned in changes:
        counts[planned.change.value] = counts.get(planned.change.value, 0) + 1
    return counts


def _event(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "@level" in event else None


def _diagnostic(found: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        severity=str(found.get("severity", "error")),
        summary=str(found.get("summary", "")).rstrip("."),
        detail=str(found.get("detail", "")),
        address=str(found.get("address", "")),
    )


def _address(hook: dict[str, Any]) -> str:
    return str(hook.get("resource", {}).get("addr", ""))
