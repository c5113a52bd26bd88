"""Freezing, lifting and revoking: signed words, and what list and show tell of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from pipelines.attestations.evidence import Document
from pipelines.attestations.freeze import State
from scripts import main
from scripts.releases.carried import read_carried
from scripts.releases.judging import judge_case
from scripts.releases.office import ModelOffice
from scripts.releases.stops import read_freezes, read_revocations
from tests.pipelines.attestations.cast import EXECUTION, MODEL, NOW, builder, staging_key
from tests.scripts.releases.bureau import DECISIONS, EARLIER, Bureau, Command
from tests.scripts.releases.kept_documents import refused_in_production

FREEZE = ("freeze", "--scope", "production", "--reason", "holidays", "--ticket", "CHG-1")
LIFT = ("unfreeze", "--scope", "production", "--reason", "they are over")


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> Any:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time for all commands."""
    made = Clock()
    for module in ("release_stops", "release_view"):
        monkeypatch.setattr(f"scripts.commands.{module}.now", made)
    return made


@pytest.fixture
def command(bureau: Bureau, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command as one of the people."""

    def run(*arguments: str, person: str | None = "rita") -> int:
        for module in ("release_stops", "release_view"):
            monkeypatch.setattr(
                f"scripts.commands.{module}.desk", lambda *_args, **_more: bureau.desk(person)
            )
        return main.main(["release", *arguments])

    return run


def words(bureau: Bureau, kind: str) -> list[Document]:
    """Give the words of a kind that are kept."""
    start = f"{DECISIONS}/{kind}/"
    kept = bureau.objects.kept
    return [Document(address, kept[address]) for address in kept if address.startswith(start)]


def rule_now(bureau: Bureau, clock: Clock) -> str | None:
    """Ask production by which rule it would refuse what waits."""
    office: ModelOffice = bureau.office()
    carried = read_carried(office.flow, EXECUTION)
    [case] = office.cases(carried, office.decided(carried), office.production, clock.at)
    refused = judge_case(case).refused
    return refused.rule if refused else None


def test_a_freeze_stops_and_a_lift_lets_go_on(
    bureau: Bureau, command: Command, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rule_now(bureau, clock) == "approvals-signed"
    assert command(*FREEZE) == 0
    assert rule_now(bureau, clock) == "not-frozen"
    told = capsys.readouterr().err
    assert "production is frozen by rita since 2026-12-01T12:00:00Z: holidays (CHG-1)" in told
    clock.at += timedelta(hours=1)
    assert command(*LIFT, person="rob") == 0
    assert rule_now(bureau, clock) == "approvals-signed"
    freezes = read_freezes(words(bureau, "freezes"))
    assert [(word.state, word.owner) for word in freezes] == [
        (State.FROZEN, "rita"),
        (State.LIFTED, "rob"),
    ]
    # Who lifts need not look for the ticket.
    assert freezes[1].ticket == "CHG-1"


def test_a_lift_in_the_second_of_the_freeze_counts(
    bureau: Bureau, command: Command, clock: Clock
) -> None:
    command(*FREEZE)
    assert command(*LIFT, person="rob") == 0
    clock.at += timedelta(seconds=1)
    assert rule_now(bureau, clock) == "approvals-signed"


def test_a_lift_is_signed_only_where_it_will_count(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command(*FREEZE)
    bureau.pin(builder(), staging_key())
    assert command(*LIFT) == 2
    assert "must have pinned the key with which rita signs" in capsys.readouterr().err
    assert len(words(bureau, "freezes")) == 1
    # A freeze counts whoever signs it.
    assert command(*FREEZE, person="rob") == 0


def test_a_second_word_in_one_second_does_not_hide_the_first(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command(*FREEZE)
    assert command("freeze", "--scope", MODEL, "--reason", "too", "--ticket", "CHG-2") == 1
    assert "must be a name that is free" in capsys.readouterr().err
    [kept] = read_freezes(words(bureau, "freezes"))
    assert kept.scope == "production"


def test_a_freeze_ends_by_itself(bureau: Bureau, command: Command, clock: Clock) -> None:
    assert command(*FREEZE, "--until", "2026-12-02") == 0
    assert rule_now(bureau, clock) == "not-frozen"
    clock.at = NOW.replace(day=2, hour=0)
    assert rule_now(bureau, clock) == "approvals-signed"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--scope", "prodution"), "did you mean production?"),
        (("--until", "tomorrow"), "--until: must be a day or a moment such as"),
        (("--until", "2026-12-01T12:00:00Z"), "--until: must be later than now"),
    ],
)
def test_a_freeze_that_would_freeze_nothing_is_refused(
    arguments: Sequence[str],
    sentence: str,
    bureau: Bureau,
    command: Command,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(*FREEZE, *arguments) == 2
    assert sentence in capsys.readouterr().err
    assert not words(bureau, "freezes")


def test_what_is_not_frozen_is_not_lifted(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*LIFT) == 2
    assert "must be frozen to be lifted, got production, which is not" in capsys.readouterr().err


def test_only_a_release_manager_stops_releases(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    release = bureau.statement.release.id
    for arguments in (FREEZE, LIFT, ("revoke", MODEL, "--release", release, "--reason", "x")):
        assert command(*arguments, person="lena") == 2
        assert "must name a release manager (rita, rob), got lena" in capsys.readouterr().err


def test_a_revoked_release_is_deployed_by_nobody(
    bureau: Bureau, command: Command, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    release = bureau.statement.release
    assert command("revoke", MODEL, "--release", release.id, "--reason", "leaks") == 0
    assert rule_now(bureau, clock) == "not-revoked"
    [kept] = words(bureau, "revocations")
    [revocation] = read_revocations([kept])
    assert (revocation.release_sha256, revocation.by) == (release.sha256, "rita")
    place = f"{DECISIONS}/revocations/{MODEL}/{release.id}/rita-20261201T120000Z.dsse.json"
    assert kept.address == place
    assert f"{release.id} is revoked" in capsys.readouterr().err


def test_a_release_that_nobody_promoted_cannot_be_revoked(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("revoke", MODEL, "--release", "x-v1-000000000000", "--reason", "leaks") == 1
    assert "must be carried by a promotion of the model" in capsys.readouterr().err


def test_show_tells_freezes_and_the_rule_that_refuses(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command(*FREEZE)
    capsys.readouterr()
    assert command("show", MODEL) == 0
    told = capsys.readouterr()
    assert "production is frozen by rita since" in told.err
    assert "production refuses by rule not-frozen" in told.err
    assert command("show", MODEL, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["rule"] for one in shown["judged"]] == ["not-frozen"]
    assert [one["owner"] for one in shown["freezes"]] == ["rita"]


def test_show_tells_by_which_rule_a_target_refused(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    refused_in_production(bureau, bureau.statement.release.id, "approval-in-force")
    command("show", MODEL)
    told = capsys.readouterr().err
    assert "production refuses by rule approval-in-force: rita.dsse.json: must be in force" in told


@pytest.mark.parametrize(
    ("rule", "lost", "edited"),
    [
        ("statement-is-of-these-bytes", "", b"{}"),
        ("signature-of-release", "release.dsse.json", None),
    ],
)
def test_show_tells_the_rule_though_the_artefact_holds_no_signed_release(
    bureau: Bureau,
    command: Command,
    capsys: pytest.CaptureFixture[str],
    rule: str,
    lost: str,
    edited: bytes | None,
) -> None:
    run = bureau.pipelines.runs[EXECUTION]
    place = [name for name, *_ in run.actions].index("Bundle/Bundle")
    name, artifact, status, files = run.actions[place]
    kept = {file: content for file, content in files.items() if file != lost}
    if edited is not None:
        kept["release.json"] = edited
    run.actions[place] = (name, artifact, status, kept)
    refused_in_production(bureau, bureau.statement.release.id if edited is None else None, rule)
    assert command("show", MODEL, "--json") == 0
    assert [one["rule"] for one in json.loads(capsys.readouterr().out)["judged"]] == [rule]


def test_show_tells_what_became_of_a_promotion_whose_artefact_is_lost(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    run = bureau.pipelines.runs[EXECUTION]
    run.status, run.reason, bureau.pipelines.waits = "Failed", "NoSuchKey", None
    bureau.objects.denied = ("artifacts",)
    assert command("show", MODEL) == 0
    told = capsys.readouterr().out
    assert "not readable: s3://artifacts/" in told
    assert "NoSuchKey" in told


def test_list_and_show_serve_those_who_may_not_read_decisions(
    bureau: Bureau, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    bureau.objects.denied = (DECISIONS,)
    assert command("list", MODEL, person="lena") == 0
    assert "whether anything is frozen is not told to this role" in capsys.readouterr().err
    assert command("show", MODEL, person="lena") == 0
    told = capsys.readouterr()
    assert bureau.statement.release.id in told.out
    assert "what was decided is not told here" in told.err


def test_list_tells_what_waits_and_what_ended(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("list", MODEL, "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(row["execution"], row["waits"]) for row in listed] == [
        (EXECUTION, "at the gate"),
        (EARLIER, ""),
    ]
