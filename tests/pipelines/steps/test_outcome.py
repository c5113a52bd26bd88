"""A step ends as SageMaker understands: exit code, sentence, message file."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.steps.outcome import finish


def test_a_defect_keeps_its_stack_trace_and_names_itself(tmp_path: Path) -> None:
    def step() -> None:
        raise ZeroDivisionError("division by zero")

    with pytest.raises(ZeroDivisionError):
        finish(step, tmp_path / "failure")
    assert (tmp_path / "failure").read_text() == "unexpected ZeroDivisionError: division by zero"


def test_an_interruption_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def step() -> None:
        raise KeyboardInterrupt

    assert finish(step, tmp_path / "message") == 130
    sentence = "interrupted: must run to its end, start it again"
    assert capsys.readouterr().err.strip() == sentence
    assert (tmp_path / "message").read_text() == sentence


def test_a_message_is_as_long_as_sagemaker_shows_and_whole_characters(tmp_path: Path) -> None:
    def step() -> None:
        raise InvalidInput("x", "ü" * 2000)

    assert finish(step, tmp_path / "message") == 1
    content = (tmp_path / "message").read_bytes()
    assert 1000 < len(content) <= 1024
    assert content.decode("utf-8").startswith("x: ü")


def test_outside_a_container_no_message_file_is_made(tmp_path: Path) -> None:
    def step() -> None:
        raise InvalidInput("x", "must be y")

    assert finish(step, tmp_path / "output" / "message") == 1
    assert not (tmp_path / "output").exists()
