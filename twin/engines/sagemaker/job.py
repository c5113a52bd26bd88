"""What all kinds of jobs have in common: a role, an image, a container, a limit and an end."""

from __future__ import annotations

import json
import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.call import Position
from twin.engines.containers.container import Container, Program, start
from twin.engines.containers.image import Image, ImageError, parse, pull
from twin.engines.containers.logs import LogStream
from twin.engines.sagemaker.borrowing import borrow
from twin.engines.sagemaker.place import Place
from twin.engines.sagemaker.session import RoleSession
from twin.engines.sagemaker.transfer import Store
from twin.errors import ServiceError
from twin.network import NoSuchPlace, configured
from twin.twin import Twin

_log = logging.getLogger(__name__)
_GRACE_SECONDS = 10.0
# What SageMaker shows of a container's own message.
_MESSAGE_LENGTH = 1024
HOSTS = {"current_host": "algo-1", "hosts": ["algo-1"], "network_interface_name": "eth0"}


class JobFailure(Exception):
    """A job ends as failed; the text is its FailureReason."""


@dataclass(frozen=True)
class Ended:
    """How a job's container ended."""

    code: int
    stopped: bool
    timed_out: bool


class Work:
    """One run of a job: its folder, its role's session and, once it runs, its container.

    ``network`` is its VpcConfig. The container and what SageMaker fetches and stores for it go
    through that VPC, or over the internet without one; images are pulled and logs are written from
    SageMaker's own network in both cases.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
    """

    def __init__(
        self,
        twin: Twin,
        place: Place,
        arn: str,
        role_arn: str,
        network: Mapping[str, Any] | None = None,
        volume_key: str | None = None,
    ) -> None:
        self.twin, self.place, self.arn, self.role_arn = twin, place, arn, role_arn
        self._network, self._volume_key = network, volume_key
        kind, _, self.name = arn.split(":", 5)[-1].partition("/")
        jobs = twin.settings.folder / "jobs"
        self.folder = jobs / f"{place.account_id}-{place.region}" / kind / self.name
        self.stopping = twin.stopping
        self.done = threading.Event()
        self.session = RoleSession(twin, place, role_arn, arn)
        self._lock = threading.Lock()
        self._stopped = False
        self._container: Container | None = None

    @property
    def ml(self) -> Path:
        """The folder that the container sees as /opt/ml."""
        return self.folder / "ml"

    @property
    def position(self) -> Position:
        """From where in the network the job acts; raises JobFailure for a VPC that is not there."""
        try:
            return configured(self._network)
        except NoSuchPlace as error:
            raise JobFailure(f"ClientError: {error}") from error

    @property
    def stopped(self) -> bool:
        """Tell whether somebody has stopped the job."""
        return self._stopped

    def store(self) -> Store:
        """Return S3 as the job's role sees it; raises JobFailure."""
        return Store(self.session, self.position)

    def image(self, uri: str) -> Image:
        """Return the image, read with the job's role; raises JobFailure."""
        folder = self.twin.settings.folder / "images"
        try:
            return pull(self.session.client("ecr", parse(uri).region), uri, folder)
        except ImageError as error:
            raise JobFailure(f"ClientError: Cannot pull algorithm container. {error}") from error

    def log(self, group: str, stream: str) -> LogStream:
        """Return a stream of CloudWatch Logs that is written with the role's rights."""
        return LogStream(lambda: self.session.client("logs"), group, stream)

    def prepare(self) -> None:
        """Make an empty folder; raises JobFailure where the role does not carry a job."""
        lent = self.session.credentials
        try:
            borrow(self.twin, self.place, lent, self._network, self._volume_key)
        except ServiceError as error:
            raise JobFailure(f"ClientError: {error.message}") from error
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("input/config", "input/data", "model", "output"):
            (self.ml / name).mkdir(parents=True)

    def write(self, name: str, document: Any) -> None:
        """Write a configuration file below /opt/ml."""
        path = self.ml / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2, default=str), encoding="utf-8")

    def message(self, name: str) -> str:
        """Return what the container left as its message in a file below /opt/ml/output."""
        try:
            content = (self.ml / "output" / name).read_bytes()[:_MESSAGE_LENGTH]
        except OSError:
            return ""
        return content.decode("utf-8", "replace").strip()

    def environment(self, given: Mapping[str, str], *, isolated: bool) -> dict[str, str]:
        """Return the variables of the container.

        An isolated one gets no credentials:
        https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
        The others get the session of the role, which on AWS they fetch from an endpoint.
        """
        region = {"AWS_REGION": self.place.region, "AWS_DEFAULT_REGION": self.place.region}
        if isolated:
            return {**region, **given}
        acting = self.twin.environment(self.session.credentials, self.place.region, self.position)
        return {**acting, **given}

    def run(
        self, program: Program, group: str, seconds: float, watch: Watch | None = None
    ) -> Ended:
        """Run the container until it ends, is stopped, or its time is over."""
        stream = self.log(group, f"{self.name}/algo-1-{int(time.time())}")

        def write(line: str) -> None:
            stream.write(line)
            if watch is not None:
                watch(line)

        try:
            with self._lock:
                if self._stopped:
                    return Ended(143, stopped=True, timed_out=False)
                self._container = start(self.twin.processes, program, write)
            return self._await(self._container, seconds)
        finally:
            stream.close()

    def _await(self, container: Container, seconds: float) -> Ended:
        late = threading.Event()

        def end() -> None:
            late.set()
            container.end(_GRACE_SECONDS)

        # Waiting with a limit would look at the process every 50 ms only.
        limit = threading.Timer(min(seconds, threading.TIMEOUT_MAX), end)
        limit.daemon = True
        limit.start()
        code = container.wait()
        limit.cancel()
        return Ended(code, stopped=self._stopped, timed_out=late.is_set() and not self._stopped)

    def stop(self) -> None:
        """End the container; a job that has none yet does not start it."""
        with self._lock:
            self._stopped = True
            container = self._container
        if container is not None and container.running:
            self.twin.background(f"stop {self.name}", lambda: _end(container))

    def interrupt(self) -> None:
        """End the container, as of a machine that is taken away; the job is not stopped."""
        with self._lock:
            container = self._container
        if container is not None and container.running:
            self.twin.background(f"interrupt {self.name}", lambda: _end(container))


Watch = Callable[[str], None]


def _end(container: Container) -> None:
    container.end(_GRACE_SECONDS)


class Works:
    """The jobs of one kind that run now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Work] = {}

    def start(self, work: Work, run: Callable[[Work], None]) -> None:
        """Run a job in the background."""
        with self._lock:
            self._running[work.arn] = work

        def guarded() -> None:
            try:
                run(work)
            finally:
                with self._lock:
                    self._running.pop(work.arn, None)
                work.done.set()
                shutil.rmtree(work.folder, ignore_errors=True)

        work.twin.background(f"job {work.name}", guarded)

    def wait(self, arn: str) -> None:
        """Wait until a job has ended."""
        with self._lock:
            work = self._running.get(arn)
        if work is not None:
            work.done.wait()

    def stop(self, arn: str) -> None:
        """Stop a job if it runs."""
        with self._lock:
            work = self._running.get(arn)
        if work is not None:
            work.stop()
