"""What a promotion leaves of a release in a target: signed by build, staging and rita."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pipelines.attestations.approval import Decision, approve
from pipelines.attestations.envelope import sign
from pipelines.attestations.moments import compact
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.canonical import sha256_of
from pipelines.promotion.kept_terraform import TERRAFORM_FILE
from tests.pipelines.attestations.cast import TEST, Holder, approver, builder, staging_key
from tests.scripts.releases.bureau import report


def papers(
    statement: ReleaseStatement,
    decision: Decision,
    terraform: bytes,
    *,
    tested_at: datetime = TEST.made_at,
    by: Holder | None = None,
) -> Mapping[str, bytes]:
    """Give the documents by their names; ``by`` has signed the release instead of the build."""
    release, execution = statement.release, statement.execution_id
    told = report(release, execution)
    test = replace(
        TEST,
        release_id=release.id,
        release_sha256=release.sha256,
        execution_id=execution,
        report_sha256=sha256_of(told),
        made_at=tested_at,
    )
    approval = approve(statement, [test], decision)
    place = f"approvals/{decision.approver}-{compact(decision.made_at)}.dsse.json"
    signed = sign(approval.statement(), approver(decision.approver).signer)
    return {
        "release.json": release.content(),
        "release.dsse.json": sign(statement.statement(), (by or builder()).signer),
        TERRAFORM_FILE: terraform,
        "Tested_staging/test-report.json": told,
        "Tested_staging/test-report.dsse.json": sign(test.statement(), staging_key().signer),
        place: signed,
    }
