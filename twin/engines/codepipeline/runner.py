"""Carries executions through the stages of their pipeline, each on a thread of its own.

https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from twin.engines.codepipeline import announcements, approval, build, source_s3, waiting
from twin.engines.codepipeline.action import ActionRun, Provider
from twin.engines.codepipeline.records import Place
from twin.table import Record

_PROVIDERS: Mapping[tuple[str, str, str], Provider] = {
    ("Source", "AWS", "S3"): source_s3.run,
    ("Build", "AWS", "CodeBuild"): build.run,
    ("Test", "AWS", "CodeBuild"): build.run,
    ("Approval", "AWS", "Manual"): approval.run,
}


class Runner:
    """One execution, from the stage at which it starts or is retried to its end."""

    def __init__(
        self, place: Place, execution_id: str, stages: Sequence[Mapping[str, Any]]
    ) -> None:
        self._place = place
        self._id = execution_id
        self._stages = stages
        self._stopping = place.twin.stopping

    def start(self, done: frozenset[str] = frozenset()) -> None:
        """Run in the background; actions that are ``done`` are left out of the first stage."""
        self._place.twin.background(f"execution {self._id}", lambda: self._run(done))

    def _run(self, done: frozenset[str]) -> None:
        following = [*(stage["name"] for stage in self._stages[1:]), None]
        for stage, after in zip(self._stages, following, strict=True):
            if not waiting.enter(self._place, self._id, stage["name"], self._stopping):
                return
            self._tell_stage(stage["name"], "STARTED")
            if not self._stage(stage, done, after):
                return
            done = frozenset()
        self._finish("Succeeded", "SUCCEEDED")

    def _stage(self, stage: Mapping[str, Any], done: frozenset[str], after: str | None) -> bool:
        """Run the actions of a stage by run order, those of one order side by side."""
        name = stage["name"]
        actions = sorted(
            (action for action in stage["actions"] if action["name"] not in done),
            key=lambda action: int(action["runOrder"]),
        )
        for _, group in groupby(actions, key=lambda action: int(action["runOrder"])):
            failed = self._group(name, list(group))
            execution = self._place.executions.get(self._id)
            if self._stopping.is_set() or execution is None:
                return False
            if failed is not None:
                self._leave(name, "Failed", "FAILED")
                self._finish("Failed", "FAILED", failed)
                return False
            if execution["stop"]:
                self._leave(name, "Stopped", "STOPPED")
                self._finish("Stopped", "STOPPED", execution["stop"]["reason"])
                return False
        self._leave(name, "Succeeded", "SUCCEEDED", after)
        return True

    def _group(self, stage: str, actions: Sequence[Mapping[str, Any]]) -> str | None:
        """Run actions side by side; return why the first of them failed, or None."""
        runs = [ActionRun(self._place, self._id, stage, action) for action in actions]
        for run in runs:
            run.begin()
        for run, action in list(zip(runs, actions, strict=True))[1:]:
            self._start(run, action)
        self._work(runs[0], actions[0])
        ids = [run.action_id for run in runs]
        with self._place.changed:
            while not self._stopping.is_set() and self._in_progress(ids):
                self._place.changed.wait(1.0)
        for action_id in ids:
            record = self._place.actions.get(action_id)
            if record is not None and record["status"] == "Failed":
                error = record["output"]["executionResult"]["errorDetails"]
                return f"{stage}/{record['actionName']}: {error['message']}"
        return None

    def _start(self, run: ActionRun, action: Mapping[str, Any]) -> None:
        name = f"action {run.action_id}"
        self._place.twin.background(name, lambda: self._work(run, action))

    def _work(self, run: ActionRun, action: Mapping[str, Any]) -> None:
        kind = action["actionTypeId"]
        run.execute(_PROVIDERS.get((kind["category"], kind["owner"], kind["provider"])))

    def _in_progress(self, action_ids: Sequence[str]) -> bool:
        records = [self._place.actions.get(action_id) for action_id in action_ids]
        return any(record is not None and record["status"] == "InProgress" for record in records)

    def _leave(self, stage: str, status: str, state: str, after: str | None = None) -> None:
        """Free a stage and line up for the next in one step, so that nobody overtakes."""

        def change(execution: Record) -> None:
            execution["stages"][stage] = status
            execution["stage"] = None
            execution["waiting"] = after
            execution["lastUpdateTime"] = self._place.twin.now()

        execution = self._place.change(self._place.executions, self._id, change)
        if execution is not None:
            announcements.stage_changed(self._place, execution, stage, state)

    def _tell_stage(self, stage: str, state: str) -> None:
        execution = self._place.executions.get(self._id)
        if execution is not None:
            announcements.stage_changed(self._place, execution, stage, state)

    def _finish(self, status: str, state: str, summary: str | None = None) -> None:
        values: dict[str, Any] = {"status": status, "waiting": None, "stage": None}
        if summary is not None:
            values["statusSummary"] = summary
        execution = self._place.change_execution(self._id, **values)
        if execution is not None:
            announcements.execution_changed(self._place, execution, state)
