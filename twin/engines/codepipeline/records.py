"""The records of pipelines, executions and actions, and the one lock over all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twin.call import Call
from twin.errors import ServiceError
from twin.table import Record, Table
from twin.twin import Twin

RUNNING = ("InProgress", "Stopping")


@dataclass(frozen=True)
class Place:
    """An account and region of a twin, with its tables of CodePipeline."""

    twin: Twin
    changed: threading.Condition
    account_id: str
    region: str

    @property
    def pipelines(self) -> Table:
        """Pipelines by name, as they were declared."""
        return self._table("Pipeline")

    @property
    def progress(self) -> Table:
        """By pipeline: transitions, the latest execution of each stage, the number of starts."""
        return self._table("Progress")

    @property
    def executions(self) -> Table:
        """Executions by id, in the order in which they started."""
        return self._table("Execution")

    @property
    def actions(self) -> Table:
        """Action executions by id, in the order in which they started."""
        return self._table("ActionExecution")

    def pipeline_arn(self, name: str) -> str:
        """Return the ARN of a pipeline."""
        return f"arn:aws:codepipeline:{self.region}:{self.account_id}:{name}"

    def declaration(self, name: str) -> Record:
        """Return a pipeline as it is now; ServiceError PipelineNotFoundException if none."""
        found = self.pipelines.get(name)
        if found is None:
            raise ServiceError(
                "PipelineNotFoundException",
                f"Account '{self.account_id}' does not have a pipeline with name '{name}'",
            )
        return dict(found["pipeline"])

    def progress_of(self, name: str) -> Record:
        """Return the progress of a pipeline."""
        return self.progress.get(name) or {"transitions": {}, "latest": {}, "started": 0}

    def change_progress(self, name: str, change: Callable[[Record], None]) -> Record:
        """Change the progress of a pipeline."""
        self.progress.add(name, self.progress_of(name))
        return self.change(self.progress, name, change) or self.progress_of(name)

    def stage(self, declaration: Record, name: str) -> Record:
        """Return a stage of a declaration."""
        for stage in declaration["stages"]:
            if stage["name"] == name:
                return dict(stage)
        raise ServiceError(
            "StageNotFoundException",
            f"Pipeline '{declaration['name']}' does not have a stage named '{name}'",
        )

    def execution(self, pipeline: str, execution_id: str) -> Record:
        """Return an execution of a pipeline."""
        found = self.executions.get(execution_id)
        if found is None or found["pipeline"] != pipeline:
            raise ServiceError(
                "PipelineExecutionNotFoundException",
                f"Account '{self.account_id}' does not have an execution with id "
                f"'{execution_id}' for pipeline '{pipeline}'",
            )
        return found

    def executions_of(self, pipeline: str) -> list[Record]:
        """Return the executions of a pipeline, oldest first."""
        return [item for item in self.executions.values() if item["pipeline"] == pipeline]

    def change(self, table: Table, key: str, change: Callable[[Record], None]) -> Record | None:
        """Change a record under the lock and tell everybody who waits."""
        with self.changed:
            record = table.change(key, change)
            self.changed.notify_all()
            return record

    def change_execution(self, execution_id: str, **values: Any) -> Record | None:
        """Set values of an execution."""
        values = {"lastUpdateTime": self.twin.now(), **values}
        return self.change(self.executions, execution_id, lambda record: record.update(values))

    def change_action(self, action_id: str, **values: Any) -> Record | None:
        """Set values of an action execution."""
        values = {"lastUpdateTime": self.twin.now(), **values}
        return self.change(self.actions, action_id, lambda record: record.update(values))

    def _table(self, kind: str) -> Table:
        return self.twin.table(f"codepipeline/{kind}", self.account_id, self.region)


def page(items: list[Any], call: Call, key: str, most: int = 100) -> dict[str, Any]:
    """Return one page of a list, as ``nextToken`` and ``maxResults`` ask for it."""
    token = call.parameters.get("nextToken") or "0"
    if not token.isdigit():
        raise ServiceError("InvalidNextTokenException", "The next token is not valid")
    size = min(int(call.parameters.get("maxResults") or most), most)
    start = int(token)
    answer: dict[str, Any] = {key: items[start : start + size]}
    if start + size < len(items):
        answer["nextToken"] = str(start + size)
    return answer
