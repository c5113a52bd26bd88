"""Model builds: the project that compiles nothing and puts SageMaker pipelines in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Finding
from scripts.access import Access, aws_errors
from scripts.waiting import Patience


@dataclass(frozen=True)
class Build:
    """One build and how it stands."""

    id: str
    status: str
    is_complete: bool
    reason: str | None
    log: tuple[str, str] | None


class ModelBuilds:
    """The builds of a project that puts pipelines in place."""

    def __init__(self, access: Access, region: str, project: str) -> None:
        self._client = access.client("codebuild", region)
        self._logs = access.client("logs", region)
        self._endpoint = access.endpoint
        self._project = project

    def of_push(self, version: str, patience: Patience) -> Build:
        """Give the build that a push started, by the version of the source package."""
        address = f"build project {self._project}"
        return patience.last(address, lambda: self._of_version(version), bool)[0]

    def start(self, version: str) -> Build:
        """Start a build of one version of the source package."""
        with self._errors("must be startable"):
            started = self._client.start_build(projectName=self._project, sourceVersion=version)
        return _build(started["build"])

    def wait(self, build: Build, patience: Patience) -> Build:
        """Wait until a build has ended; refuse one that did not succeed."""
        ended = patience.last(build.id, lambda: self._read(build.id), lambda b: b.is_complete)
        if ended.status != "SUCCEEDED":
            told = self._last_words(ended) or ended.reason
            raise Finding(f"build {ended.id}", "must succeed", got=f"{ended.status}: {told}")
        return ended

    def _of_version(self, version: str) -> list[Build]:
        with self._errors("must have builds that can be read"):
            ids = self._client.list_builds_for_project(
                projectName=self._project, sortOrder="DESCENDING"
            )["ids"]
            builds = self._client.batch_get_builds(ids=ids)["builds"] if ids else []
        return [_build(build) for build in builds if build.get("sourceVersion") == version]

    def _read(self, build_id: str) -> Build:
        with self._errors("must have builds that can be read"):
            return _build(self._client.batch_get_builds(ids=[build_id])["builds"][0])

    def _last_words(self, build: Build) -> str | None:
        if build.log is None:
            return None
        group, stream = build.log
        with self._errors("must have a log that can be read"):
            events = self._logs.get_log_events(
                logGroupName=group, logStreamName=stream, startFromHead=False, limit=50
            )["events"]
        lines = [event["message"].strip() for event in events if event["message"].strip()]
        # Our own sentence says more than CodeBuild's word that a command failed.
        ours = [line for line in lines if ": must " in line]
        telling = ours or [line for line in lines if "must " in line or "Error" in line]
        return str((telling or lines)[-1]) if lines else None

    def _errors(self, must_hold: str) -> Any:
        return aws_errors(f"build project {self._project}", must_hold, self._endpoint)


def _build(found: Mapping[str, Any]) -> Build:
    logs = found.get("logs") or {}
    named = logs.get("groupName") and logs.get("streamName")
    status = str(found["buildStatus"])
    contexts = [
        context.get("message")
        for phase in found.get("phases", [])
        for context in phase.get("contexts", [])
        if context.get("message")
    ]
    return Build(
        id=str(found["id"]),
        status=status,
        is_complete=bool(found.get("buildComplete", status != "IN_PROGRESS")),
        reason=contexts[-1] if contexts else None,
        log=(str(logs["groupName"]), str(logs["streamName"])) if named else None,
    )
