"""Containers are kept apart from the machine, from each other, and leave nothing behind."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.twin.engines.accounts import Lab, until
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import PROGRAM, push
from twin.control_client import ControlClient
from twin.engines.containers import mode
from twin.engines.containers.mode import Mode

GROUP = "/aws/sagemaker/ProcessingJobs"


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


@pytest.fixture
def without_namespaces() -> Iterator[None]:
    found = mode.detect()
    mode._found[:] = [Mode.PATH_PREFIX]
    yield
    mode._found[:] = [found]


@pytest.fixture
def namespaces() -> None:
    if mode.detect() is Mode.PATH_PREFIX:
        pytest.skip("this machine refuses namespaces")


@pytest.fixture
def ordinary_user(namespaces: None) -> Iterator[None]:
    found = mode.detect()
    mode._found[:] = [Mode.USER_NAMESPACES]
    yield
    mode._found[:] = [found]


@pytest.mark.usefixtures("namespaces")
def test_an_isolated_job_has_no_network(studio: Studio) -> None:
    port = str(studio.lab.twin.settings.port)
    job = studio.process("connect", "127.0.0.1", port)
    assert job["ProcessingJobStatus"] == "Failed"
    assert "no network" in "".join(studio.log(GROUP, job["ProcessingJobName"]))


def test_a_job_without_isolation_reaches_the_endpoint(studio: Studio) -> None:
    port = str(studio.lab.twin.settings.port)
    job = studio.process("connect", "127.0.0.1", port, NetworkConfig={})
    assert job["ProcessingJobStatus"] == "Completed"


@pytest.mark.usefixtures("namespaces")
def test_a_job_sees_its_own_files_and_processes_only(studio: Studio) -> None:
    seen = _look(studio)
    assert {"processingjobconfig.json", "resourceconfig.json"} <= set(seen["configuration"])
    assert not {"home", "mnt", "srv"} & set(seen["root"])
    assert seen["writable"] is False
    assert seen["pids"] == [1, 2]


def test_the_status_says_how_containers_run(studio: Studio) -> None:
    settings = studio.lab.twin.settings
    mode.detect()
    status = ControlClient(studio.lab.twin.url, settings.folder).get("status")
    assert status["containers"] == mode.detect().value


def test_an_isolated_job_gets_no_credentials_and_nothing_of_the_server(studio: Studio) -> None:
    names = set(_look(studio)["environment"])
    assert not {name for name in names if name.startswith("AWS_")} - {
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    }
    assert "SECRET_OF_THE_SERVER" not in names
    assert "COLOUR" in names


@pytest.mark.usefixtures("namespaces")
def test_a_stopped_job_leaves_no_process(studio: Studio) -> None:
    request = studio.processing("sleep", "until-it-is-stopped")
    name = studio.start_processing(request)
    until(lambda: _processes("until-it-is-stopped"), "the job's process")
    studio.sagemaker.stop_processing_job(ProcessingJobName=name)
    assert studio.processed(name)["ProcessingJobStatus"] == "Stopped"
    until(lambda: not _processes("until-it-is-stopped"), "the end of its processes")


def test_a_job_beyond_its_time_is_ended(studio: Studio) -> None:
    job = studio.process("sleep", "too-long", StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert job["ProcessingJobStatus"] == "Stopped"
    assert "MaxRuntimeInSeconds" in job["FailureReason"]


def test_a_later_layer_removes_what_an_earlier_one_had(lab: Lab, studio: Studio) -> None:
    image = push(
        lab,
        studio.account_id,
        {"opt/program/job.py": PROGRAM, "opt/program/old.py": "", "opt/gone/a.py": ""},
        {"opt/program/.wh.old.py": "", "opt/.wh.gone": "", "opt/program/new.py": ""},
    )
    studio_of_image = Studio(lab, image, studio.role, studio.bucket)
    assert studio_of_image.process("look")["ProcessingJobStatus"] == "Completed"
    digest = image.rpartition("@")[2].replace(":", "-")
    tree = lab.twin.settings.folder / "images" / digest / "tree"
    files = sorted(str(path.relative_to(tree)) for path in tree.rglob("*.py"))
    assert files == ["opt/program/job.py", "opt/program/new.py"]


def test_an_unknown_image_fails_the_job_with_its_name(studio: Studio) -> None:
    missing = Studio(
        studio.lab, studio.image[:-8] + "00000000", studio.role, studio.bucket
    ).process("look")
    assert missing["ProcessingJobStatus"] == "Failed"
    assert "00000000" in missing["FailureReason"]


@pytest.mark.usefixtures("namespaces")
def test_a_killed_launcher_takes_its_container_along(studio: Studio) -> None:
    name = studio.start_processing(studio.processing("stubborn", "until-it-is-killed"))
    until(lambda: _processes("until-it-is-killed"), "the job's process")
    held = json.loads((studio.lab.twin.settings.folder / "children.json").read_text())
    for pid in held:
        os.kill(int(pid), signal.SIGKILL)
    job = studio.processed(name)
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"].endswith("exit code: 137")
    until(lambda: not _processes("until-it-is-killed"), "the end of its processes")


@pytest.mark.usefixtures("ordinary_user")
def test_an_ordinary_user_can_isolate_too(studio: Studio) -> None:
    port = str(studio.lab.twin.settings.port)
    assert studio.process("connect", "127.0.0.1", port)["ProcessingJobStatus"] == "Failed"
    seen = _look(studio)
    assert seen["writable"] is False
    assert seen["pids"] == [1, 2]


@pytest.mark.usefixtures("without_namespaces")
def test_without_namespaces_jobs_run_below_another_root(studio: Studio) -> None:
    source = studio.put("plain/a.txt", "hello")
    target = f"s3://{studio.bucket}/plain-out"
    job = studio.process(
        "copy",
        ProcessingInputs=[_input(source, "/opt/ml/processing/input/in")],
        ProcessingOutputConfig={"Outputs": [_output(target)]},
    )
    assert job["ProcessingJobStatus"] == "Completed"
    assert studio.get(f"{target}/a.txt") == b"HELLO"


def _look(studio: Studio) -> dict[str, Any]:
    job = studio.process("look")
    assert job["ProcessingJobStatus"] == "Completed"
    found: dict[str, Any] = json.loads(studio.log(GROUP, job["ProcessingJobName"])[0])
    return found


def _processes(word: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if word in line:
            found.append(line)
    return found


def _input(uri: str, local: str) -> dict[str, object]:
    source = {"S3Uri": uri, "LocalPath": local, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    return {"InputName": "in", "S3Input": source}


def _output(uri: str) -> dict[str, object]:
    local = "/opt/ml/processing/output/out"
    target = {"S3Uri": uri, "LocalPath": local, "S3UploadMode": "EndOfJob"}
    return {"OutputName": "out", "S3Output": target}
