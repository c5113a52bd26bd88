"""The container's own process: it listens where SageMaker asks, answers soon and ends when told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.entry import main
from pipelines.errors import InvalidInput
from pipelines.serving.server import address
from tests.pipelines.tabular_models import build, case_of

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(base: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "ML_ROOT": str(base),
        "ML_BIND_HOST": "127.0.0.1",
        "SAGEMAKER_BIND_TO_PORT": str(port),
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "pipelines.entry", "serve"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate(timeout=PATIENCE_SECONDS)


def wait_for(url: str, running: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own process
                return
        except OSError:
            assert running.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.02)


def test_it_answers_and_ends_quietly_when_told(tmp_path: Path) -> None:
    case = case_of("binary", tmp_path)
    build(case.model, case.csv, tmp_path)
    port = free_port()
    with process(tmp_path, port) as running:
        wait_for(f"http://127.0.0.1:{port}/ping", running)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/invocations",
            data=b"1,2,red\n",
            headers={"Content-Type": "text/csv"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own process
            assert answer.read().decode("utf-8").startswith("no,")
        running.send_signal(signal.SIGTERM)
        _, errors = running.communicate(timeout=PATIENCE_SECONDS)
        assert errors == ""


def test_without_a_model_it_ends_with_one_sentence(tmp_path: Path) -> None:
    with process(tmp_path, free_port()) as running:
        _, errors = running.communicate(timeout=PATIENCE_SECONDS)
        assert running.returncode == 1
        assert errors == (
            f"{tmp_path}/model/model.json: must be a readable file, got No such file or directory\n"
        )


def test_what_serves_does_not_import_what_trains_or_authors() -> None:
    program = (
        "import sys, pipelines.serving.server; from pipelines.serving.boosting import xgboost;"
        "xgboost(); print(*sorted(set(sys.modules) & set(sys.argv[1:])))"
    )
    heavy = ["sklearn", "pandas", "boto3", "sagemaker", "jsonschema", "yaml"]
    result = subprocess.run(
        [sys.executable, "-c", program, *heavy],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == []


def test_it_listens_where_sagemaker_asks() -> None:
    assert address({}) == ("0.0.0.0", 8080)  # noqa: S104 - the address of a container
    assert address({"SAGEMAKER_BIND_TO_PORT": "9000", "ML_BIND_HOST": "127.0.0.1"}) == (
        "127.0.0.1",
        9000,
    )


@pytest.mark.parametrize("port", ["", "http", "-1", "0", "65536", "80 "])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(InvalidInput, match="SAGEMAKER_BIND_TO_PORT: must be a port, got "):
        address({"SAGEMAKER_BIND_TO_PORT": port})


@pytest.mark.parametrize("arguments", [[], ["predict"], ["serve", "now"]])
def test_the_entry_point_knows_two_words(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, {}) == 2
    assert capsys.readouterr().err == "usage: python -m pipelines.entry train|serve\n"
