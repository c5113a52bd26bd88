"""Production takes what staging's test and people have signed for it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipelines.errors import Finding
from tests.pipelines.attestations.cast import builder, staging_key
from tests.pipelines.promotion.places import DECISIONS
from tests.pipelines.promotion.refusals import check_unchanged, place, refusal_of, run
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.world import EXECUTION, tell_source

HOUR = timedelta(hours=1)


def test_what_was_tested_and_approved_is_deployed_to_production(production: Stage) -> None:
    run(production)
    assert production.report("deployment.json")["release_sha256"] == production.release.sha256
    assert set(production.evidence()) == {
        f"{place(production)}/{name}"
        for name in (
            "Tested_staging/test-report.dsse.json",
            "Tested_staging/test-report.json",
            "approvals/rita-20300102T023405Z.dsse.json",
            "production/deployment.json",
            "release.dsse.json",
            "release.json",
            "terraform.tar",
        )
    }


def no_tests(stage: Stage) -> None:
    """Hand over no test."""
    settings = stage.settings
    kept = {name: path for name, path in settings.artifacts.items() if name == "Release"}
    stage.settings = replace(settings, artifacts=kept)


def unsigned_test(stage: Stage) -> None:
    """Hand over a report that nobody has signed."""
    (stage.artifact("Tested_staging") / "test-report.dsse.json").unlink()


def edited_report(stage: Stage) -> None:
    """Change a report that was signed."""
    path = stage.artifact("Tested_staging") / "test-report.json"
    path.write_bytes(path.read_bytes().replace(b'"p50_ms":10.0', b'"p50_ms":0.5'))


def approved_elsewhere(stage: Stage) -> None:
    """Approve the release for another execution, and carry that word here."""
    stage.papers.approved(replace(stage.papers.approval(), execution_id="other"))


def clicked(stage: Stage) -> None:
    """Approve in the console only."""
    listed = stage.s3.list_objects_v2(Bucket=DECISIONS)["Contents"]
    for one in listed:
        stage.s3.delete_object(Bucket=DECISIONS, Key=one["Key"])


def by_a_maker(stage: Stage) -> None:
    """Let whoever approves have written the commit."""
    tell_source(stage.settings.root, author="rita@example.com")
    actors = stage.papers.statement().actors
    author = replace(actors.author, email="rita@example.com", person="rita")
    statement = replace(stage.papers.statement(), actors=replace(actors, author=author))
    stage.papers.lay(statement, builder())
    stage.papers.approved(replace(stage.papers.approval(), statement_sha256=sha_of(statement)))


def sha_of(statement: Any) -> str:
    """Digest of a statement."""
    digest: str = statement.statement().sha256
    return digest


def expired(stage: Stage) -> None:
    """Approve for a time that has passed."""
    made = stage.papers.now - HOUR / 2
    stage.papers.approved(replace(stage.papers.approval(), expires_at=made + HOUR / 3))


def of_other_digests(stage: Stage) -> None:
    """Approve another statement than the one at hand."""
    stage.papers.approved(replace(stage.papers.approval(), statement_sha256="0" * 64))


def for_another_account(stage: Stage) -> None:
    """Approve for another production account."""
    stage.papers.approved(replace(stage.papers.approval(), accounts=("production-us",)))


PEOPLE: list[tuple[str, Callable[[Stage], None]]] = [
    ("tests-signed", no_tests),
    ("tests-signed", unsigned_test),
    ("tests-signed", lambda s: s.papers.tested(by=staging_key(number=2))),
    ("tests-passed", lambda s: s.papers.tested(replace(s.papers.test(), passed=False))),
    ("tests-of-this-release", edited_report),
    (
        "tests-of-this-release",
        lambda s: s.papers.tested(replace(s.papers.test(), execution_id="other")),
    ),
    ("approvals-signed", clicked),
    ("approvals-signed", lambda s: s.papers.approved(s.papers.approval("rita"), by=builder())),
    ("approved-these-digests", of_other_digests),
    ("approved-for-this-stage-and-execution", approved_elsewhere),
    ("approved-for-this-stage-and-execution", for_another_account),
    ("approval-in-force", expired),
    ("approver-is-nobody-of-the-makers", by_a_maker),
]


@pytest.mark.parametrize(("rule", "change"), PEOPLE)
def test_production_refuses_what_was_not_tested_and_approved_and_names_the_rule(
    production: Stage, rule: str, change: Callable[[Stage], None]
) -> None:
    change(production)
    assert refusal_of(production)["rule"] == rule


def test_production_asks_for_as_many_people_as_the_organisation_says(production: Stage) -> None:
    organization = production.settings.organization
    approvals = {kind: 2 * number for kind, number in organization.promotion.approvals.items()}
    more = replace(organization, promotion=replace(organization.promotion, approvals=approvals))
    production.settings = replace(production.settings, organization=more)
    assert refusal_of(production)["rule"] == "enough-approvers"


def test_a_version_that_was_rejected_since_is_refused_and_reported(production: Stage) -> None:
    production.sagemaker.approval = "Rejected"
    with pytest.raises(Finding, match="must have the approval status Approved, got Rejected"):
        run(production)
    check_unchanged(production)
    assert production.report("refusal.json")["rule"] == "package-approved-now"


def test_an_approval_that_does_not_hold_is_told_and_spoils_no_other(
    production: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    place = f"approvals/{production.papers.place}/{EXECUTION}"
    production.papers.put(f"{place}/somebody.dsse.json", b"?")
    run(production)
    assert "an approval that counts nothing" in caplog.text
