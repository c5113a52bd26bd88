"""Show and board tell of promoted code what each target has trained itself, and really runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts import main
from scripts.releases.board_page import page
from scripts.releases.trained import measured
from tests.pipelines.attestations.cast import EXECUTION, MODEL, NOW
from tests.scripts.releases.boards import BACK, back, back_report, board_of, only, told
from tests.scripts.releases.bureau import Bureau
from tests.scripts.releases.promoted_code import (
    ARCHIVES,
    DATA,
    VERSION,
    code_in_production,
    keep,
    place,
    retraining,
    run_of,
)


@pytest.fixture
def bureau() -> Bureau:
    """Code that both targets have trained and serve."""
    return code_in_production()


def shown(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """Show the promotion as rita, for programs."""
    monkeypatch.setattr("scripts.commands.release_view.now", lambda: NOW)
    monkeypatch.setattr(
        "scripts.commands.release_view.desk", lambda *_args, **_more: bureau.desk("rita")
    )
    assert main.main(["release", "show", MODEL, "--execution", EXECUTION, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["trained"]


def test_show_tells_run_data_and_archive_of_each_target(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {one.pop("account"): one for one in shown(bureau, monkeypatch, capsys)}
    assert found["production"] == {
        "archive": ARCHIVES["production"],
        "data": DATA["production"],
        "version of the data": VERSION,
        "measured": "auc 0.972, at least 0.95, on 114 held-out rows",
        "run": run_of("production"),
    }
    assert found["staging"]["archive"] == ARCHIVES["staging"]


def test_show_tells_no_training_of_another_release_as_one_of_this(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(bureau, "production", retraining(bureau.statement.release, "production", "another"))
    [staging, production] = sorted(
        shown(bureau, monkeypatch, capsys), key=lambda one: str(one["account"]), reverse=True
    )
    assert staging["archive"] == ARCHIVES["staging"]
    assert set(production) == {"account", "untold"}
    assert f"must be of the execution {EXECUTION}, got another" in production["untold"]


def test_the_board_tells_the_archive_that_each_target_really_runs(bureau: Bureau) -> None:
    for running in only(told(bureau))["running"]:
        account = running["account"]
        assert running["digests"]["archive"] == ARCHIVES[account]
        assert running["digests"]["data"] == DATA[account]
        assert running["digests"]["definition"] == bureau.statement.release.definition_sha256
        assert running["trained"]["run"] == run_of(account)
        assert running["trained"]["version of the data"] == VERSION
        assert (running["endpoint"]["compared"], running["endpoint"]["differs"]) == (True, None)
    text = page(board_of(bureau))
    for each in (ARCHIVES["production"], run_of("staging"), "auc 0.972, at least 0.95", VERSION):
        assert each in text, each
    assert bureau.statement.release.archive.sha256 not in text


def test_the_board_tells_it_in_lines(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.commands.release_board.now", lambda: NOW)
    monkeypatch.setattr("scripts.commands.release_board.desk", lambda _p, _m: bureau.desk())
    assert main.main(["release", "board"]) == 0
    told_of = capsys.readouterr().err
    assert f"production serves what it has trained itself, {ARCHIVES['production']}" in told_of
    assert f"version {VERSION} of its data, run {run_of('production')}" in told_of


def test_an_archive_that_the_target_has_not_trained_is_told_by_the_board(bureau: Bureau) -> None:
    bureau.runs("production", bureau.statement.release)
    [_, production] = only(told(bureau))["running"]
    assert "must serve the archive" in production["endpoint"]["differs"]


def test_without_its_report_the_board_calls_no_archive_that_of_a_target(bureau: Bureau) -> None:
    del bureau.objects.kept[place(bureau, "production")]
    document = told(bureau)
    [staging, production] = only(document)["running"]
    assert set(production["digests"]) == {"image", "definition"}
    assert (production["trained"], production["endpoint"]["compared"]) == ({}, False)
    assert staging["trained"]["archive"] == ARCHIVES["staging"]
    assert any("must be kept as production has trained it" in one for one in document["untold"])


def test_after_a_rollback_the_board_tells_the_training_of_the_first_promotion(
    bureau: Bureau,
) -> None:
    release = bureau.statement.release
    report = back_report(to={"execution_id": EXECUTION})
    carried = {"rollback.json": report, "release.json": release.content()}
    bureau.pipelines.backs[BACK] = back(carried, verify="Succeeded")
    [_, production] = only(told(bureau))["running"]
    assert production["execution"] == BACK
    assert production["trained"]["run"] == run_of("production")
    assert production["digests"]["archive"] == ARCHIVES["production"]
    assert (production["endpoint"]["compared"], production["endpoint"]["differs"]) == (True, None)


def test_where_rows_have_no_metric_of_their_own_that_of_the_run_is_told() -> None:
    quality = {"metric": "mae", "higher_is_better": False, "rows": 3, "threshold": 5.0}
    told_of = measured(quality | {"live": None, "evaluated": 2.5})
    assert told_of == "mae 2.5, at most 5.0, on 3 held-out rows"
