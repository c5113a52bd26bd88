"""Approving: what is signed, when the gate opens, and who is refused before they have signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.attestations.envelope import open_envelope, sign
from pipelines.attestations.evidence import Document
from pipelines.attestations.freeze import Freeze, State
from pipelines.attestations.release_statement import Actors, Author
from pipelines.attestations.revocation import Revocation
from pipelines.errors import Misuse
from scripts import main
from scripts.releases.deciding import waiting
from scripts.releases.judging import judge_case
from scripts.releases.office import read_approvals
from tests.pipelines.attestations.cast import EXECUTION, MODEL, NOW, approver, builder, staging_key
from tests.scripts.releases.bureau import Bureau, stated, two_managers

DECISIONS = "gatehouse-data-science-decisions-111111111111"


@pytest.fixture
def bureau() -> Bureau:
    """A release at the gate that two people must approve."""
    return Bureau()


Command = Callable[..., int]


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch) -> Callable[[Bureau], Command]:
    """Run a command of a bureau as one of its people, an hour after the tests."""
    monkeypatch.setattr("scripts.commands.release.now", lambda: NOW)

    def at(bureau: Bureau) -> Command:
        def run(*arguments: str, person: str | None = "rita") -> int:
            monkeypatch.setattr(
                "scripts.commands.release.desk", lambda _person, _model: bureau.desk(person)
            )
            return main.main(["release", *arguments])

        return run

    return at


APPROVE = ("approve", MODEL, "--summary", "better recall", "--ticket", "CHG-7")


def stored(bureau: Bureau) -> dict[str, bytes]:
    """Give the approvals that are kept, by person."""
    start = f"{DECISIONS}/approvals/{MODEL}/{bureau.statement.release.id}/{EXECUTION}/"
    return {
        address.removeprefix(start).removesuffix(".dsse.json"): content
        for address, content in bureau.objects.kept.items()
        if address.startswith(start)
    }


def test_an_approval_is_signed_with_the_persons_own_key_and_kept_under_their_name(
    bureau: Bureau, decide: Callable[[Bureau], Command]
) -> None:
    assert decide(bureau)(*APPROVE, "--expires", "60") == 0
    assert list(stored(bureau)) == ["rita"]
    envelope = stored(bureau)["rita"]
    opened = open_envelope("rita", envelope, [approver("rita").key])
    [approval] = read_approvals([Document("rita", envelope)])
    assert opened.key.person == approval.approver == "rita"
    assert (approval.reason, approval.ticket) == ("better recall", "CHG-7")
    assert approval.expires_at - approval.made_at == timedelta(minutes=60)
    assert approval.accounts == ("production",)
    assert approval.execution_id == EXECUTION


def test_the_gate_stays_shut_until_enough_people_have_signed(
    bureau: Bureau, decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    command = decide(bureau)
    assert command(*APPROVE) == 0
    assert not bureau.pipelines.answers
    assert "1 of 2 have approved; 1 more must: rob" in capsys.readouterr().err
    assert command(*APPROVE, person="rob") == 0
    [answer] = bureau.pipelines.answers
    assert answer["status"] == "Approved"
    assert answer["summary"] == "better recall (CHG-7); signed by rita, rob"
    assert "goes to production" in capsys.readouterr().err


def test_what_is_signed_is_what_production_believes(
    bureau: Bureau, decide: Callable[[Bureau], Command]
) -> None:
    command = decide(bureau)
    command(*APPROVE)
    command(*APPROVE, person="rob")
    bureau.pipelines.waits = EXECUTION
    found = waiting(bureau.office(), None, NOW)
    [judged] = [judge_case(case) for case in found.cases]
    assert judged.refused is None
    assert judged.verified is not None
    assert {one.approver for one in judged.verified.approvals} == {"rita", "rob"}


def test_two_approvals_of_one_person_are_one(
    bureau: Bureau, decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    command = decide(bureau)
    command(*APPROVE)
    first = stored(bureau)
    assert command(*APPROVE) == 0
    assert not bureau.pipelines.answers
    assert stored(bureau) == first
    assert "was approved by rita until" in capsys.readouterr().err


def test_a_gate_that_did_not_open_is_opened_by_the_same_command(
    decide: Callable[[Bureau], Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = Bureau(two_managers(required=1))
    command = decide(bureau)
    opens = bureau.pipelines.put_approval_result
    with monkeypatch.context() as shut:
        shut.setattr(bureau.pipelines, "put_approval_result", _out_of_reach)
        assert command(*APPROVE) != 0
    assert stored(bureau)
    assert opens == bureau.pipelines.put_approval_result
    assert command(*APPROVE) == 0
    assert [answer["status"] for answer in bureau.pipelines.answers] == ["Approved"]


def _out_of_reach(**_request: object) -> None:
    raise Misuse("pipeline", "must be within reach", got="no answer")


def test_an_approval_that_expired_is_signed_anew(
    bureau: Bureau, decide: Callable[[Bureau], Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = decide(bureau)
    command(*APPROVE, "--expires", "5")
    first = stored(bureau)["rita"]
    monkeypatch.setattr("scripts.commands.release.now", lambda: NOW + timedelta(minutes=10))
    assert command(*APPROVE) == 0
    assert stored(bureau)["rita"] != first


def test_what_failed_behind_the_gate_is_approved_anew_for_a_retry(
    bureau: Bureau, decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    command, run = decide(bureau), bureau.pipelines.runs[EXECUTION]
    bureau.pipelines.waits = None
    # A promotion that is still on its way, or was refused at the gate, is past nothing.
    assert command(*APPROVE, "--execution", EXECUTION) == 2
    run.status = "Failed"
    assert command(*APPROVE, "--execution", EXECUTION) == 2
    run.actions[-1] = ("Approve/Approve", "None", "Succeeded", {})
    assert command(*APPROVE) == 2
    assert not stored(bureau)
    assert command(*APPROVE, "--execution", EXECUTION) == 0
    assert command(*APPROVE, "--execution", EXECUTION, person="rob") == 0
    assert set(stored(bureau)) == {"rita", "rob"}
    assert not bureau.pipelines.answers
    assert "may be tried again; a platform admin retries the stage" in capsys.readouterr().err


def test_what_is_approved_is_shown(
    bureau: Bureau, decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    decide(bureau)(*APPROVE)
    told = capsys.readouterr().out
    release = bureau.statement.release
    for each in (release.id, release.archive.sha256, "staging passed", "threshold passed"):
        assert each in told
    assert "who wrote the commit sofia" in told


@pytest.mark.parametrize(
    "hand",
    [
        {"author": Author("rita@example.com", None)},
        {"author": Author("somebody@else", "rita")},
        {"registrar": "rita"},
        {"model_approver": "rita"},
        {"starter": "rita"},
    ],
)
def test_whoever_had_a_hand_in_a_release_is_refused_before_they_sign(
    hand: dict[str, object],
    decide: Callable[[Bureau], Command],
    capsys: pytest.CaptureFixture[str],
) -> None:
    actors = {"author": Author("sofia@example.com", "sofia"), "registrar": "sofia"}
    whole: dict[str, object] = {**actors, "model_approver": "lena", "starter": None, **hand}
    made = replace(stated(0.99), actors=Actors(**whole))  # type: ignore[arg-type]
    bureau = Bureau(statement=made)
    command = decide(bureau)
    assert command(*APPROVE) == 1
    told = capsys.readouterr().err
    assert "rule approver-is-nobody-of-the-makers: No approver had a hand in" in told
    assert not stored(bureau)
    # Rob may.
    assert command(*APPROVE, person="rob") == 0


def test_what_build_or_test_did_not_sign_is_not_approved(
    decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    for others, rule in (
        ((staging_key(), approver("rita"), approver("rob")), "signature-of-release"),
        ((builder(), approver("rita"), approver("rob")), "tests-signed"),
    ):
        bureau = Bureau()
        bureau.pin(*others, target="production")
        assert decide(bureau)(*APPROVE) == 1
        assert f"rule {rule}: " in capsys.readouterr().err
        assert not stored(bureau)


def test_somebody_whose_key_nobody_pinned_signs_nothing(
    bureau: Bureau, decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    bureau.pin(builder(), staging_key(), approver("rob"), target="production")
    assert decide(bureau)(*APPROVE) == 2
    told = capsys.readouterr().err
    assert "must have pinned the key with which rita signs, got none of theirs" in told
    assert "gatehouse release trust --account production" in told
    assert not stored(bureau)


def test_a_release_without_a_signed_statement_is_not_approved(
    bureau: Bureau, decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    run = bureau.pipelines.runs[EXECUTION]
    name, artifact, status, files = run.actions[1]
    run.actions[1] = (name, artifact, status, {"release.json": files["release.json"]})
    assert decide(bureau)(*APPROVE) == 1
    assert "must carry release.dsse.json" in capsys.readouterr().err


@pytest.mark.parametrize("stop", ["freeze", "revocation"])
def test_what_is_stopped_is_not_approved(
    stop: str,
    bureau: Bureau,
    decide: Callable[[Bureau], Command],
    capsys: pytest.CaptureFixture[str],
) -> None:
    release, signer = bureau.statement.release, approver("rob").signer
    if stop == "freeze":
        word = Freeze("production", State.FROZEN, "rob", "holidays", "CHG-1", NOW)
        envelope, rule = sign(word.statement(), signer), "not-frozen"
        bureau.objects.kept[f"{DECISIONS}/freezes/rob-x.dsse.json"] = envelope
    else:
        revoked = Revocation(release.id, release.sha256, "rob", "leaks", NOW)
        envelope, rule = sign(revoked.statement(), signer), "not-revoked"
        place = f"{DECISIONS}/revocations/{MODEL}/{release.id}"
        bureau.objects.kept[f"{place}/rob-x.dsse.json"] = envelope
    assert decide(bureau)(*APPROVE) == 1
    assert f"rule {rule}: " in capsys.readouterr().err
    assert not stored(bureau)


@pytest.mark.parametrize(
    ("person", "more", "sentence"),
    [
        ("lena", (), "--as: must name a release manager (rita, rob), got lena"),
        (None, (), "--as: must name the person who does this"),
        ("rita", ("--expires", "0"), "--expires: must be 1 to 1440 minutes"),
        ("rita", ("--expires", "1441"), "--expires: must be 1 to 1440 minutes"),
        ("rita", ("--execution", "another"), "must have execution another waiting at the gate"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    person: str | None,
    more: Sequence[str],
    sentence: str,
    bureau: Bureau,
    decide: Callable[[Bureau], Command],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert decide(bureau)(*APPROVE, *more, person=person) == 2
    assert sentence in capsys.readouterr().err
    assert not stored(bureau)


def test_a_rejection_asks_for_no_signature_and_ends_the_promotion(
    bureau: Bureau, decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    bureau.pin()
    assert decide(bureau)("reject", MODEL, "--summary", "wait for new data") == 0
    assert bureau.pipelines.answers == [{"summary": "wait for new data", "status": "Rejected"}]
    assert f"{bureau.statement.release.id} rejected" in capsys.readouterr().err


def test_the_pins_of_the_target_are_read_as_the_same_person_there(bureau: Bureau) -> None:
    waiting(bureau.office(), None, NOW)
    role = "arn:aws:iam::333333333333:role/gatehouse-production-release-manager"
    assert (role, "rita") in bureau.taken


def test_a_word_that_does_not_hold_opens_no_gate(bureau: Bureau) -> None:
    # Somebody put a file there that nobody signed.
    place = f"{DECISIONS}/approvals/{MODEL}/{bureau.statement.release.id}/{EXECUTION}"
    bureau.objects.kept[f"{place}/rob.dsse.json"] = b"{}"
    found = waiting(bureau.office(), None, NOW)
    [judged] = [judge_case(case) for case in found.cases]
    assert judged.refused is not None
    assert judged.refused.rule == "approvals-signed"
