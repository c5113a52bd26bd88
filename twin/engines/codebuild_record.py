"""The record of one build, which its run changes and everybody else reads."""

from __future__ import annotations

import threading
from typing import Any

from twin.engines import events
from twin.table import Record, Table
from twin.twin import Twin

_WORSE = ("STOPPED", "TIMED_OUT", "FAULT")


class PhaseFailedError(Exception):
    """A phase that did not succeed, in CodeBuild's words."""

    def __init__(self, status: str, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


class BuildRecord:
    """Reads and changes one build's record and tells of every change."""

    def __init__(
        self, twin: Twin, table: Table, build_id: str, changed: threading.Condition
    ) -> None:
        self._twin = twin
        self._table = table
        self._id = build_id
        self._changed = changed
        self._status = "SUCCEEDED"
        self._last = self._read()

    @property
    def region(self) -> str:
        """The region in which the build runs."""
        return str(self._last["arn"].split(":")[3])

    @property
    def stop_requested(self) -> bool:
        """Tell whether somebody asked to stop the build."""
        return bool(self._read()["_stop"])

    @property
    def cut_short(self) -> bool:
        """Tell whether a phase ended in a way after which nothing more is run."""
        return self._status in _WORSE

    def get(self) -> Record:
        """Return the record as it is now."""
        return self._read()

    def change(self, **values: Any) -> Record:
        """Set values of the record and return it."""
        return self._changed_by(lambda record: record.update(values))

    def enter(self, phase: str) -> None:
        """Start a phase."""
        started = {"phaseType": phase, "startTime": self._twin.now(), "contexts": []}

        def change(record: Record) -> None:
            record["currentPhase"] = phase
            record["phases"].append(started)

        self._changed_by(change)
        if phase == "PROVISIONING":
            self._emit()

    def leave(self, phase: str, status: str, failure: PhaseFailedError | None = None) -> None:
        """End a phase; the first that does not succeed decides over the build."""
        if self._status == "SUCCEEDED" or (status in _WORSE and not self.cut_short):
            self._status = status
        now = self._twin.now()

        def change(record: Record) -> None:
            held = record["phases"][-1]
            held.update(phaseType=phase, phaseStatus=status, endTime=now)
            held["durationInSeconds"] = int((now - held["startTime"]).total_seconds())
            held["contexts"] = [
                {
                    "statusCode": failure.code if failure else "",
                    "message": failure.message if failure else "",
                }
            ]

        self._changed_by(change)

    def complete(self) -> None:
        """End the build."""
        now = self._twin.now()

        def change(record: Record) -> None:
            record["phases"].append({"phaseType": "COMPLETED", "startTime": now})
            record.update(
                currentPhase="COMPLETED",
                buildStatus=self._status,
                buildComplete=True,
                endTime=now,
            )

        self._changed_by(change)
        if not self._twin.stopping.is_set():
            self._emit()

    def _emit(self) -> None:
        """Send the build's state to EventBridge.

        https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html
        """
        build = self._read()
        detail = {
            "build-status": build["buildStatus"],
            "project-name": build["projectName"],
            "build-id": build["arn"],
            "current-phase": build["currentPhase"],
            "version": "1",
            "additional-information": {
                "build-number": build["buildNumber"],
                "build-complete": build["buildComplete"],
                "initiator": build["initiator"],
                "build-start-time": build["startTime"].strftime("%b %d, %Y %I:%M:%S %p"),
                "logs": {
                    "group-name": build["logs"].get("groupName"),
                    "stream-name": build["logs"].get("streamName"),
                },
                "phases": [
                    {"phase-type": phase["phaseType"], "phase-status": phase.get("phaseStatus")}
                    for phase in build["phases"]
                ],
            },
        }
        account_id = build["arn"].split(":")[4]
        events.emit(
            self._twin,
            account_id,
            self.region,
            "aws.codebuild",
            "CodeBuild Build State Change",
            detail,
            [build["arn"]],
        )

    def _changed_by(self, change: Any) -> Record:
        with self._changed:
            record = self._table.change(self._id, change)
            self._changed.notify_all()
        self._last = record or self._last
        return self._last

    def _read(self) -> Record:
        # A reset empties the table while the run still ends: it then works on its last copy.
        found = self._table.get(self._id)
        return found if found is not None else self._last
