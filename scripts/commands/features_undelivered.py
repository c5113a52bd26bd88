"""`gatehouse features undelivered` and `redeliver`: what an ingestion gave up, and sent again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from pipelines.errors import Finding
from pipelines.organization import Persona
from scripts.commands.context import AsJson, AsPerson, Desk, desk
from scripts.feature_deliveries import Deliveries, Undelivered, redeliver
from scripts.training_runs import TrainingRuns

_COLUMNS = ("object", "group", "since", "reason")
_SENT_COLUMNS = ("object", "group", "accepted", "outcome")

Unit = Annotated[
    str | None, typer.Option(metavar="UNIT", help="The business unit; the only one if left out.")
]
OfGroup = Annotated[
    str | None, typer.Option("--group", metavar="NAME", help="Of this feature group only.")
]


@dataclass(frozen=True)
class Waiting:
    """How many events wait: in all, and of each group where whoever asks may see which."""

    total: int
    groups: Mapping[str | None, int] | None

    def of(self, group: str) -> int | None:
        """Give how many of a group wait; None where that cannot be seen."""
        if not self.total:
            return 0
        return None if self.groups is None else self.groups.get(group, 0)


def waiting(at: Desk) -> Waiting:
    """Count what waits in the account, and tell of it where there is something."""
    if not at.naming.organization.features.of_unit(at.home.business_unit):
        return Waiting(0, {})
    deliveries = _deliveries(at)
    total = deliveries.waiting()
    if not total:
        return Waiting(0, {})
    at.voice.say(f"{total} undelivered: a platform admin sees gatehouse features undelivered")
    if at.person is None or not _mends(at, at.person):
        return Waiting(total, None)
    with deliveries.held() as events:
        return Waiting(total, Counter(event.group for event in events))


def undelivered(
    group: OfGroup = None, unit: Unit = None, person: AsPerson = None, as_json: AsJson = False
) -> None:
    """List what was given up: the object, since when it waits, and why."""
    at = _at(group, unit, person)
    with _deliveries(at).held() as events:
        rows = [_row(event) for event in _of(events, group)]
    at.voice.rows(_COLUMNS, sorted(rows, key=lambda row: str(row["since"])), as_json=as_json)


def send_again(
    group: OfGroup = None, unit: Unit = None, person: AsPerson = None, as_json: AsJson = False
) -> None:
    """Send what was given up again; what is accepted leaves the queue, the rest stays."""
    at = _at(group, unit, person)
    deliveries = _deliveries(at)
    with deliveries.held() as events:
        done = list(redeliver(deliveries, _of(events, group), lambda name: _started(at, name)))
    rows = [
        _row(each.event) | {"accepted": each.accepted, "outcome": each.outcome} for each in done
    ]
    at.voice.rows(_SENT_COLUMNS, rows, as_json=as_json)
    kept = [each for each in done if not each.accepted]
    if kept:
        raise Finding(
            "undelivered events",
            "must be accepted",
            got=f"{len(kept)} of {len(done)} that were not",
            hint="they are in the queue as before: mend the cause and send them again",
        )


def _at(group: str | None, unit: str | None, person: str | None) -> Desk:
    """Sit down in the business unit of a group, or the one that is named."""
    if group is not None:
        unit = desk().naming.organization.feature_group(group).business_unit
    return desk(person, unit=unit)


def _deliveries(at: Desk) -> Deliveries:
    return Deliveries(at.access, at.region, at.naming.features_name(at.home.name))


def _of(events: list[Undelivered], group: str | None) -> list[Undelivered]:
    return [event for event in events if group in (None, event.group)]


def _row(event: Undelivered) -> dict[str, Any]:
    return {
        "object": event.about,
        "group": event.group,
        "since": event.since,
        "reason": event.reason,
    }


def _started(at: Desk, group: str) -> set[str]:
    if group not in at.naming.organization.features.groups:
        return set()
    runs = TrainingRuns(at.access, at.region, at.naming.feature_group(group))
    return {run.name for run in runs.all()}


def _mends(at: Desk, person: str) -> bool:
    return at.naming.organization.person(person).persona is Persona.PLATFORM_ADMIN
