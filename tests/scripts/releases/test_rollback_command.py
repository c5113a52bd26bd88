"""The command shows where production would go back to, asks, signs, starts, and may follow."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.naming import Naming
from scripts import main
from scripts.console import Voice
from scripts.waiting import Patience
from tests.pipelines.attestations.cast import MODEL
from tests.scripts.releases.bureau import Command
from tests.scripts.releases.clients import Run
from tests.scripts.releases.shelf import Shelf

WHY = ("--summary", "recall fell", "--ticket", "INC-7")
Answering = Callable[[str], None]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Sit somebody at a terminal, who gives an answer when they are asked."""

    def answering(answer: str) -> None:
        monkeypatch.setattr(Voice, "can_ask", lambda _self: True)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))

    return answering


def ended(status: str, *actions: tuple[str, str], reason: str | None = None) -> Run:
    """A rollback that has ended."""
    return Run("none", [(name, "None", one, {}) for name, one in actions], status, reason)


def test_a_release_manager_sees_what_would_come_before_anything_is_signed(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roll_back(*WHY) == 2
    out, err = capsys.readouterr()
    release = shelf.release(2)
    for each in (
        *(shelf.release(3).id, release.id, release.package_arn, release.commit),
        *(release.archive.sha256, release.image.digest, "2026-11-14T12:00:00Z"),
    ):
        assert each in out, each
    assert "--yes: must be said where nobody can be asked" in err
    assert release.id in err
    assert shelf.is_untouched()


def test_who_says_no_has_changed_nothing(
    shelf: Shelf, roll_back: Command, asked: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    asked("no")
    assert roll_back(*WHY) == main.INTERRUPTED
    assert f"Take production back to {shelf.release(2).id}? [y/N]" in capsys.readouterr().err
    assert shelf.is_untouched()


@pytest.mark.parametrize("answer", ["y", "YES"])
def test_who_says_yes_signs_and_starts(
    shelf: Shelf,
    roll_back: Command,
    asked: Answering,
    capsys: pytest.CaptureFixture[str],
    answer: str,
) -> None:
    asked(answer)
    assert roll_back(*WHY) == 0
    _document, word = shelf.word()
    assert (word.by, word.to.release_id) == ("rita", shelf.release(2).id)
    assert word.expires_at - word.made_at == timedelta(hours=1)
    assert len(shelf.bureau.pipelines.started) == 1
    told = capsys.readouterr().err
    assert f"{MODEL}: goes back to {word.to.release_id}, execution rollback-1" in told
    assert "see gatehouse release board" in told


def test_who_is_asked_sees_what_for_though_programs_read_the_answer(
    shelf: Shelf, roll_back: Command, asked: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    asked("y")
    assert roll_back(*WHY, "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["to"] == shelf.release(2).id
    before_the_question, question, _ = err.partition("Take production back to")
    assert question
    assert shelf.release(3).id in before_the_question
    assert shelf.release(2).archive.sha256 in before_the_question


def test_programs_read_one_document_and_nothing_else(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf.spoil(2, "rejected")
    assert roll_back(*WHY, "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    [passed_over] = told.pop("passed_over")
    assert passed_over.endswith("must not be rejected, got Rejected (rule not-rejected)")
    assert told == {
        "model": MODEL,
        "accounts": ["production"],
        "from": shelf.release(3).id,
        "to": shelf.release(1).id,
        "decision": "rita-20261201T120000Z",
        "execution": "rollback-1",
        "status": "InProgress",
        "reason": None,
    }


def test_who_waits_is_told_each_step_and_the_end(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf.bureau.pipelines.becomes = lambda: ended(
        "Succeeded",
        *(("Source/Source", "Succeeded"), ("Rollback/production-Rollback", "Succeeded")),
        ("Verify/production-Verify", "Succeeded"),
    )
    assert roll_back(*WHY, "--yes", "--wait") == 0
    told = capsys.readouterr().err
    steps = ("  production-Rollback: Succeeded", "  production-Verify: Succeeded")
    assert all(told.count(one) == 1 for one in steps)
    assert f"{MODEL}: production runs {shelf.release(2).id} again" in told


def test_a_rollback_that_failed_is_a_finding_with_its_reason(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = (("Source/Source", "Succeeded"), ("Rollback/production-Rollback", "Failed"))
    shelf.bureau.pipelines.becomes = lambda: ended("Failed", *failed, reason="rule undisturbed")
    assert roll_back(*WHY, "--yes", "--wait", "--json") == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["status"], told["reason"]) == ("Failed", "rule undisturbed")
    assert "rollback rollback-1: must succeed, got rule undisturbed" in err
    assert "docs/runbooks/roll-back-a-release.md" in err
    assert "again" not in err


def test_a_rollback_that_has_no_end_is_told_by_its_name(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roll_back(*WHY, "--yes", "--wait") == 3
    told = capsys.readouterr().err
    assert f"{MODEL}: goes back to {shelf.release(2).id}, execution rollback-1" in told
    assert "it goes on without this command" in told


def test_who_stops_waiting_is_told_that_the_rollback_goes_on(
    shelf: Shelf,
    roll_back: Command,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    impatient = Patience(seconds=5, interval=1, now=lambda: 0, sleep=interrupt)
    monkeypatch.setattr("scripts.commands.release_rollback.patience_for", lambda **_: impatient)
    assert roll_back(*WHY, "--yes", "--wait") == 3
    told = capsys.readouterr().err
    assert "rollback rollback-1: must be waited for until it ends, got an interruption" in told
    assert "it goes on without this command" in told
    assert "has ended" not in told
    assert len(shelf.bureau.pipelines.started) == 1


def test_no_word_counts_for_longer_than_the_organisation_lets_words_count(
    shelf: Shelf, roll_back: Command
) -> None:
    organization = shelf.bureau.naming.organization
    promotion = replace(organization.promotion, approval_valid_minutes=45)
    shelf.bureau.naming = Naming(replace(organization, promotion=promotion))
    assert roll_back(*WHY, "--yes") == 0
    _document, word = shelf.word()
    assert word.expires_at - word.made_at == timedelta(minutes=45)
