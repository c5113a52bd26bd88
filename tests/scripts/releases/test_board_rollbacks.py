"""A board tells which accounts went back to which release, on whose word, and what kept them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipelines.canonical import canonical_json
from scripts import main
from scripts.releases.board_attempts import LATEST
from scripts.releases.board_page import page
from tests.pipelines.attestations.cast import EXECUTION, MODEL, NOW
from tests.scripts.releases.boards import BACK, LEFT_FOR, back, back_report, board_of, only, told
from tests.scripts.releases.bureau import EARLIER, Bureau
from tests.scripts.releases.clients import Run, refused


@pytest.fixture
def bureau() -> Bureau:
    """Version 3 ran in production after version 2, to which production goes back."""
    made = Bureau()
    made.pipelines.runs[EXECUTION] = made.run(made.statement, ended=True)
    made.pipelines.waits = None
    return made


def went_back(bureau: Bureau, run: Run, name: str = BACK) -> Any:
    """Let a rollback have happened, and give what the board tells of the model."""
    bureau.pipelines.backs[name] = run
    return only(told(bureau))


def past(model: Any, execution: str = BACK) -> Any:
    """Give what history tells of an execution."""
    [found] = [one for one in model["history"] if one["execution"] == execution]
    return found


def test_history_tells_who_went_back_to_what_and_on_whose_word(bureau: Bureau) -> None:
    model = went_back(bureau, back(verify="Succeeded"))
    found = past(model)
    assert model["history"][0] == found
    assert found["outcome"] == "production went back to it: decided by rita"
    assert (found["version"], found["release"], found["good"]) == ("2", LEFT_FOR.id, True)
    assert (found["approved_by"], found["rule"], found["reason"]) == ([], None, None)
    assert model["promotions"] == 3


def test_what_runs_is_what_production_went_back_to(bureau: Bureau) -> None:
    model = went_back(bureau, back(verify="Succeeded"))
    staging, production = model["running"]
    assert (staging["version"], staging["execution"]) == ("3", EXECUTION)
    assert (production["version"], production["execution"]) == ("2", BACK)
    assert (production["release"], production["commit"]) == (LEFT_FOR.id, LEFT_FOR.commit)
    assert (production["since"], production["verified"]) == ("2026-12-01T11:01:00Z", "passed")
    assert (production["endpoint"]["compared"], production["endpoint"]["differs"]) == (True, None)
    [drift] = model["drift"]
    assert drift["same"] is False
    # The metrics are those of the promotion that brought it first.
    assert [one["running"] for one in drift["metrics"]] == [0.97]


def test_a_promotion_after_a_rollback_is_what_runs(bureau: Bureau) -> None:
    bureau.pipelines.runs[EXECUTION].started = NOW - timedelta(minutes=30)
    bureau.runs("production", bureau.statement.release)
    model = went_back(bureau, back(verify="Succeeded"))
    assert [one["execution"] for one in model["history"]] == [EXECUTION, BACK, EARLIER]
    assert model["running"][1]["execution"] == EXECUTION


def test_a_rejection_is_a_word_of_its_own(bureau: Bureau) -> None:
    files = {
        "rollback.json": back_report(why="rejected", decision=None),
        "release.json": LEFT_FOR.content(),
    }
    found = past(went_back(bureau, back(files)))
    assert found["outcome"] == "production went back to it: the version that ran was rejected"


def test_a_rollback_with_nothing_to_do_brought_nothing(bureau: Bureau) -> None:
    files = {"rollback.json": back_report(outcome="nothing", why="rejected", decision=None)}
    model = went_back(bureau, back(files))
    assert past(model)["outcome"] == "no account had to go back"
    assert (past(model)["version"], past(model)["good"]) == (None, True)
    assert model["running"][1]["execution"] == EXECUTION


def test_a_rollback_under_way_brought_nothing_yet(bureau: Bureau) -> None:
    model = went_back(bureau, back(status="InProgress"))
    assert (past(model)["outcome"], past(model)["good"]) == ("going back", None)
    assert past(model)["seconds"] is None
    assert model["running"][1]["execution"] == EXECUTION


@pytest.mark.parametrize("status", ["Stopped", "Cancelled"])
def test_a_rollback_that_somebody_stopped_brought_nothing(bureau: Bureau, status: str) -> None:
    model = went_back(bureau, back({}, status))
    assert (past(model)["outcome"], past(model)["good"]) == (f"rollback {status.lower()}", None)
    assert model["running"][1]["execution"] == EXECUTION


def test_a_refused_rollback_tells_by_which_rule(bureau: Bureau) -> None:
    refusal = {
        "schema_version": 1,
        "release_id": None,
        "release_sha256": None,
        "account": "production",
        "account_id": "333333333333",
        "region": "eu-west-1",
        "execution_id": BACK,
        "build": "rollback",
        "refused_at": "2026-12-01T11:01:00Z",
        "rule": "rollback-of-what-runs",
        "address": "rollback.dsse.json",
        "must_hold": "must leave what runs in production",
        "got": "another",
    }
    place = f"releases/{MODEL}/rollbacks/{BACK}/production/refusal.json"
    bucket = bureau.naming.bucket_name("production", "evidence")
    bureau.objects.kept[f"{bucket}/{place}"] = canonical_json(refusal)
    model = went_back(bureau, back(status="Failed"))
    found = past(model)
    assert (found["outcome"], found["good"]) == ("failed at production-Rollback of Rollback", False)
    assert found["rule"] == "rollback-of-what-runs"
    assert found["reason"] == "rollback.dsse.json: must leave what runs in production, got another"
    assert model["running"][1]["execution"] == EXECUTION
    assert model["running"][1]["failed_since"] == BACK


def test_who_went_back_is_told_though_its_check_failed(bureau: Bureau) -> None:
    model = went_back(bureau, back(status="Failed", rollback="Succeeded", verify="Failed"))
    found = past(model)
    assert found["good"] is False
    assert found["outcome"] == (
        "failed at production-Verify of Verify; production went back to it: decided by rita"
    )
    production = model["running"][1]
    assert (production["execution"], production["verified"]) == (BACK, "failed")


def test_a_rollback_that_was_tried_again_counts_as_it_ended(bureau: Bureau) -> None:
    run = back(status="Succeeded")
    run.actions.insert(1, ("Rollback/production-Rollback", "None", "Failed", {}))
    model = went_back(bureau, run)
    assert past(model)["outcome"] == "production went back to it: decided by rita"


def test_who_may_not_read_what_rollbacks_carried_still_gets_a_board(bureau: Bureau) -> None:
    bureau.objects.denied = (f"artifacts/promotion/Deployed_production/{BACK}",)
    model = went_back(bureau, back())
    assert past(model)["outcome"] == "ended; which account went back is not told here"
    document = told(bureau)
    assert [line for line in document["untold"] if "what rollbacks carried" in line]


def test_a_release_that_is_none_takes_nothing_but_itself_from_the_board(bureau: Bureau) -> None:
    model = went_back(bureau, back({"rollback.json": back_report(), "release.json": b"{}"}))
    assert past(model)["outcome"] == "production went back to it: decided by rita"
    assert (past(model)["version"], past(model)["release"]) == (None, None)
    production = model["running"][1]
    assert (production["execution"], production["version"]) == (BACK, None)
    board = board_of(bureau)
    assert [line for line in board.untold if "what rollbacks carried (release.json: " in line]
    text = page(board)
    assert "a version that is not told" in text
    assert "version None" not in text


def test_nobody_went_back_on_the_word_of_another_account(bureau: Bureau) -> None:
    files = {"rollback.json": back_report(account="staging"), "release.json": LEFT_FOR.content()}
    model = went_back(bureau, back(files))
    assert past(model)["outcome"] == "ended; which account went back is not told here"
    assert [one["execution"] for one in model["running"]] == [EXECUTION, EXECUTION]


def test_the_page_tells_rollbacks_in_words_and_without_what_they_have_not(
    bureau: Bureau,
) -> None:
    nothing = {"rollback.json": back_report(outcome="nothing", why="rejected", decision=None)}
    bureau.pipelines.backs["rollback-0"] = back(nothing)
    went_back(bureau, back(verify="Succeeded"))
    text = page(board_of(bureau))
    for each in (
        "<strong>Went back to it</strong>: decided by rita.",
        "<dt>rollback</dt><dd><code>rollback-1</code></dd>",
        "production went back to it: decided by rita",
        "no version<br>",
        "no account had to go back",
    ):
        assert each in text, each


def test_the_board_tells_it_in_lines(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bureau.pipelines.backs[BACK] = back(verify="Succeeded")
    monkeypatch.setattr("scripts.commands.release_board.now", lambda: NOW)
    monkeypatch.setattr("scripts.commands.release_board.desk", lambda *_args: bureau.desk())
    assert main.main(["release", "board", MODEL]) == 0
    assert f"{MODEL}: production went back to version 2: decided by rita" in capsys.readouterr().err


def test_the_latest_rollbacks_are_told_and_no_more(bureau: Bureau) -> None:
    for number in range(LATEST + 3):
        bureau.pipelines.backs[f"back-{number}"] = back()
    model = only(told(bureau))
    assert len(model["history"]) == LATEST
    assert model["running"][1]["execution"] == f"back-{LATEST + 2}"


def test_where_no_rollback_may_be_listed_promotions_still_are(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = bureau.pipelines.get_paginator

    class Closed:
        def paginate(self, **request: Any) -> Any:
            if request["pipelineName"].endswith("-rollback"):
                raise refused("AccessDeniedException", "ListPipelineExecutions")
            return listing("list_pipeline_executions").paginate(**request)

    def closed(operation: str) -> Any:
        return Closed() if operation == "list_pipeline_executions" else listing(operation)

    monkeypatch.setattr(bureau.pipelines, "get_paginator", closed)
    document = told(bureau)
    assert [one["execution"] for one in only(document)["history"]] == [EXECUTION, EARLIER]
    [sentence] = document["untold"]
    assert sentence.startswith("Not told here: rollbacks (")
