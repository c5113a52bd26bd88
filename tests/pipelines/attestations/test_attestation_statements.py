"""Every type of statement reads back, and one that contradicts itself is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest

from pipelines.attestations.approval import Approval
from pipelines.attestations.freeze import Freeze, State
from pipelines.attestations.moments import compact, read, spell
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.revocation import Revocation
from pipelines.attestations.statement import Statement, Subject, check_statement, parse_statement
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.errors import Finding
from tests.pipelines.attestations.cast import NOW, RELEASE, STATEMENT, TEST, approval

REVOCATION = Revocation(RELEASE.id, RELEASE.sha256, "rita", "leaks rows", NOW)
FREEZE = Freeze("all", State.FROZEN, "rita", "audit", "CHG-9", NOW, NOW + timedelta(hours=1))
ALL: list[Any] = [
    STATEMENT,
    TEST,
    approval(),
    REVOCATION,
    FREEZE,
    replace(FREEZE, until=None, state=State.LIFTED),
]


@pytest.mark.parametrize("said", ALL)
def test_every_statement_reads_back(said: Any) -> None:
    statement = parse_statement("s", check_statement("s", said.statement()).content())
    assert type(said).parse("s", statement) == said
    assert type(said).parse("s", statement).statement() == statement


@pytest.mark.parametrize("said", ALL)
@pytest.mark.parametrize("kind", [ReleaseStatement, TestAttestation, Approval, Revocation, Freeze])
def test_a_statement_is_never_taken_for_one_of_another_type(said: Any, kind: Any) -> None:
    if not isinstance(said, kind):
        with pytest.raises(Finding, match="must be of type urn:gatehouse:"):
            kind.parse("s", said.statement())


def test_a_release_statement_is_about_everything_that_the_release_consists_of() -> None:
    subjects = {subject.name: subject.sha256 for subject in STATEMENT.subjects}
    assert subjects == {
        "archive": "a" * 64,
        "configuration/production": RELEASE.configuration["production"].document()["sha256"],
        "configuration/staging": RELEASE.configuration["staging"].document()["sha256"],
        "configuration/trial": RELEASE.configuration["trial"].document()["sha256"],
        "data": "0" * 64,
        "definition": "c" * 64,
        "evaluation": "d" * 64,
        "guardrails": "2" * 64,
        "holdout": "e" * 64,
        "image": "b" * 64,
        "predictions": "f" * 64,
        "release.json": RELEASE.sha256,
        "terraform": "1" * 64,
    }


def test_an_approval_is_about_the_release_and_the_tests() -> None:
    report = Subject("staging/test-report.json", TEST.report_sha256)
    assert set(approval().subjects) == {*STATEMENT.subjects, report}


@pytest.mark.parametrize("said", [STATEMENT, TEST, REVOCATION, FREEZE])
def test_a_statement_about_other_subjects_than_its_predicate_names_is_refused(said: Any) -> None:
    statement = said.statement()
    first, *rest = statement.subjects
    for subjects in (
        (replace(first, sha256="9" * 64), *rest),
        tuple(sorted((*statement.subjects, Subject("zzz", "9" * 64)))),
    ):
        with pytest.raises(Finding, match="must be about the subjects that its predicate names"):
            type(said).parse("s", replace(statement, subjects=subjects))


def changed(statement: Statement, **changes: Any) -> Statement:
    """A statement whose predicate says something else."""
    return replace(statement, predicate=dict(statement.predicate) | changes)


def test_a_release_with_another_digest_than_stated_is_refused() -> None:
    with pytest.raises(Finding, match="release_sha256 must be"):
        ReleaseStatement.parse("s", changed(STATEMENT.statement(), release_sha256="9" * 64))


def test_a_release_that_is_none_is_refused() -> None:
    edited = RELEASE.document() | {"commit": "f" * 40}
    for release in ({}, edited):
        with pytest.raises(Finding, match="s: release: "):
            ReleaseStatement.parse("s", changed(STATEMENT.statement(), release=release))


@pytest.mark.parametrize("text", ["", "two\nlines", "hid\u202eden", "bell\x07"])
def test_a_reason_is_one_line_that_shows_all_it_says(text: str) -> None:
    for said in (replace(approval(), reason=text), replace(FREEZE, ticket=text)):
        with pytest.raises(Finding, match="must follow its schema"):
            check_statement("s", said.statement())


def test_a_moment_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(Finding, match=r"must be a moment such as .*, got 2026-02-30T00:00:00Z"):
        TestAttestation.parse("s", changed(TEST.statement(), made_at="2026-02-30T00:00:00Z"))


def test_moments_are_utc_and_whole_seconds() -> None:
    ahead = (NOW + timedelta(milliseconds=900)).astimezone(timezone(timedelta(hours=2)))
    assert spell(ahead) == "2026-12-01T12:00:00Z"
    assert read("m", spell(ahead)) == NOW
    assert compact(ahead) == "20261201T120000Z"
    with pytest.raises(ValueError, match="must have a time zone"):
        spell(NOW.replace(tzinfo=None))
