"""What is signed about the release of a stage: as it should be, or as somebody tries to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.attestations.approval import Approval, Decision, approve
from pipelines.attestations.envelope import sign
from pipelines.attestations.freeze import Freeze, State
from pipelines.attestations.moments import compact, spell
from pipelines.attestations.release_statement import (
    Actors,
    Author,
    GateResult,
    ReleaseStatement,
)
from pipelines.attestations.revocation import Revocation
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.canonical import canonical_json, sha256_of
from pipelines.promotion.release import Release
from pipelines.promotion.released_source import read_released_source
from tests.pipelines.attestations.cast import Holder, approver, builder, staging_key
from tests.pipelines.promotion.places import DECISIONS, NOW
from tests.pipelines.promotion.reported import reported
from tests.pipelines.promotion.world import AUTHOR, EXECUTION, MODEL

if TYPE_CHECKING:
    from tests.pipelines.promotion.stage import Stage


class Papers:
    """Makes, signs and lays down what a build in a target finds."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._bucket = DECISIONS
        self.now = NOW
        self.place = f"{MODEL}/{stage.release.id}"

    def statement(self, release: Release | None = None) -> ReleaseStatement:
        """What the build states."""
        source = read_released_source(self._stage.settings.root)
        return ReleaseStatement(
            release=release or self._stage.release,
            execution_id=EXECUTION,
            made_at=self.now - timedelta(hours=2),
            actors=Actors(Author(AUTHOR, "milo"), "sofia", "lena", None),
            gate=(GateResult("threshold-reached", True, "auc 0.99, at least 0.95"),),
            terraform_sha256=source.terraform_sha256,
            guardrails_sha256=source.guardrails_sha256,
        )

    def carry(self, release: Release | None = None, by: Holder | None = None) -> None:
        """Hand over a release that the build has signed."""
        self.lay(self.statement(release), by or builder())

    def lay(self, statement: ReleaseStatement, by: Holder) -> None:
        """Hand over what somebody has signed about a release."""
        folder = self._stage.artifact("Release")
        (folder / "release.json").write_bytes(statement.release.content())
        (folder / "release.dsse.json").write_bytes(sign(statement.statement(), by.signer))

    def report(self) -> bytes:
        """What staging's test has reported."""
        release, place = self._stage.release, self._stage.place
        heading = {
            "schema_version": 1,
            "release_id": release.id,
            "release_sha256": release.sha256,
            "account": "staging",
            "account_id": place.account,
            "region": "eu-west-1",
            "execution_id": EXECUTION,
        }
        moments = dict.fromkeys(("started_at", "ended_at"), spell(self.now - timedelta(hours=1)))
        return canonical_json(heading | moments | reported())

    def test(self) -> TestAttestation:
        """What staging's test attests."""
        release = self._stage.release
        return TestAttestation(
            release_id=release.id,
            release_sha256=release.sha256,
            execution_id=EXECUTION,
            account="staging",
            made_at=self.now - timedelta(hours=1),
            report_sha256=sha256_of(self.report()),
            passed=True,
        )

    def revoked(self, revocation: Revocation | None = None, by: Holder | None = None) -> None:
        """Put a revocation where a person's command puts it."""
        release = self._stage.release
        one = revocation or Revocation(release.id, release.sha256, "rita", "biased", self.now)
        envelope = sign(one.statement(), (by or approver(one.by)).signer)
        self.put(f"revocations/{self.place}/{one.by}-20300102T030405Z.dsse.json", envelope)

    def frozen(self, scope: str, by: str = "rita") -> None:
        """Put a freeze where a person's command puts it."""
        made = self.now - timedelta(minutes=5)
        freeze = Freeze(scope, State.FROZEN, by, "audit", "CHG-9", made)
        envelope = sign(freeze.statement(), approver(by).signer)
        self.put(f"freezes/{by}-20300102T025905Z.dsse.json", envelope)

    def tested(self, test: TestAttestation | None = None, by: Holder | None = None) -> None:
        """Hand over a test report and what was signed about it."""
        envelope = sign((test or self.test()).statement(), (by or staging_key()).signer)
        folder = self._stage.artifact("Tested_staging")
        (folder / "test-report.json").write_bytes(self.report())
        (folder / "test-report.dsse.json").write_bytes(envelope)
        self._stage.settings = replace(
            self._stage.settings,
            artifacts={**self._stage.settings.artifacts, "Tested_staging": folder},
        )

    def approval(self, person: str = "rita") -> Approval:
        """What a release manager approves after the test."""
        made = self.now - timedelta(minutes=30)
        ends = made + timedelta(hours=8)
        decision = Decision(person, ("production",), "better recall", "CHG-7", made, ends)
        return approve(self.statement(), [self.test()], decision)

    def approved(self, approval: Approval | None = None, by: Holder | None = None) -> None:
        """Put an approval where a person's command puts it."""
        one = approval or self.approval()
        envelope = sign(one.statement(), (by or approver(one.approver)).signer)
        name = f"{one.approver}-{compact(one.made_at)}.dsse.json"
        self.put(f"approvals/{self.place}/{EXECUTION}/{name}", envelope)

    def put(self, key: str, content: bytes) -> None:
        """Write into the bucket of decisions."""
        self._stage.s3.put_object(Bucket=self._bucket, Key=key, Body=content)
