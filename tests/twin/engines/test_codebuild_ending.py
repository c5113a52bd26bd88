"""Builds end when they are stopped, take too long or are done, and leave nothing behind."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.twin.engines.accounts import Lab, until


def spec(**phases: Any) -> str:
    """Return a build specification with the given phases."""
    return json.dumps({"version": "0.2", "phases": phases})


def phase(build: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a phase of a build."""
    return next(p for p in build["phases"] if p["phaseType"] == name)


def test_stop_ends_the_processes_of_a_build_and_what_they_started(lab: Lab, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    command = f"sleep 600 & echo $! $$ > {pids}; wait"
    codebuild = lab.client("codebuild")
    project = lab.project(spec(build={"commands": [command]}))
    started = codebuild.start_build(projectName=project)["build"]["id"]
    until(lambda: pids.exists() and pids.read_text().strip(), "the build's processes")
    codebuild.stop_build(id=started)
    build = lab.finished(started)
    assert build["buildStatus"] == "STOPPED"
    assert phase(build, "BUILD")["phaseStatus"] == "STOPPED"
    assert not any(_alive(pid) for pid in pids.read_text().split())


def test_what_a_build_leaves_in_the_background_ends_with_it(lab: Lab, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    text = spec(
        install={"commands": [f"sleep 600 & echo $! > {pids}"]},
        build={"commands": [f"kill -0 $(cat {pids})"]},
    )
    build = lab.build(lab.project(text))
    assert build["buildStatus"] == "SUCCEEDED", lab.log(build)
    assert not _alive(pids.read_text().strip())


def test_a_build_that_runs_too_long_times_out(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    codebuild = lab.client("codebuild")
    project = lab.project(spec(build={"commands": ["sleep 600"]}), timeoutInMinutes=5)
    started = codebuild.start_build(projectName=project)["build"]["id"]
    until(
        lambda: codebuild.batch_get_builds(ids=[started])["builds"][0]["currentPhase"] == "BUILD",
        "the build phase",
    )
    now = lab.twin.now
    with monkeypatch.context() as patch:
        patch.setattr(lab.twin, "now", lambda: now() + timedelta(minutes=6))
        build = lab.finished(started)
    assert build["buildStatus"] == "TIMED_OUT"
    assert phase(build, "BUILD")["contexts"][0]["statusCode"] == "BUILD_TIMED_OUT"


def test_a_build_longer_than_a_session_still_logs_and_uploads(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, bucket = tmp_path / "go", lab.bucket()
    text = json.dumps(
        {
            "version": "0.2",
            "phases": {
                "build": {"commands": [f"until [ -e {go} ]; do sleep 0.1; done", "echo x > x.txt"]}
            },
            "artifacts": {"files": ["x.txt"]},
        }
    )
    project = lab.project(
        text,
        artifacts={"type": "S3", "location": bucket, "name": "x.zip", "packaging": "ZIP"},
        timeoutInMinutes=300,
    )
    codebuild = lab.client("codebuild")
    started = codebuild.start_build(projectName=project)["build"]["id"]
    until(
        lambda: codebuild.batch_get_builds(ids=[started])["builds"][0]["currentPhase"] == "BUILD",
        "the build phase",
    )
    now, identities = lab.twin.now, lab.twin.identities
    with monkeypatch.context() as patch:
        patch.setattr(lab.twin, "now", lambda: now() + timedelta(minutes=70))
        patch.setattr(identities, "_clock", lambda: now() + timedelta(minutes=70))
        later = Lab(lab.twin)
        go.touch()
        build = later.finished(started)
        assert build["buildStatus"] == "SUCCEEDED", build["phases"]
        assert "Phase complete: UPLOAD_ARTIFACTS" in later.log(build)
        later.close()


def test_nothing_of_a_build_is_left_in_the_twins_folder(lab: Lab) -> None:
    lab.build(lab.project(spec(build={"commands": ["echo x > file"]})))
    builds = lab.twin.settings.folder / "builds"
    until(lambda: not list(builds.iterdir()), "an empty folder")
    assert threading.active_count() < 200


def _alive(pid: str) -> bool:
    status = Path("/proc") / pid / "status"
    return status.exists() and "State:\tZ" not in status.read_text()
