"""A twin that is reset or stopped ends what runs, at once and completely."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from tests.twin.engines.accounts import Lab, until
from tests.twin.engines.promotions import (
    approval_stage,
    build_action,
    built_by_pipeline,
    promotion,
)

GIVEN = [{"name": "Package", "value": "1"}]


def test_a_reset_ends_builds_pipelines_and_all_they_started(lab: Lab, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    # A shell that ignores the polite signal, with a child in the background.
    command = f"trap '' TERM; sleep 600 & echo $! $$ > {pids}; wait; sleep 600"
    project = built_by_pipeline(lab, [command])
    building = promotion(lab, [{"name": "Build", "actions": [build_action(project)]}])
    waiting = promotion(lab, [approval_stage()])
    building.start(variables=GIVEN)
    waiting.start(variables=GIVEN)
    waiting.token()
    until(lambda: pids.exists() and pids.read_text().strip(), "the build's processes")
    started = time.monotonic()
    lab.twin.reset()
    assert time.monotonic() - started < 15
    # The kernel takes a moment to end what was killed.
    left = pids.read_text().split()
    until(lambda: not any(_alive(pid) for pid in left), "the end of the build's processes")
    names = ("build ", "execution ", "action ", "wait for ")
    until(
        lambda: not [t for t in threading.enumerate() if t.name.startswith(names)],
        "the end of all work",
    )
    # The sessions of before are gone too.
    fresh = Lab(lab.twin)
    assert fresh.client("codepipeline").list_pipelines()["pipelines"] == []
    fresh.close()


def _alive(pid: str) -> bool:
    status = Path("/proc") / pid / "status"
    return status.exists() and "State:\tZ" not in status.read_text()
