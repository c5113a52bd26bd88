"""One container: a program of an image, started, fed, watched and ended."""

from __future__ import annotations

import marshal
import os
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from twin.engines.containers.image import Image
from twin.engines.containers.mode import Mode, detect, host_folders, launching
from twin.processes import ProcessTable

SERVING_PORT = 8080
_KEPT_LINES = 20
_LONGEST_LINE = 65_536


@dataclass(frozen=True)
class Program:
    """What a container shall run.

    ``folder`` is the container's own; its ``ml`` becomes /opt/ml. ``isolated`` leaves the
    program a network of its own in which nobody else is. ``serves`` makes its port reachable.
    """

    image: Image
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    isolated: bool
    serves: bool = False

    @property
    def ml(self) -> Path:
        """The folder that the program sees as /opt/ml."""
        return self.folder / "ml"


@dataclass
class Container:
    """A container that was started. ``lines`` holds the end of its output."""

    process: subprocess.Popen[bytes]
    processes: ProcessTable
    folder: Path
    port: int | None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))
    reader: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Tell whether the program still runs."""
        return self.process.poll() is None

    def wait(self) -> int:
        """Wait for the program's end and all its output."""
        code = self.processes.wait(self.process)
        if self.reader is not None:
            self.reader.join(timeout=5)
        return _exit_code(code)

    def end(self, grace: float = 5.0) -> int:
        """End the program with SIGTERM, after ``grace`` seconds with SIGKILL."""
        code = self.processes.end(self.process, grace)
        if self.reader is not None:
            self.reader.join(timeout=5)
        return _exit_code(code)

    def connect(self) -> socket.socket:
        """Open a connection to the port on which the program serves; raises OSError."""
        if self.port is not None:
            return socket.create_connection(("127.0.0.1", self.port), timeout=5)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(5)
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                # Through a descriptor, because a socket's path may have 107 bytes only.
                door.connect(f"/proc/self/fd/{folder}/door")
            finally:
                os.close(folder)
            _, descriptors, _, _ = socket.recv_fds(door, 1, 1)
        if not descriptors:
            raise ConnectionRefusedError("the container does not listen on its port")
        return socket.socket(fileno=descriptors[0])


def start(processes: ProcessTable, program: Program, write: Callable[[str], None]) -> Container:
    """Start a program; ``write`` receives its output line by line."""
    mode = detect()
    program.ml.mkdir(parents=True, exist_ok=True)
    program.folder.chmod(0o755)
    port = _free_port() if program.serves and not _has_own_network(program, mode) else None
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as output:
        process = processes.start(
            _command(program, mode),
            environment=_environment(program, mode, port),
            folder=program.folder,
            output=output,
        )
    container = Container(process, processes, program.folder, port)
    container.reader = threading.Thread(
        target=_read,
        args=(os.fdopen(reading, "rb"), container.lines, write),
        name=f"output of {program.folder.name}",
        daemon=True,
    )
    container.reader.start()
    return container


def _exit_code(code: int) -> int:
    """Write the end by a signal as container engines do."""
    return 128 - code if code < 0 else code


def _read(stream: IO[bytes], kept: deque[str], write: Callable[[str], None]) -> None:
    with stream:
        while line := stream.readline(_LONGEST_LINE):
            text = line.decode(errors="replace").rstrip("\r\n")
            kept.append(text)
            write(text)


def _has_own_network(program: Program, mode: Mode) -> bool:
    return program.isolated and mode is not Mode.PATH_PREFIX


def _command(program: Program, mode: Mode) -> list[str]:
    if mode is Mode.PATH_PREFIX:
        return [_rewritten(word, program) for word in program.command]
    spec = {
        "command": list(program.command),
        "working_folder": program.image.working_folder,
        "image": str(program.image.tree),
        "mounts": {"/opt/ml": str(program.ml)},
        "host_folders": host_folders(),
        "isolated": program.isolated,
        "user_namespace": mode is Mode.USER_NAMESPACES,
        "port": SERVING_PORT if program.serves and program.isolated else 0,
    }
    path = program.folder / "specification"
    path.write_bytes(marshal.dumps(spec))
    return launching(path)


def _environment(program: Program, mode: Mode, port: int | None) -> dict[str, str]:
    made = {"HOME": "/root", "LANG": "C.UTF-8", **dict(program.image.environment)}
    made |= program.environment
    # The interpreter of the host comes first: it stands in for that of the base layers.
    own = str(Path(sys.executable).parent)
    made["PATH"] = os.pathsep.join(filter(None, [own, made.get("PATH"), os.defpath]))
    if port is not None:
        made |= {"SAGEMAKER_BIND_TO_PORT": str(port), "ML_BIND_HOST": "127.0.0.1"}
    if mode is Mode.PATH_PREFIX:
        for name in set(made) - {"PATH"}:
            parts = made[name].split(os.pathsep) if name.endswith("PATH") else [made[name]]
            made[name] = os.pathsep.join(_rewritten(part, program) for part in parts)
        made |= {"HOME": str(program.folder), "ML_ROOT": str(program.ml)}
        working = _rewritten(program.image.working_folder, program)
        made["PYTHONPATH"] = os.pathsep.join(filter(None, [working, made.get("PYTHONPATH")]))
    return made


def _rewritten(word: str, program: Program) -> str:
    """Point a path of the container at where its content lies on this machine."""
    if word == "/opt/ml" or word.startswith("/opt/ml/"):
        return str(program.ml) + word.removeprefix("/opt/ml")
    if word.startswith("/") and word != "/":
        inside = program.image.tree / word.lstrip("/")
        if inside.exists():
            return str(inside)
    return word


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
