"""CodeBuild: starts, stops and describes builds, which run as processes.

Projects are held by moto. Sources are S3, CODEPIPELINE and NO_SOURCE; caches, reports, batch
builds and images are not modelled: commands run with the programs on the twin's PATH.
"""

from __future__ import annotations

import threading
from typing import Any

from twin.call import Call
from twin.engines.codebuild_project import new_build, project_of
from twin.engines.codebuild_record import BuildRecord
from twin.engines.codebuild_run import BuildRun
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

_BUILDS = "codebuild/Build"
_END_SECONDS = 6.0
_COUNTERS = "codebuild/Counter"


class Builds:
    """All builds of a twin; ``changed`` is notified of every change of one."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._running: set[str] = set()
        self._watched: Twin | None = None

    def start_build(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Start a build of a project."""
        name = call.parameters["projectName"].rsplit(":project/", 1)[-1]
        table = twin.table(_BUILDS, call.account_id, call.region)
        token = call.parameters.get("idempotencyToken")
        for build in table.values() if token else []:
            if build["_token"] == token and build["projectName"] == name:
                return {"build": build}
        project = project_of(twin, call.account_id, call.region, name)
        build = new_build(twin, call, project, self._next_number(twin, call, name))
        table.put(build["id"], build)
        record = BuildRecord(twin, table, build["id"], self.changed)
        self._run(twin, build["id"], BuildRun(twin, record, self.changed))
        return {"build": build}

    def retry_build(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Start a build again as it was asked for."""
        build = self._require(twin, call, call.parameters.get("id", ""))
        parameters = {
            **build["_request"],
            "idempotencyToken": call.parameters.get("idempotencyToken"),
        }
        again = Call(**{**call.__dict__, "parameters": parameters})
        return self.start_build(twin, again)

    def stop_build(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Stop a build: its processes are ended at once."""
        build = self._require(twin, call, call.parameters["id"])
        with self.changed:
            changed = self._table(twin, call).change(
                build["id"], lambda record: record.update(_stop=True)
            )
            self.changed.notify_all()
        return {"build": changed}

    def batch_get_builds(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Describe builds."""
        wanted = [_identifier(given) for given in call.parameters["ids"]]
        found = [build for name in wanted if (build := self._table(twin, call).get(name))]
        known = {build["id"] for build in found}
        return {"builds": found, "buildsNotFound": [name for name in wanted if name not in known]}

    def list_builds_for_project(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List the builds of a project, the newest first unless asked otherwise."""
        name = call.parameters["projectName"]
        project_of(twin, call.account_id, call.region, name)
        ids = [b["id"] for b in self._table(twin, call).values() if b["projectName"] == name]
        return {"ids": self._ordered(ids, call)}

    def list_builds(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List all builds."""
        return {"ids": self._ordered(list(self._table(twin, call)), call)}

    def _run(self, twin: Twin, build_id: str, run: BuildRun) -> None:
        if self._watched is not twin:
            self._watched = twin
            twin.on_reset(self._end_all)

        def work() -> None:
            try:
                run.execute()
            finally:
                with self.changed:
                    self._running.discard(build_id)
                    self.changed.notify_all()

        self._running.add(build_id)
        twin.background(f"build {build_id}", work)

    def _end_all(self) -> None:
        """Let builds see that the twin stops, and end their processes."""
        with self.changed:
            self.changed.notify_all()
            self.changed.wait_for(lambda: not self._running, _END_SECONDS)

    @staticmethod
    def _ordered(ids: list[str], call: Call) -> list[str]:
        return ids if call.parameters.get("sortOrder") == "ASCENDING" else ids[::-1]

    @staticmethod
    def _table(twin: Twin, call: Call) -> Table:
        return twin.table(_BUILDS, call.account_id, call.region)

    def _require(self, twin: Twin, call: Call, given: str) -> Record:
        build = self._table(twin, call).get(_identifier(given))
        if build is None:
            raise ServiceError("ResourceNotFoundException", f"Build cannot be found: {given}")
        return build

    def _next_number(self, twin: Twin, call: Call, name: str) -> int:
        table = twin.table(_COUNTERS, call.account_id, call.region)
        table.add(name, {"number": 0})
        counted = table.change(name, lambda record: record.update(number=record["number"] + 1))
        return int(counted["number"]) if counted else 1


def register(registry: Registry) -> Builds:
    """Put CodeBuild's operations into the registry."""
    builds = Builds()
    registry.answers("codebuild", "StartBuild")(builds.start_build)
    registry.answers("codebuild", "RetryBuild")(builds.retry_build)
    registry.answers("codebuild", "StopBuild")(builds.stop_build)
    registry.answers("codebuild", "BatchGetBuilds")(builds.batch_get_builds)
    registry.answers("codebuild", "ListBuildsForProject")(builds.list_builds_for_project)
    registry.answers("codebuild", "ListBuilds")(builds.list_builds)
    return builds


def _identifier(given: str) -> str:
    return given.rsplit(":build/", 1)[-1]
