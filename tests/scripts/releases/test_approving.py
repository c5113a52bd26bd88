"""Approving: what is signed, when the gate opens, and who is refused before they have signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.attestations.envelope import open_envelope
from pipelines.attestations.evidence import Document
from pipelines.errors import Misuse
from pipelines.promotion.quality import Slice
from scripts.releases.deciding import waiting
from scripts.releases.judging import judge_case
from scripts.releases.office import read_approvals
from tests.pipelines.attestations.cast import EXECUTION, MODEL, NOW, approver
from tests.pipelines.promotion.reported import result
from tests.scripts.releases.bureau import DECISIONS, Bureau, Command, stored, two_managers

APPROVE = ("approve", MODEL, "--summary", "better recall", "--ticket", "CHG-7")


def test_an_approval_is_signed_with_the_persons_own_key_and_kept_under_their_name(
    bureau: Bureau, decide: Callable[[Bureau], Command]
) -> None:
    assert decide(bureau)(*APPROVE, "--expires", "60") == 0
    [(name, envelope)] = stored(bureau).items()
    assert name == "rita-20261201T120000Z"
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


def _at_the_gate_before_staging(required: int) -> Bureau:
    bureau = Bureau(two_managers(required=required, before_staging=1))
    run = bureau.pipelines.runs[EXECUTION]
    run.actions[2:] = [("ApproveStaging/Approve", "None", "InProgress", {})]
    bureau.pipelines.gate = "ApproveStaging"
    return bureau


def test_the_gate_before_staging_opens_by_words_for_staging_alone(
    decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    bureau = _at_the_gate_before_staging(required=2)
    assert decide(bureau)(*APPROVE) == 0
    assert "goes to staging" in capsys.readouterr().err
    assert [answer["status"] for answer in bureau.pipelines.answers] == ["Approved"]
    [envelope] = stored(bureau).values()
    [approval] = read_approvals([Document("rita", envelope)])
    assert (approval.stage, approval.accounts) == ("staging", ("staging",))
    assert approval.test_report_sha256 == ()


def test_a_word_for_staging_opens_no_gate_before_production(
    decide: Callable[[Bureau], Command],
) -> None:
    bureau = _at_the_gate_before_staging(required=1)
    command = decide(bureau)
    assert command(*APPROVE) == 0
    bureau.pipelines.runs[EXECUTION] = bureau.run(bureau.statement)
    bureau.pipelines.gate, bureau.pipelines.waits = "Approve", EXECUTION
    [case] = waiting(bureau.office(), None, NOW).cases
    refused = judge_case(case).refused
    assert refused is not None
    assert refused.rule == "approved-these-digests"
    assert command(*APPROVE, person="rob") == 0
    assert len(bureau.pipelines.answers) == 2


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
    first = stored(bureau)
    monkeypatch.setattr("scripts.commands.release.now", lambda: NOW + timedelta(minutes=10))
    assert command(*APPROVE) == 0
    assert list(stored(bureau)) == ["rita-20261201T120000Z", "rita-20261201T121000Z"]
    assert stored(bureau).items() > first.items()
    # The colleague's makes two: the one that expired stands in nobody's way.
    assert command(*APPROVE, person="rob") == 0
    assert [answer["status"] for answer in bureau.pipelines.answers] == ["Approved"]


def test_an_approval_takes_no_place_that_is_taken(
    bureau: Bureau, decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    command = decide(bureau)
    release = bureau.statement.release.id
    place = f"{DECISIONS}/approvals/{MODEL}/{release}/{EXECUTION}/rita-20261201T120000Z.dsse.json"
    bureau.objects.kept[place] = b"{}"
    assert command(*APPROVE) == 1
    assert bureau.objects.kept[place] == b"{}"
    assert "must be a name that is free" in capsys.readouterr().err
    assert not bureau.pipelines.answers


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
    assert {name.partition("-")[0] for name in stored(bureau)} == {"rita", "rob"}
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


def test_slices_that_a_test_could_not_decide_are_told_before_anybody_signs(
    decide: Callable[[Bureau], Command], capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = Slice("from 15", 8, None, "8 rows, fewer than 20", None)
    tested = result(unknown, replace(unknown, name="below 12"))
    decide(Bureau(tested=tested))(*APPROVE)
    assert "staging passed, 2 slices undecided" in capsys.readouterr().out


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
    bureau.objects.kept[f"{place}/rob-20261201T115900Z.dsse.json"] = b"{}"
    found = waiting(bureau.office(), None, NOW)
    [judged] = [judge_case(case) for case in found.cases]
    assert judged.refused is not None
    assert judged.refused.rule == "approvals-signed"
