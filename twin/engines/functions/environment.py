"""One execution environment: a process that holds a function and judges one event at a time.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.call import Position
from twin.credentials import Credentials
from twin.engines.codebuild_logs import LogStream
from twin.engines.functions.function import Function
from twin.errors import ServiceError
from twin.network import NoSuchPlace, configured, of_service
from twin.twin import Twin

_log = logging.getLogger(__name__)
_SERVICE = "lambda.amazonaws.com"
_PROGRAM = Path(__file__).with_name("program.py")
# AWS gives ten seconds to load a function; a laptop may have more to do at that moment.
_LOADING_SECONDS = 60.0
_LIFE_SECONDS = 1800.0
_TAIL_BYTES = 4096


@dataclass(frozen=True)
class Outcome:
    """What became of an event: what was answered, or how it failed."""

    payload: bytes
    failed: bool
    log_tail: bytes = b""


class Environment:
    """A process of one function; it ends when it is closed, fails or runs too long."""

    def __init__(self, twin: Twin, function: Function) -> None:
        self._twin = twin
        self._function = function
        self._born = time.monotonic()
        self._folder = Path(tempfile.mkdtemp(prefix="twin-function-"))
        self._output = self._folder / "output"
        self._stream_name = f"{twin.now():%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        credentials = twin.service_session(
            function.role_arn,
            _SERVICE,
            function.name,
            source_arn=function.arn,
            source_account=function.account_id,
        )
        self._logs = self._open_log(credentials)
        self._process, self._connection = self._start(credentials)
        self._replies = self._connection.makefile("rb") if self._connection else None

    @property
    def usable(self) -> bool:
        """Tell whether another event may be given to the process."""
        young = time.monotonic() - self._born < _LIFE_SECONDS
        return young and self._connection is not None and self._process.poll() is None

    def serves(self, function: Function) -> bool:
        """Tell whether this is an environment of the function as it is now."""
        return self._function.identity == function.identity

    def run(self, request_id: str, event: bytes) -> Outcome:
        """Give an event to the function and wait for what it makes of it."""
        started = time.monotonic()
        position = self._size()
        self._write(f"START RequestId: {request_id} Version: $LATEST\n")
        answer = self._asked(request_id, event)
        milliseconds = (time.monotonic() - started) * 1000
        self._write(
            f"END RequestId: {request_id}\n"
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\t"
            f"Memory Size: {self._function.memory} MB\n"
        )
        self._forward()
        with self._output.open("rb") as file:
            file.seek(max(position, self._size() - _TAIL_BYTES))
            tail = file.read()
        if "error" in answer:
            answer["error"].setdefault("requestId", request_id)
            return Outcome(json.dumps(answer["error"]).encode(), failed=True, log_tail=tail)
        return Outcome(str(answer["result"]).encode(), failed=False, log_tail=tail)

    def close(self) -> None:
        """End the process and leave nothing behind."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process.poll() is None:
            self._twin.processes.end(self._process, grace=1.0)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _asked(self, request_id: str, event: bytes) -> dict[str, Any]:
        seconds = self._function.timeout_seconds
        if self._connection is None or self._replies is None:
            return _error("Runtime.ExitError", f"RequestId: {request_id} Error: {self._ended()}")
        line = {
            "request_id": request_id,
            "arn": self._function.arn,
            "end": time.time() + seconds,
            "event": json.loads(event),
        }
        self._connection.settimeout(seconds)
        try:
            self._connection.sendall(json.dumps(line).encode() + b"\n")
            reply = self._replies.readline()
        except TimeoutError:
            message = f"{request_id} Task timed out after {seconds:.2f} seconds"
            self._write(message + "\n")
            self.close_process()
            return _error("Sandbox.Timedout", f"RequestId: {message}")
        except OSError:
            reply = b""
        if not reply:
            self.close_process()
            return _error("Runtime.ExitError", f"RequestId: {request_id} Error: {self._ended()}")
        read: dict[str, Any] = json.loads(reply)
        return read

    def close_process(self) -> None:
        """End the process, but keep what it wrote until it is forwarded."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process.poll() is None:
            self._twin.processes.end(self._process, grace=0.5)

    def _ended(self) -> str:
        code = self._process.poll()
        return f"Runtime exited with error: exit status {code}"

    def _start(
        self, credentials: Credentials
    ) -> tuple[subprocess.Popen[bytes], socket.socket | None]:
        task = self._folder / "task"
        with zipfile.ZipFile(io.BytesIO(self._function.code)) as archive:
            archive.extractall(task)
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # A socket's path may have 107 bytes only, so it lies in a short folder.
        door.bind(str(self._folder / "door"))
        door.listen(1)
        with self._output.open("ab") as output:
            process = self._twin.processes.start(
                [sys.executable, "-I", str(_PROGRAM), str(self._folder / "door")],
                environment=self._variables(credentials, task),
                folder=task,
                output=output,
            )
        return process, _accepted(door, process)

    def _variables(self, credentials: Credentials, task: Path) -> dict[str, str]:
        """Make the environment from nothing: a function sees nothing of the twin's own.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        """
        function = self._function
        return {
            "PATH": self._twin.settings.path,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "HOME": str(self._folder),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **function.variables,
            **self._twin.environment(credentials, function.region, _position(function)),
            "_HANDLER": function.handler,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self._stream_name,
            "LAMBDA_TASK_ROOT": str(task),
        }

    def _open_log(self, credentials: Credentials) -> LogStream | None:
        """A function that may not write its log runs without one, as on AWS.

        Lambda sends the log, not the function: it goes out from Lambda's own network.
        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
        """
        own = of_service(_SERVICE)
        client = self._twin.client("logs", credentials, self._function.region, own)
        names = (self._function.log_group, self._stream_name)
        self._output.touch()
        stream = LogStream(client, names, self._output, self._twin.now)
        try:
            stream.open()
        except (ClientError, BotoCoreError) as error:
            _log.warning("%s writes no log: %s", self._function.arn, error)
            return None
        return stream

    def _write(self, text: str) -> None:
        with self._output.open("a", encoding="utf-8") as file:
            file.write(text)

    def _forward(self) -> None:
        if self._logs is None:
            return
        try:
            self._logs.forward(final=True)
        except (ClientError, BotoCoreError) as error:
            _log.warning("%s: the log was not written: %s", self._function.arn, error)

    def _size(self) -> int:
        return os.stat(self._output).st_size  # noqa: PTH116 - the size alone


def _accepted(door: socket.socket, process: subprocess.Popen[bytes]) -> socket.socket | None:
    """Wait until the process has called, or has ended before."""
    door.settimeout(0.25)
    deadline = time.monotonic() + _LOADING_SECONDS
    try:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return door.accept()[0]
            except TimeoutError:
                continue
        return None
    finally:
        door.close()


def _position(function: Function) -> Position:
    """Return from where a function acts: with a network it has no other way out.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    """
    try:
        return configured(function.network)
    except NoSuchPlace as error:
        message = f"Lambda was not able to set up the function's network: {error}"
        raise ServiceError("InvalidSubnetIDException", message, 502) from error


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"errorType": kind, "errorMessage": message}}
