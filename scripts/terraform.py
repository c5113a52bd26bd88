"""The one place that runs Terraform.

python-terraform spells the command lines, and nothing more: it is unmaintained, cannot stream,
knows no time-out, swallows interruptions and its `synchronous` option reaches Terraform as a
flag that does not exist. What it is used for here is covered by tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_terraform

from scripts.processes import ChildProcesses, Ended
from scripts.terraform_events import EventReader, PlannedChange, Progress
from scripts.terraform_failures import terraform_failure

_FLAG = python_terraform.IsFlagged
_LOCK_TIMEOUT = "60s"

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Plan:
    """A plan that was saved, and what it would change."""

    file: Path
    changes: tuple[PlannedChange, ...]
    output_changes: bool

    @property
    def is_empty(self) -> bool:
        """Tell whether applying the plan would change nothing."""
        return not self.changes and not self.output_changes


@dataclass(frozen=True)
class Terraform:
    """Terraform in one folder, with one environment."""

    binary: Path
    folder: Path
    environment: Mapping[str, str]
    children: ChildProcesses
    timeout: float = 3600
    who: str = "the role in use"

    def init(self) -> None:
        """Install providers and modules, and open the backend."""
        self._run("init", _silent, json=_FLAG, reconfigure=_FLAG)

    def move_state(self) -> None:
        """Open the backend that the root names now, and move the state of the one before there."""
        self._run("init", _silent, migrate_state=_FLAG, force_copy=_FLAG)

    def unlock(self, lock_id: str) -> None:
        """Release a lock that nobody holds any more."""
        spelled = self._spell("force-unlock", (lock_id,), {"force": _FLAG, "no_color": _FLAG})
        ended = self._start(spelled, lambda _: None)
        if ended.exit_code != 0:
            raise terraform_failure(ended, EventReader(), self.who)

    def plan(
        self,
        file: Path,
        variables: Mapping[str, str],
        on_progress: OnProgress,
        *,
        destroy: bool = False,
        targets: Sequence[str] = (),
    ) -> Plan:
        """Plan and save the plan, of all or of these addresses and what depends on them."""
        reader = self._run(
            "plan",
            on_progress,
            json=_FLAG,
            out=str(file),
            destroy=_FLAG if destroy else None,
            target=list(targets) or None,
            lock_timeout=_LOCK_TIMEOUT,
            var=[f"{name}={value}" for name, value in variables.items()],
        )
        return Plan(file, tuple(reader.changes), reader.output_changes)

    def apply(self, plan: Path, planned: int, on_progress: OnProgress) -> int:
        """Apply a saved plan, and nothing else; give the number of resources changed."""
        reader = self._run(
            "apply", on_progress, str(plan), total=planned, json=_FLAG, lock_timeout=_LOCK_TIMEOUT
        )
        return reader.done

    def forget(self, addresses: Sequence[str]) -> None:
        """Let go of resources without destroying them."""
        spelled = self._spell("state rm", addresses, {"lock_timeout": _LOCK_TIMEOUT})
        ended = self._start(spelled, lambda _: None)
        if ended.exit_code != 0:
            raise terraform_failure(ended, EventReader(), self.who)

    def outputs(self) -> dict[str, Any]:
        """Read the outputs of the root."""
        return {name: output["value"] for name, output in self._json("output").items()}

    def show(self, plan: Path) -> dict[str, Any]:
        """Read a saved plan as JSON."""
        return self._json("show", str(plan))

    def _json(self, command: str, *arguments: str) -> dict[str, Any]:
        spelled = self._spell(command, arguments, {"json": _FLAG})
        ended = self._start(spelled, lambda _: None)
        if ended.exit_code != 0:
            raise terraform_failure(ended, EventReader(), self.who)
        return json.loads(next(line for line in ended.lines if line.startswith("{")))  # type: ignore[no-any-return]

    def _run(
        self,
        command: str,
        on_progress: OnProgress,
        *arguments: str,
        total: int = 0,
        **options: Any,
    ) -> EventReader:
        reader = EventReader()
        reader.total = total

        def read(line: str) -> None:
            progress = reader.read(line)
            if progress is not None:
                on_progress(progress)

        spelled = self._spell(command, arguments, {"input": False, "no_color": _FLAG} | options)
        ended = self._start(spelled, read)
        if ended.exit_code != 0:
            raise terraform_failure(ended, reader, self.who)
        return reader

    def _spell(
        self, command: str, arguments: Sequence[str], options: Mapping[str, Any]
    ) -> list[str]:
        # The wrapper reads a state file from its working folder on construction: give it none.
        wrapper = python_terraform.Terraform(
            working_dir=str(self.folder / "no-such-folder"), terraform_bin_path=str(self.binary)
        )
        spelled = wrapper.generate_cmd_string(command, *arguments, **options)
        return [str(word) for word in spelled]

    def _start(self, command: Sequence[str], on_line: Callable[[str], None]) -> Ended:
        return self.children.run(
            command,
            folder=self.folder,
            environment=self.environment,
            timeout=self.timeout,
            on_line=on_line,
        )


def _silent(_: Progress) -> None:
    """Take no note of progress."""
