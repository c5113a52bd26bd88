"""Who must not approve, and what must not be approved, is refused before anything is signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from pipelines.attestations.envelope import sign
from pipelines.attestations.freeze import Freeze, State
from pipelines.attestations.release_statement import Actors, Author
from pipelines.attestations.revocation import Revocation
from tests.pipelines.attestations.cast import EXECUTION, MODEL, NOW, approver, builder, staging_key
from tests.scripts.releases.bureau import DECISIONS, Bureau, Command, stated, stored

APPROVE = ("approve", MODEL, "--summary", "better recall", "--ticket", "CHG-7")


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
