"""The command tells a board in lines, to programs, or as a page in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import main
from tests.pipelines.attestations.cast import MODEL, NOW
from tests.scripts.releases.boards import freeze, told
from tests.scripts.releases.bureau import Bureau, Command


@pytest.fixture
def command(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command as rita."""
    monkeypatch.setattr("scripts.commands.release_board.now", lambda: NOW)
    monkeypatch.setattr("scripts.commands.release_board.desk", lambda _p, _m: bureau.desk())

    def run(*arguments: str) -> int:
        return main.main(["release", "board", *arguments])

    return run


def test_the_command_tells_it_in_lines(
    command: Command, capsys: pytest.CaptureFixture[str], bureau: Bureau
) -> None:
    freeze(bureau)
    assert command() == 0
    out, err = capsys.readouterr()
    assert "production" in out
    assert "version 3 waits at the gate: 2 of 2 approvals missing; may approve: rita, rob" in err
    assert "staging and production run different releases" in err
    assert "production is frozen by rob" in err


def test_the_command_tells_it_to_programs(
    command: Command, capsys: pytest.CaptureFixture[str], bureau: Bureau
) -> None:
    assert command(MODEL, "--json") == 0
    assert json.loads(capsys.readouterr().out) == told(bureau)


def test_an_earlier_board_is_written_over_and_nothing_else(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "board.html"
    assert command("--out", str(place)) == 0
    assert command("--out", str(place)) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["board.html"]
    other = tmp_path / "mine.txt"
    other.write_text("mine")
    assert command("--out", str(other)) == 2
    assert "must be a new file or an earlier board" in capsys.readouterr().err
    assert other.read_text() == "mine"
    assert command("--out", str(tmp_path / "none" / "board.html")) == 3


def test_serving_is_all_that_it_does(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--serve", "--json") == 2
    assert "must come without --out and --json" in capsys.readouterr().err
