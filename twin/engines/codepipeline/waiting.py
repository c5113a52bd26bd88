"""Lets executions into stages: one at a time, in order, past open transitions only.

QUEUED keeps the order of arrival, SUPERSEDED lets a newer execution replace an older one that
waits, PARALLEL lets all go on by themselves:
https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
"""

from __future__ import annotations

import threading

from twin.engines.codepipeline import announcements
from twin.engines.codepipeline.records import RUNNING, Place
from twin.table import Record

_LONGEST_WAIT_SECONDS = 1.0


def enter(place: Place, execution_id: str, stage: str, stopping: threading.Event) -> bool:
    """Wait until an execution may enter a stage; False when it never will."""
    announced: list[tuple[Record, str]] = []
    try:
        with place.changed:
            place.change_execution(execution_id, waiting=stage)
            _supersede(place, execution_id, stage, announced)
            while True:
                execution = place.executions.get(execution_id)
                if stopping.is_set() or execution is None or execution["status"] not in RUNNING:
                    return False
                if execution["stop"]:
                    reason = execution["stop"]["reason"]
                    stopped = _end(place, execution, "Stopped", reason)
                    announced.append((stopped, "STOPPED"))
                    return False
                if _may_enter(place, execution, stage):
                    _take(place, execution, stage)
                    return True
                place.changed.wait(_LONGEST_WAIT_SECONDS)
    finally:
        for record, state in announced:
            announcements.execution_changed(place, record, state)


def _supersede(
    place: Place, execution_id: str, stage: str, announced: list[tuple[Record, str]]
) -> None:
    """Keep only the newest execution that waits for a stage, in superseded mode."""
    execution = place.executions.get(execution_id)
    if execution is None or execution["mode"] != "SUPERSEDED":
        return
    waiting = [item for item in _others(place, execution) if item["waiting"] == stage]
    newest = max([execution, *waiting], key=lambda item: int(item["number"]))
    for item in [execution, *waiting]:
        if item["id"] != newest["id"]:
            summary = f"Superseded by execution {newest['id']}"
            announced.append((_end(place, item, "Superseded", summary), "SUPERSEDED"))


def _may_enter(place: Place, execution: Record, stage: str) -> bool:
    if not is_open(place, execution, stage):
        return False
    if execution["mode"] == "PARALLEL":
        return True
    others = _others(place, execution)
    if any(item["stage"] == stage for item in others):
        return False
    earlier = [item for item in others if item["number"] < execution["number"]]
    return not any(item["waiting"] == stage for item in earlier)


def is_open(place: Place, execution: Record, stage: str) -> bool:
    """Tell whether the transition into a stage is enabled."""
    names = [item["name"] for item in execution["declaration"]["stages"]]
    transitions = place.progress_of(execution["pipeline"])["transitions"]
    before = names[names.index(stage) - 1] if stage in names[1:] else None
    for key in (f"Inbound/{stage}", f"Outbound/{before}"):
        state = transitions.get(key)
        if state is not None and not state["enabled"]:
            return False
    return True


def _others(place: Place, execution: Record) -> list[Record]:
    return [
        item
        for item in place.executions_of(execution["pipeline"])
        if item["id"] != execution["id"] and item["status"] in RUNNING
    ]


def _take(place: Place, execution: Record, stage: str) -> None:
    def change(record: Record) -> None:
        record["waiting"] = None
        record["stage"] = stage
        record["stages"][stage] = "InProgress"
        record["lastUpdateTime"] = place.twin.now()

    place.change(place.executions, execution["id"], change)
    latest = {stage: execution["id"]}
    place.change_progress(execution["pipeline"], lambda record: record["latest"].update(latest))


def _end(place: Place, execution: Record, status: str, summary: str | None) -> Record:
    values = {"status": status, "waiting": None, "statusSummary": summary}
    return place.change_execution(execution["id"], **values) or execution
