"""Builds that die: found by what CodeBuild told them, and killed with all that they started."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.journeys.stage import until
from tests.rehearsals.breaking import in_build
from tests.rehearsals.rehearsing import Rehearsing

_LITTLE = 100_000
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


def programs_of_builds(at: Rehearsing, account: str, project: str) -> list[int]:
    """List the programs that builds of a project run right now.

    Not the shell: what CodeBuild itself keeps of a build is on a disk of its own.
    """
    found = _processes(at, at.naming.project_name(account, project))
    return [pid for pid in found if b"pipelines.promotion" in _read(pid, "cmdline")]


def fill_disk_of_build(
    at: Rehearsing, account: str, project: str, earlier: Collection[int]
) -> None:
    """Let a build that begins write little to a file: its log, and no program of Terraform's.

    ``earlier`` are programs that are still ending when it begins.
    """
    name = at.naming.project_name(account, project)

    def program() -> list[int] | None:
        found = programs_of_builds(at, account, project)
        return [pid for pid in found if pid not in earlier] or None

    for pid in until(program, f"a build of {name} runs", 60):
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (_LITTLE, _LITTLE))


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
