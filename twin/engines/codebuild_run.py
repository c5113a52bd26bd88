"""Runs one build: its phases in order, with the role of the project and nothing else.

https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.call import Position
from twin.credentials import Credentials
from twin.engines import codebuild_artifacts as artifacts
from twin.engines import codebuild_buildspec as buildspec
from twin.engines import codebuild_environment as environment
from twin.engines import codebuild_sources as sources
from twin.engines.codebuild_logs import LogStream
from twin.engines.codebuild_record import BuildRecord, PhaseFailedError
from twin.engines.codebuild_shell import Outcome, Shell, Watch
from twin.errors import ServiceError
from twin.network import OUTSIDE, NoSuchPlace, configured, of_service
from twin.twin import Twin

_log = logging.getLogger(__name__)
_SERVICE = "codebuild.amazonaws.com"
_LEFT = timedelta(minutes=5)


class BuildRun:
    """One build from its start to its end."""

    def __init__(self, twin: Twin, record: BuildRecord, changed: threading.Condition) -> None:
        self._twin = twin
        self._record = record
        self._changed = changed
        self._stopping = twin.stopping
        self._build = record.get()
        self._root: Path = twin.settings.folder / "builds" / self._build["id"].split(":", 1)[1]
        self._source: Path = self._root / "src" / "00"
        self._deadline = twin.now() + timedelta(minutes=self._build["timeoutInMinutes"])
        self._credentials: Credentials | None = None
        self._logs: LogStream | None = None
        self._logged_as: Credentials | None = None
        self._shell: Shell | None = None
        self._spec = buildspec.Buildspec()
        self._temporary: Path | None = None
        self._position = OUTSIDE

    def execute(self) -> None:
        """Run all phases, then leave nothing behind but the record and the logs."""
        try:
            self._run()
        finally:
            if self._shell is not None:
                self._shell.close()
            self._forward(final=True)
            shutil.rmtree(self._root, ignore_errors=True)
            if self._temporary is not None:
                shutil.rmtree(self._temporary, ignore_errors=True)
            self._record.complete()

    def _run(self) -> None:
        if not self._phase("PROVISIONING", self._provision):
            return
        if self._phase("DOWNLOAD_SOURCE", self._download) and self._commands():
            self._phase("UPLOAD_ARTIFACTS", self._upload)
        self._phase("FINALIZING", lambda: None)

    def _commands(self) -> bool:
        """Run the phases of the buildspec; tell whether artifacts are uploaded afterwards.

        After a failed build comes post_build; any other failure ends the build, unless the
        phase says otherwise itself.
        """
        for name in buildspec.PHASES:
            phase = self._spec.phases.get(name, buildspec.Phase())
            done = self._phase(name.upper(), partial(self._run_commands, phase))
            if done:
                continue
            if self._shell is not None:
                self._shell.environment["CODEBUILD_BUILD_SUCCEEDING"] = "0"
            if self._record.cut_short or phase.on_failure == "ABORT":
                return False
            if phase.on_failure is None and name in ("install", "pre_build"):
                return False
        return True

    def _phase(self, name: str, work: Callable[[], None]) -> bool:
        self._say(f"Entering phase {name}")
        self._record.enter(name)
        try:
            self._check_ending()
            work()
        except PhaseFailedError as failure:
            return self._failed(name, failure)
        except ClientError as error:
            answered = error.response["Error"]
            message = f"{answered.get('Code')}: {answered.get('Message')}"
            return self._failed(name, PhaseFailedError("FAILED", "CLIENT_ERROR", message))
        except (ServiceError, sources.SourceError, artifacts.ArtifactError) as error:
            return self._failed(name, PhaseFailedError("FAILED", "CLIENT_ERROR", str(error)))
        except (BotoCoreError, OSError, ValueError, KeyError) as error:
            _log.exception("build %s, %s", self._build["id"], name)
            message = f"{type(error).__name__}: {error}"
            return self._failed(name, PhaseFailedError("FAULT", "INTERNAL_SERVICE_ERROR", message))
        self._record.leave(name, "SUCCEEDED")
        self._say(f"Phase complete: {name} State: SUCCEEDED")
        return True

    def _failed(self, name: str, failure: PhaseFailedError) -> bool:
        self._say(f"Phase complete: {name} State: {failure.status}")
        self._say(f"Phase context status code: {failure.code} Message: {failure.message}")
        self._record.leave(name, failure.status, failure)
        return False

    def _provision(self) -> None:
        (self._root / "home").mkdir(parents=True, exist_ok=True)
        # Not below the state folder: what a build starts may put a socket there (Terraform's
        # plugins do), and a socket's path may have 107 bytes only.
        self._temporary = Path(tempfile.mkdtemp(prefix="build-"))
        build = self._build
        try:
            self._session()
        except ServiceError as error:
            message = (
                "CodeBuild is not authorized to perform: sts:AssumeRole on "
                f"{build['serviceRole']}. "
                "Please verify that the service role exists and has the necessary trust policy "
                "configured."
            )
            raise PhaseFailedError("FAILED", "ACCESS_DENIED", message) from error
        self._position = self._placed()
        names = build["logs"].get("groupName"), build["logs"].get("streamName")
        if names[0] and names[1]:
            stream = (names[0], names[1])
            logs = LogStream(self._logging(), stream, self._root / "log", self._twin.now)
            try:
                logs.open()
            except ClientError as error:
                message = (
                    f"Service role {build['serviceRole']} does not allow AWS CodeBuild to create "
                    f"Amazon CloudWatch Logs log streams for build {build['arn']}. Error message: "
                    f"{error.response['Error'].get('Message')}"
                )
                raise PhaseFailedError("FAILED", "ACCESS_DENIED", message) from error
            self._logs, self._logged_as = logs, self._credentials

    def _placed(self) -> Position:
        """Return where the build stands in the network."""
        try:
            return configured(self._build.get("vpcConfig"))
        except NoSuchPlace as error:
            raise PhaseFailedError("FAILED", "VPC_CLIENT_ERROR", str(error)) from error

    def _download(self) -> None:
        build = self._build
        found = sources.fetch(
            build["source"], build.get("sourceVersion"), self._source, self._client
        )
        if found:
            build = self._record.change(resolvedSourceVersion=found)
        folders = {"": str(self._source)}
        versions = {
            v["sourceIdentifier"]: v["sourceVersion"] for v in build["secondarySourceVersions"]
        }
        for number, source in enumerate(build["secondarySources"], start=1):
            identifier = source["sourceIdentifier"]
            folder = self._root / "src" / f"{number:02d}"
            sources.fetch(source, versions.get(identifier), folder, self._client)
            folders[identifier] = str(folder)
        try:
            self._spec = buildspec.parse(self._buildspec())
        except (buildspec.BuildspecError, FileNotFoundError) as error:
            raise PhaseFailedError("FAILED", "YAML_FILE_ERROR", str(error)) from error
        self._shell = self._open_shell(build, folders)

    def _buildspec(self) -> str:
        text = str(self._build["source"].get("buildspec") or "buildspec.yml")
        if buildspec.is_inline(text):
            return text
        return (self._source / text).read_text(encoding="utf-8")

    def _open_shell(self, build: dict[str, Any], folders: dict[str, str]) -> Shell:
        try:
            declared = environment.declared(build, self._spec, self._client)
        except (ClientError, ServiceError, ValueError) as error:
            raise PhaseFailedError("FAILED", "Decrypted Variables Error", str(error)) from error
        variables = {
            **environment.from_twin(self._twin.settings.path),
            "HOME": str(self._root / "home"),
            "TMPDIR": str(self._temporary),
            **self._twin.environment(self._session(), self._record.region, self._position),
            **declared,
            **environment.of_build(build, folders),
        }
        watch = Watch(self._changed, self._ending, self._forward)
        return Shell(self._twin, self._spec.shell, self._root, variables, watch)

    def _run_commands(self, phase: buildspec.Phase) -> None:
        if self._shell is None:
            return
        outcome = self._shell.run(phase.commands)
        last = outcome if outcome.cut_short else self._shell.run(phase.finally_commands)
        self._judge(outcome)
        self._judge(last)

    def _judge(self, outcome: Outcome) -> None:
        if outcome.cut_short:
            self._check_ending()
        if outcome.code:
            reason = f"exit status {outcome.code}"
            message = f"Error while executing command: {outcome.command}. Reason: {reason}"
            raise PhaseFailedError("FAILED", "COMMAND_EXECUTION_ERROR", message)

    def _upload(self) -> None:
        if self._shell is not None and self._spec.exported:
            variables = self._shell.environment
            self._record.change(
                exportedEnvironmentVariables=[
                    {"name": name, "value": variables[name]}
                    for name in self._spec.exported
                    if name in variables
                ]
            )
        client = self._client("s3")
        build = self._record.get()
        primary, secondary = artifacts.upload(build, self._spec, self._source, client)
        self._record.change(artifacts=primary, secondaryArtifacts=secondary)

    def _client(self, service: str) -> Any:
        """Return a client that acts from where the build runs.

        Input and output of a build, and what its environment names, go through its VPC:
        https://docs.aws.amazon.com/codebuild/latest/userguide/use-vpc-endpoints-with-codebuild.html
        """
        return self._twin.client(service, self._session(), self._record.region, self._position)

    def _logging(self) -> Any:
        """Return a client for the log, which CodeBuild writes from a network of its own."""
        own = of_service(_SERVICE)
        return self._twin.client("logs", self._session(), self._record.region, own)

    def _session(self) -> Credentials:
        """Return keys of the project's role, taken again before they are over."""
        held, build = self._credentials, self._build
        if held is None or (held.expires and held.expires - self._twin.now() < _LEFT):
            held = self._credentials = self._twin.service_session(
                build["serviceRole"],
                _SERVICE,
                f"AWSCodeBuild-{build['id'].split(':', 1)[1]}",
                source_arn=build["_project_arn"],
                source_account=build["arn"].split(":")[4],
            )
        return held

    def _ending(self) -> str | None:
        if self._stopping.is_set() or self._record.stop_requested:
            return "STOPPED"
        return "TIMED_OUT" if self._twin.now() >= self._deadline else None

    def _check_ending(self) -> None:
        why = self._ending()
        if why == "STOPPED":
            raise PhaseFailedError("STOPPED", "BUILD_STOPPED", "Build was stopped")
        if why == "TIMED_OUT":
            minutes = self._build["timeoutInMinutes"]
            message = f"Build has timed out. It ran longer than {minutes} minutes"
            raise PhaseFailedError("TIMED_OUT", "BUILD_TIMED_OUT", message)

    def _say(self, text: str) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        when = self._twin.now().strftime("%Y/%m/%d %H:%M:%S.%f")
        with Path(self._root / "log").open("a", encoding="utf-8") as log:
            log.write(f"[Container] {when} {text}\n")

    def _forward(self, *, final: bool = False) -> None:
        """Forward the output; a twin that stops keeps no logs."""
        if self._logs is None or self._stopping.is_set():
            return
        try:
            if self._session() is not self._logged_as:
                self._logs.use(self._logging())
                self._logged_as = self._credentials
            self._logs.forward(final=final)
        except (ClientError, BotoCoreError, ServiceError) as error:
            _log.warning("build %s: logs are lost: %s", self._build["id"], error)
            self._logs = None
