"""One server of a production variant: the model's archive, its image, and a process that answers.

One process stands for all instances of a variant.
"""

from __future__ import annotations

import http.client
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any

from twin.engines.containers.container import Container, Program, start
from twin.engines.containers.image import Image
from twin.engines.containers.logs import LogStream
from twin.engines.sagemaker.hosting.capture import Capture
from twin.engines.sagemaker.hosting.connections import Answer, Connections
from twin.engines.sagemaker.job import JobFailure, Work
from twin.engines.sagemaker.place import Place
from twin.engines.sagemaker.transfer import Store, TransferError, unpack
from twin.table import Record
from twin.twin import Twin

LOG_GROUP = "/aws/sagemaker/Endpoints"
# What a container gets to answer an invocation:
# https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
LONGEST_INVOCATION_SECONDS = 60
_PING_SECONDS = 2
_PING_PAUSE_SECONDS = 0.05
_START_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_SHOWN_LINES = 8


class ServerFailure(Exception):
    """A server did not come up; the text says why."""


class Server:
    """A process that serves one variant, from its start to its end."""

    def __init__(self, twin: Twin, place: Place, endpoint: str, variant: Mapping[str, Any]) -> None:
        self.variant = variant
        self.name = str(variant["VariantName"])
        self.stream = f"{self.name}/i-{secrets.token_hex(9)[:17]}"
        self._twin, self._place, self._endpoint = twin, place, endpoint
        self._container: Container | None = None
        self._program: Program | None = None
        self._lives = threading.Lock()
        self._ended = False
        self._log: LogStream | None = None
        self._work: Work | None = None
        self._image: Image | None = None
        self._idle = threading.Condition()
        self._busy = 0
        self._connections = Connections(self._connect)
        self.capture: Capture | None = None

    def begin(
        self,
        model: Record,
        capture: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        log_group: str | None = None,
    ) -> None:
        """Fetch model and image with the model's role and start the process.

        Variables of the environment come beside those of the model; raises ServerFailure.
        """
        container = _container_of(self._twin, model)
        role_arn, network = model["ExecutionRoleArn"], model.get("VpcConfig")
        work = Work(self._twin, self._place, model["ModelArn"], role_arn, network)
        work.folder = self._twin.settings.folder / "endpoints" / secrets.token_hex(8)
        self._work = work
        try:
            work.prepare()
            self._image = work.image(container["Image"])
            _fetch_model(work, work.store(), container)
        except (JobFailure, TransferError) as error:
            raise ServerFailure(str(error)) from error
        isolated = bool(model.get("EnableNetworkIsolation"))
        self._program = Program(
            self._image,
            (*self._image.entrypoint, "serve"),
            work.environment(
                {**(container.get("Environment") or {}), **(environment or {})}, isolated=isolated
            ),
            work.folder,
            isolated,
            serves=True,
        )
        self._log = work.log(log_group or f"{LOG_GROUP}/{self._endpoint}", self.stream)
        self._container = start(self._twin.processes, self._program, self._log.write)
        if capture and capture.get("EnableCapture"):
            place = f"{self._endpoint}/{self.name}"
            self.capture = Capture(self._twin, work.store(), capture, place)

    def await_ready(self) -> None:
        """Wait until the container answers /ping; raises ServerFailure."""
        given = self.variant.get("ContainerStartupHealthCheckTimeoutInSeconds")
        until = time.monotonic() + float(given or _START_SECONDS)
        while time.monotonic() < until and self.running and not self._twin.stopping.is_set():
            try:
                if self._exchange("GET", "/ping", None, {}, _PING_SECONDS).status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(_PING_PAUSE_SECONDS)
        lines = list(self._container.lines)[-_SHOWN_LINES:] if self._container else []
        shown = f" The last lines of its log: {' | '.join(lines)}" if lines else ""
        raise ServerFailure(
            f"The primary container for production variant {self.name} did not pass the ping "
            f"health check. Please check CloudWatch logs for this endpoint.{shown}"
        )

    @property
    def running(self) -> bool:
        """Tell whether the process runs."""
        return self._container is not None and self._container.running

    def revive(self) -> None:
        """Start the container anew if it has ended by itself, as SageMaker does."""
        with self._lives:
            if self._ended or self.running or self._program is None or self._log is None:
                return
            (self._program.folder / "door").unlink(missing_ok=True)
            self._container = start(self._twin.processes, self._program, self._log.write)

    def store(self) -> Store:
        """Return S3 as the model's role sees it; the server must have begun."""
        if self._work is None:
            raise ServerFailure("the server has not begun")
        return self._work.store()

    def enter(self) -> None:
        """Count an invocation in: while one is under way, the server does not end."""
        with self._idle:
            self._busy += 1

    def leave(self) -> None:
        """Count an invocation out."""
        with self._idle:
            self._busy -= 1
            self._idle.notify_all()

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send an invocation; raises OSError or HTTPException where the container fails."""
        return self._exchange("POST", "/invocations", body, headers, LONGEST_INVOCATION_SECONDS)

    def end(self, patience: float = 0.0) -> None:
        """End the process, after what is under way, and remove its files."""
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, timeout=patience)
        with self._lives:
            self._ended = True
        self._connections.close()
        if self._container is not None:
            self._container.end(_GRACE_SECONDS)
        if self.capture is not None:
            self.capture.flush()
        if self._log is not None:
            self._log.close()
        if self._work is not None:
            shutil.rmtree(self._work.folder, ignore_errors=True)

    def abandon(self) -> None:
        """Let go of a process that the twin itself ends."""
        self._connections.close()
        if self._log is not None:
            self._log.abandon()
        if self._work is not None:
            shutil.rmtree(self._work.folder, ignore_errors=True)

    def summary(self) -> Record:
        """Describe the variant as DescribeEndpoint does."""
        count = self.variant.get("InitialInstanceCount")
        weight = float(self.variant.get("InitialVariantWeight", 1.0))
        record: Record = {
            "VariantName": self.name,
            "CurrentWeight": weight,
            "DesiredWeight": weight,
        }
        if count is not None:
            record |= {"CurrentInstanceCount": count, "DesiredInstanceCount": count}
        if self._image is not None:
            deployed = {"SpecifiedImage": self._image.uri, "ResolvedImage": self._image.resolved}
            record["DeployedImages"] = [{**deployed, "ResolutionTime": self._twin.now()}]
        return record

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], seconds: float
    ) -> Answer:
        return self._connections.exchange(method, path, body, headers, seconds)

    def _connect(self) -> socket.socket:
        if self._container is None:
            raise ConnectionRefusedError("the container has not started")
        return self._container.connect()


def _container_of(twin: Twin, model: Record) -> Record:
    containers = [model["PrimaryContainer"]] if model.get("PrimaryContainer") else []
    containers = containers or list(model.get("Containers") or [])
    if len(containers) != 1:
        raise ServerFailure("The twin serves models of one container.")
    container: Record = containers[0]
    package_arn = container.get("ModelPackageName")
    if not package_arn:
        return container
    key = str(package_arn).split("/", 1)[-1]
    package = Place.of_arn(package_arn).table(twin, "ModelPackage").get(key)
    if package is None:
        raise ServerFailure(f"ModelPackage {package_arn} does not exist.")
    packaged: Record = package["InferenceSpecification"]["Containers"][0]
    given = (packaged.get("Environment") or {}) | (container.get("Environment") or {})
    return {**packaged, "Environment": given}


def _fetch_model(work: Work, store: Store, container: Record) -> None:
    """Lay the model's files below /opt/ml/model."""
    source = (container.get("ModelDataSource") or {}).get("S3DataSource")
    uri = container.get("ModelDataUrl")
    folder = work.ml / "model"
    if source is not None:
        uri = source["S3Uri"]
        if source.get("CompressionType") == "None":
            store.download(uri, folder)
            return
    if uri:
        archive = work.folder / "archive" / str(uri).rsplit("/", 1)[-1]
        try:
            # An archive is one object: to get it is all that AWS asks of the role.
            store.fetch(uri, archive)
        except TransferError as error:
            raise ServerFailure(
                f"Could not access model data at {uri}. Please ensure that the role "
                f'"{work.role_arn}" exists and that its trust relationship policy allows the '
                'action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". '
                'Also ensure that the role has "s3:GetObject" permissions and that the object is '
                f"located in {work.place.region}. {error}"
            ) from error
        unpack(archive, folder)
        shutil.rmtree(archive.parent)
