"""Builds that die: found by what CodeBuild told them, and killed with all that they started."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.rehearsals.breaking import in_build
from tests.rehearsals.rehearsing import Rehearsing

_LONG_AGO = "2026-01-01T00:00:00Z"


class Trail:
    """What the audit trail says from a moment on."""

    def __init__(self, at: Rehearsing) -> None:
        self._file = at.stage.folder / "twin" / "audit.jsonl"
        self._start = self._file.stat().st_size
        self._naming = at.naming

    def has(self, account: str, role: str, *words: str) -> bool:
        """Tell whether a role has made a request since then whose record has these words."""
        wanted = [f"/{self._naming.role_name(account, role)}/", *words]
        with self._file.open("rb") as trail:
            trail.seek(self._start)
            return any(all(word.encode() in line for word in wanted) for line in trail)


def kill_build(at: Rehearsing, account: str, project: str) -> None:
    """Kill everything that runs in the build of a project, as the end of its machine does."""
    found = list(_processes(at, at.naming.project_name(account, project)))
    assert found, f"no build of {project} runs in {account}"
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def full_disk(at: Rehearsing, account: str, project: str) -> Iterator[None]:
    """Let no Terraform that a build starts meanwhile write a single byte to a file.

    Terraform alone: however its providers are installed, it must write where its state is kept.
    """
    name, ended = at.naming.project_name(account, project), Event()

    def fill() -> None:
        while not ended.wait(0.01):
            for pid in _processes(at, name):
                if _read(pid, "cmdline").startswith(b"terraform\0"):
                    with contextlib.suppress(ProcessLookupError):
                        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))

    filling = Thread(target=fill, daemon=True)
    filling.start()
    try:
        yield
    finally:
        ended.set()
        filling.join()


def age_lock(at: Rehearsing, account: str) -> None:
    """Let hours pass for the lock that a killed deployment has left on its state."""
    client = in_build(at, account, "deploy", "s3")
    bucket = at.naming.bucket_name(account, "releases")
    listed = client.list_objects_v2(Bucket=bucket).get("Contents", [])
    [key] = [each["Key"] for each in listed if each["Key"].endswith(".tflock")]
    lock = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
    client.put_object(Bucket=bucket, Key=key, Body=json.dumps(lock | {"Created": _LONG_AGO}))


def _processes(at: Rehearsing, project: str) -> Iterator[int]:
    told, own = f"CODEBUILD_BUILD_ID={project}:".encode(), str(at.stage.folder).encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            environment = _read(int(entry.name), "environ")
            if told in environment and own in environment:
                yield int(entry.name)


def _read(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""
