"""Who must not take production back, and what must not come back, is refused before it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scripts import main
from tests.pipelines.attestations.cast import NOW
from tests.scripts.releases.bureau import Command
from tests.scripts.releases.shelf import Shelf

WHY = ("--summary", "recall fell", "--ticket", "INC-7")


@pytest.mark.parametrize("person", ["lena", "sofia", "milo", "petra", "omar", "nobody"])
def test_nobody_but_a_release_manager_takes_production_back(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str], person: str
) -> None:
    assert roll_back(*WHY, "--yes", person=person) == 2
    told = capsys.readouterr()
    assert f"must name a release manager (rita, rob), got {person}" in told.err
    assert told.out == ""
    assert shelf.is_untouched()
    # Not even asked for what is kept: each refusal counts in the audit trail.
    assert shelf.bureau.taken == []


def test_whoever_says_no_name_is_told_to(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roll_back(*WHY, "--yes", person=None) == 2
    assert "--as: must name the person who does this, got nobody" in capsys.readouterr().err
    assert shelf.is_untouched()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("breast-cancer", "--as", "rita-of-elsewhere"), "people must have the entry asked for"),
        (("breast-cancre", "--as", "rita"), "did you mean breast-cancer?"),
    ],
)
def test_whom_and_what_the_organisation_does_not_know_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert main.main(["release", "rollback", *arguments, *WHY, "--yes"]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["--summary", "--ticket"])
def test_nobody_goes_back_without_saying_why(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    place = WHY.index(missing)
    rest = WHY[:place] + WHY[place + 2 :]
    assert roll_back(*rest, "--yes") == 2
    assert missing in capsys.readouterr().err
    assert shelf.is_untouched()


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ("revoked", "not-revoked"),
        ("rejected", "not-rejected"),
        ("never verified", "verified-here"),
        ("without its Terraform", "kept-here"),
    ],
)
def test_what_must_not_come_back_is_passed_over_and_refused_by_its_name(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str], how: str, rule: str
) -> None:
    shelf.spoil(2, how)
    assert roll_back(*WHY, "--to", shelf.release(2).id, "--yes") == 1
    told = capsys.readouterr()
    assert f"rule {rule}: " in told.err
    assert told.out == ""
    assert shelf.is_untouched()
    assert roll_back(*WHY, "--yes") == 0
    assert f"(rule {rule})" in " ".join(capsys.readouterr().out.split())
    assert shelf.word()[1].to.release_id == shelf.release(1).id


def test_where_nothing_is_left_to_go_back_to_nothing_is_signed(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf.spoil(1, "rejected")
    shelf.spoil(2, "revoked")
    assert roll_back(*WHY, "--yes") == 1
    # By the rule that keeps the latest: that is what somebody would mend.
    assert "rule not-revoked: " in capsys.readouterr().err
    assert roll_back(*WHY, "--to", "breast-cancer-v9-000000000000", "--yes") == 1
    assert "must have the evidence of release breast-cancer-v9-0000" in capsys.readouterr().err
    assert shelf.is_untouched()


def test_another_stage_does_not_go_back(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roll_back(*WHY, "--account", "staging", "--yes") == 2
    assert "must be a production account (production), got staging" in capsys.readouterr().err
    assert shelf.is_untouched()


def test_a_key_that_does_not_sign_is_told_and_nothing_is_changed(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf.bureau.keys.unwilling = True
    assert roll_back(*WHY, "--yes") == 3
    assert "must sign for this role, got DisabledException" in capsys.readouterr().err
    assert shelf.is_untouched()


@pytest.mark.parametrize(("error", "code"), [("AccessDeniedException", 2), ("Throttled", 3)])
def test_a_pipeline_that_does_not_start_is_told_and_may_be_tried_again(
    shelf: Shelf,
    roll_back: Command,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: str,
    code: int,
) -> None:
    shelf.bureau.pipelines.unstartable = error
    assert roll_back(*WHY, "--yes") == code
    assert "must be a pipeline that you may start" in capsys.readouterr().err
    assert not shelf.bureau.pipelines.started
    shelf.bureau.pipelines.unstartable = None
    # In the same second the name of the first word is taken; nothing is started by the other.
    assert roll_back(*WHY, "--yes") == 1
    assert "must be a name that is free" in capsys.readouterr().err
    later = NOW + timedelta(seconds=1)
    monkeypatch.setattr("scripts.commands.release_rollback.now", lambda: later)
    assert roll_back(*WHY, "--yes") == 0
    [request] = shelf.bureau.pipelines.started
    assert {"name": "Decision", "value": "rita-20261201T120001Z"} in request["variables"]


def test_the_same_said_twice_starts_one_rollback(
    shelf: Shelf, roll_back: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roll_back(*WHY, "--yes") == 0
    assert roll_back(*WHY, "--yes") == 2
    told = capsys.readouterr().err
    assert "must have no rollback under way, got rollback-1" in told
    assert "gatehouse release board" in told
    assert len(shelf.words()) == len(shelf.bureau.pipelines.started) == 1
