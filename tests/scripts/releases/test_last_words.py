"""`release show` tells why a target's build ended: the latest that it has kept about that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts import main
from tests.pipelines.attestations.cast import EXECUTION, MODEL, NOW
from tests.scripts.releases.bureau import Bureau, Command
from tests.scripts.releases.kept_documents import kept_in_production, refused_in_production


@pytest.fixture
def command(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command as the release manager."""
    monkeypatch.setattr("scripts.commands.release_view.now", lambda: NOW)
    monkeypatch.setattr("scripts.commands.release_view.desk", lambda *_: bureau.desk())

    def run(*arguments: str) -> int:
        return main.main(["release", *arguments])

    return run


def failed_build(bureau: Bureau, moment: str) -> None:
    """Let production's deployment have failed without a rule."""
    told = {
        "build": "deploy",
        "failed_at": moment,
        "address": "terraform init",
        "must_hold": "must succeed",
        "got": "no space left on device",
        "hint": None,
    }
    kept_in_production(bureau, bureau.statement.release.id, "failed-build.json", told)


def test_show_tells_why_a_build_failed_that_no_rule_refused(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    failed_build(bureau, "2026-12-01T12:00:00Z")
    assert command("show", MODEL) == 0
    told = capsys.readouterr().err
    assert "production could not go on: terraform init: must succeed, got no space left" in told


def test_show_tells_a_rollout_that_went_back_and_its_alarm(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    alarms = [{"name": "errors", "state": "ALARM", "reason": "5 failures in a minute"}]
    told = {
        "started_at": "2026-12-01T12:00:00Z",
        "ended_at": "2026-12-01T12:05:00Z",
        "intended": "endpoint-new",
        "live": "endpoint-old",
        "runs_as_before": True,
        "alarms": alarms,
        "reason": "terraform apply: must succeed, got UpdateRollback",
    }
    kept_in_production(bureau, bureau.statement.release.id, "failed-rollout.json", told)
    assert command("show", MODEL, "--json") == 0
    [failure] = json.loads(capsys.readouterr().out)["failures"]
    assert failure["because"] == (
        "the endpoint was to run endpoint-new and runs what ran before; "
        "alarm errors: 5 failures in a minute (terraform apply: must succeed, got UpdateRollback)"
    )


@pytest.mark.parametrize(
    ("failed_at", "rules"),
    [("2026-12-01T11:00:00Z", ["not-frozen"]), ("2026-12-01T13:00:00Z", [])],
)
def test_the_latest_word_of_a_target_counts_where_a_stage_was_tried_again(
    bureau: Bureau,
    command: Command,
    capsys: pytest.CaptureFixture[str],
    failed_at: str,
    rules: list[str],
) -> None:
    failed_build(bureau, failed_at)
    refused_in_production(bureau, bureau.statement.release.id, "not-frozen")
    assert command("show", MODEL, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["rule"] for one in shown["judged"]] == rules
    assert len(shown["failures"]) == 1 - len(rules)


def test_what_was_kept_before_a_build_that_was_killed_is_not_told_of_it(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    failed_build(bureau, "2026-12-01T08:59:59Z")
    assert command("show", MODEL, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["judged"], shown["failures"]) == ([], [])


def test_what_a_stage_ended_with_before_it_was_tried_again_is_not_told(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    failed_build(bureau, "2026-12-01T12:00:00Z")
    again: Any = ("Production/production-Deploy", "Deployed_production", "Succeeded", {})
    bureau.pipelines.runs[EXECUTION].actions.append(again)
    assert command("show", MODEL, "--json") == 0
    assert json.loads(capsys.readouterr().out)["failures"] == []
