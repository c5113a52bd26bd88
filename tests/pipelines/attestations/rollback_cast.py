"""A release that production keeps, another that runs, and a rollback from this to that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.attestations.envelope import sign
from pipelines.attestations.evidence import Document
from pipelines.attestations.refusal import Refused
from pipelines.attestations.rollback import Destination, Left, Rollback
from pipelines.attestations.rules_of_kept_releases import KeptRelease
from pipelines.attestations.rules_of_rollbacks import Asked, Runs
from pipelines.canonical import canonical_json
from tests.pipelines.attestations.cast import (
    EXECUTION,
    HOME,
    MODEL,
    NOW,
    PEOPLE,
    RELEASE,
    REPORT,
    STATEMENT,
    TERRAFORM,
    Holder,
    approved,
    approver,
    attested,
    released,
)

PACKAGE_NOW = RELEASE.package_arn.removesuffix("/3") + "/4"
LATER = replace(RELEASE, package_arn=PACKAGE_NOW, commit="f" * 40)
# When the earlier release was deployed, when the later one, and when it is asked.
DEPLOYED = NOW
SINCE = NOW + timedelta(days=2)
ASKED_AT = NOW + timedelta(days=3)

ASKED = Asked(
    account="production",
    model=MODEL,
    home=HOME,
    runs=Runs(LATER, SINCE),
    now=ASKED_AT,
    staging_accounts=frozenset({"staging"}),
    required_approvals=1,
    approval_valid=timedelta(days=1),
    people=PEOPLE,
)
TO = Destination(RELEASE.id, RELEASE.sha256, STATEMENT.statement().sha256, EXECUTION)
WORD = Rollback(
    model=MODEL,
    left=Left(LATER.id, LATER.sha256),
    to=TO,
    accounts=("production",),
    by="rita",
    reason="recall fell",
    ticket="INC-1",
    made_at=ASKED_AT - timedelta(minutes=2),
    expires_at=ASKED_AT + timedelta(hours=1),
)


def said(word: Rollback = WORD, by: Holder | None = None) -> Document:
    """The envelope of a rollback, signed by whom it names if nobody else is named."""
    envelope = sign(word.statement(), (by or approver(word.by)).signer)
    return Document("rollback.dsse.json", envelope)


def documents(**changes: bytes | None) -> dict[str, Document]:
    """What is kept of the earlier release; a change replaces a document or takes it away."""
    evidence, test, approval = released(), attested(), approved()
    verification = {
        "account": "production",
        "execution_id": EXECUTION,
        "release_sha256": RELEASE.sha256,
    }
    found: dict[str, bytes | None] = {
        "release.json": evidence.release.content,
        "release.dsse.json": evidence.statement.content,
        "Tested_staging/test-report.json": REPORT,
        "Tested_staging/test-report.dsse.json": test.envelope.content,
        f"approvals/{approval.address}": approval.content,
        "production/deployment.json": b"{}",
        "production/verification.json": canonical_json(verification),
    }
    found |= changes
    return {name: Document(name, content) for name, content in found.items() if content is not None}


def kept(**changes: bytes | None) -> KeptRelease:
    """The earlier release as production keeps it."""
    return KeptRelease(RELEASE.id, EXECUTION, documents(**changes), TERRAFORM, DEPLOYED, DEPLOYED)


def names(rule: str, found: pytest.ExceptionInfo[Refused]) -> None:
    """Show that it was this rule that refused."""
    assert found.value.rule == rule, str(found.value)
    assert f"rule {rule}: " in str(found.value)
