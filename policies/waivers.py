"""Exceptions from controls: read strictly, matched exactly, and over when their day is past."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipelines.yaml_file import YamlFile, nearest, read_yaml_file
from pipelines.yaml_schema import check_schema
from policies.verdict import Finding, Verdict

LONGEST = timedelta(days=180)
# A waiver of the rules for waivers would be an exception without an end.
NOT_WAIVABLE = frozenset({"GOV-01", "GOV-03"})
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_WORDING = {
    "^[A-Z][A-Z0-9]*-[0-9]{2}$": "must be the id of a control, such as S3-06",
    "^[^*?]+$": "must be one root; a pattern would cover what nobody looked at",
}


@dataclass(frozen=True)
class Waiver:
    """One exception; ``created`` and ``expires`` are as written, and may be no dates at all."""

    control: str
    root: str
    address: str
    reason: str
    compensating_control: str
    owner: str
    approver: str
    created: str
    expires: str
    line: int = 0

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day, or None where one is not a day of the calendar."""
        first, last = _day(self.created), _day(self.expires)
        return (first, last) if first and last else None

    def fault(self, today: date) -> str | None:
        """Say why the waiver does not count today, or None where it does.

        Whatever is malformed counts as expired: a waiver must never work by mistake.
        """
        days = self.days
        if days is None:
            return f"must have days such as 2026-11-01, got {self.created!r} to {self.expires!r}"
        first, last = days
        if self.owner.strip().casefold() == self.approver.strip().casefold():
            return f"must be approved by somebody else than its owner, got {self.approver}"
        if last < first:
            return f"must not expire before it was created, got {self.created} to {self.expires}"
        if last - first > LONGEST:
            got = (last - first).days
            return f"must expire at most {LONGEST.days} days after it was created, got {got} days"
        if first > today:
            return f"must have been created by today, got {self.created}"
        if last < today:
            return f"must not have expired, got {self.expires}, which is past"
        return None

    def is_expired(self, today: date) -> bool:
        """Tell whether it is a proper waiver whose last day is past."""
        return self.days is not None and self.days[1] < today

    def days_left(self, today: date) -> int:
        """Count the days after today on which the waiver still counts."""
        return (self.days[1] - today).days if self.days else 0

    def covers(self, finding: Finding) -> bool:
        """Tell whether a finding is the one that is waived; what is not decided never is."""
        return finding.verdict is Verdict.VIOLATED and (
            finding.control,
            finding.source.root,
            finding.source.address,
        ) == (self.control, self.root, self.address)


def read_waivers(path: Path, controls: Collection[str], name: str = "") -> tuple[Waiver, ...]:
    """Read the waivers of a file; ``controls`` are the ids that there are.

    Raises InvalidInput where the file does not keep to its schema or names an unknown control.
    """
    file = _with_days_as_text(read_yaml_file(path, name or str(path)))
    check_schema(file, _schema(), _WORDING)
    waivers = []
    for index, entry in enumerate(file.value["waivers"]):
        _check_control(file, index, entry["control"], controls)
        waivers.append(Waiver(**entry, line=file.line(("waivers", index))))
    _check_once(file, waivers)
    return tuple(waivers)


def _check_control(file: YamlFile, index: int, control: str, known: Collection[str]) -> None:
    where = ("waivers", index, "control")
    if control not in known:
        meant = nearest(control, sorted(known))
        hint = f"did you mean {meant}?" if meant else "policies/controls.yaml lists them"
        raise file.error(where, "must be a control of the registry", got=control, hint=hint)
    if control in NOT_WAIVABLE:
        raise file.error(where, "must not be a rule about waivers themselves", got=control)


def _check_once(file: YamlFile, waivers: list[Waiver]) -> None:
    seen: dict[tuple[str, str, str], int] = {}
    for index, each in enumerate(waivers):
        key = (each.control, each.root, each.address)
        if key in seen:
            raise file.error(
                ("waivers", index),
                "must not waive the same control at the same address again",
                got=f"{each.control} at {each.address}, which line {seen[key]} waives",
            )
        seen[key] = each.line


def _day(text: str) -> date | None:
    if not _DAY.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _with_days_as_text(file: YamlFile) -> YamlFile:
    # YAML makes dates of what looks like one; a day that there is not must reach us as written.
    def plain(value: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(value, Mapping):
            return {key: plain(each, (*path, key)) for key, each in value.items()}
        if isinstance(value, list):
            return [plain(each, (*path, index)) for index, each in enumerate(value)]
        return file.plain_scalars[path] if isinstance(value, date) else value

    return replace(file, value=plain(file.value, ()))


def _schema() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(
        Path(__file__).with_name("waivers.schema.json").read_text("utf-8")
    )
    return document
