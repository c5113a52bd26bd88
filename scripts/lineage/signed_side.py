"""What was signed about the release of an endpoint, by the keys that its account has pinned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.attestations.approval import Approval
from pipelines.attestations.envelope import open_envelope, unproven
from pipelines.attestations.evidence import Document, Evidence, TestEvidence
from pipelines.attestations.keys import PinnedKey, SignerKind, TrustedKeys
from pipelines.attestations.refusal import Refused
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.revocation import Revocation
from pipelines.attestations.test_attestation import REPORT_FILE, TestAttestation
from pipelines.canonical import sha256_of
from pipelines.errors import Finding
from pipelines.organization import AccountKind
from pipelines.promotion.evidence import REPORT_ENVELOPE
from pipelines.promotion.release import RELEASE_ENVELOPE, RELEASE_FILE, Release, parse_release
from scripts.lineage.kept_record import Record
from scripts.lineage.questions import Questions
from scripts.lineage.target_side import TargetSide
from scripts.releases.carried import Carried
from scripts.releases.judging import Case, judge_case, make_evidence, make_expectation
from scripts.releases.office import ModelOffice, read_approvals
from scripts.releases.stops import read_revocations


@dataclass(frozen=True)
class SignedSide:
    """What the release consists of, and how far that is proven.

    `key` is the pinned key whose signature on the statement holds, None where that is not shown.
    `refused` is the rule that does not hold as of the deployment; `judged` tells whether the rules
    could be asked. `approvals` and `tests` hold by the rules if `proven` says so; `revocations` is
    None where they are not told.
    """

    release: Release | None = None
    statement: ReleaseStatement | None = None
    key: PinnedKey | None = None
    kept_sha256: str | None = None
    judged: bool = False
    refused: Refused | None = None
    proven: bool = False
    approvals: tuple[Approval, ...] = ()
    tests: tuple[TestAttestation, ...] = ()
    revocations: tuple[Revocation, ...] | None = None
    package_arn: str | None = None


def read_signed_side(office: ModelOffice, side: TargetSide, questions: Questions) -> SignedSide:
    """Read what is kept of the release, and lay it before the rules as of its deployment."""
    if side.record is None:
        return SignedSide()
    found = _statement(office, side, questions)
    if found.release is None:
        return found
    release = found.release
    revocations = questions.ask(
        "revocations",
        lambda: read_revocations(office.decisions.revocations(office.model, release.id)),
    )
    execution = side.record.bundle.execution_id
    started = questions.ask(
        "what promotions were started for", lambda: office.flow.describe(execution).package_arn
    )
    return _judged(office, side, replace(found, revocations=revocations, package_arn=started))


def _statement(office: ModelOffice, side: TargetSide, questions: Questions) -> SignedSide:
    kept, envelope = side.documents.get(RELEASE_FILE), side.documents.get(RELEASE_ENVELOPE)
    digest = sha256_of(kept.content) if kept else None
    if envelope is None:
        questions.contradict(f"the release in {side.account.name}: must be kept as signed")
    elif side.trusted is None:
        return _unproven(envelope, digest, questions)
    else:
        keys = side.trusted.of(SignerKind.BUILD, account=office.at.home.name)
        opened = questions.ask(
            "the signature of the release",
            lambda: open_envelope(envelope.address, envelope.content, keys),
        )
        if opened is not None:
            stated = questions.ask(
                "the signed statement",
                lambda: ReleaseStatement.parse(envelope.address, opened.statement),
            )
            release = stated.release if stated else None
            return SignedSide(release, stated, opened.key, digest)
    if kept is None:
        return SignedSide()
    release = questions.ask("release.json", lambda: parse_release(kept.address, kept.content))
    return SignedSide(release, kept_sha256=digest)


def _unproven(envelope: Document, digest: str | None, questions: Questions) -> SignedSide:
    """Read a statement whose signature nobody can check here, to show it."""
    stated = questions.ask(
        "the statement",
        lambda: ReleaseStatement.parse(
            envelope.address, unproven(envelope.address, envelope.content)
        ),
    )
    return SignedSide(stated.release if stated else None, stated, None, digest)


def _judged(office: ModelOffice, side: TargetSide, found: SignedSide) -> SignedSide:
    approvals = [one for name, one in side.documents.items() if name.startswith("approvals/")]
    shown = tuple(read_approvals(approvals))
    if side.trusted is None or found.key is None or found.release is None:
        return replace(found, approvals=shown)
    arn = found.package_arn or found.release.package_arn
    try:
        carried = _carried(side, arn)
        case = _case(office, side, found.release, make_evidence(carried, approvals), carried)
    except Finding:
        # Something is missing that the rules ask for; what it is was told where it was read.
        return replace(found, approvals=shown)
    judged = judge_case(case)
    if judged.verified is None:
        return replace(found, approvals=shown, judged=True, refused=judged.refused)
    # Production judged its tests and approvals; staging had none to judge, and what lies there is
    # what this account wrote itself.
    held, tests = judged.verified.approvals, judged.verified.tests
    return replace(found, judged=True, proven=True, approvals=held, tests=tests)


def _carried(side: TargetSide, package_arn: str) -> Carried:
    """Give what the account keeps as what its promotion carried."""
    kept = side.documents
    tests = {}
    for envelope in sorted(name for name in kept if name.endswith(f"/{REPORT_ENVELOPE}")):
        folder = envelope.partition("/")[0]
        report = kept.get(f"{folder}/{REPORT_FILE}")
        if report is not None:
            tests[folder.removeprefix("Tested_")] = TestEvidence(report, kept[envelope])
    return Carried(
        execution=_record(side).bundle.execution_id,
        package_arn=package_arn,
        release=kept.get(RELEASE_FILE),
        statement=kept.get(RELEASE_ENVELOPE),
        tests=tests,
    )


def _case(
    office: ModelOffice, side: TargetSide, release: Release, evidence: Evidence, carried: Carried
) -> Case:
    account = side.account
    expected = make_expectation(
        office.organization, account, office.model, carried, deployed_at(side)
    )
    if account.kind is AccountKind.PRODUCTION:
        # A staging account that came later has tested nothing of a release that was not for it.
        meant = frozenset(release.configuration) & expected.staging_accounts
        expected = replace(expected, staging_accounts=meant or expected.staging_accounts)
    return Case(account, evidence, side.trusted or TrustedKeys(), expected)


def deployed_at(side: TargetSide) -> datetime:
    """Tell when the promotion deployed the release, by S3; raises Finding without a record."""
    if side.kept is None:
        raise Finding(side.account.name, "must let its evidence be read", got="nothing")
    return side.kept.moment(_record(side).bundle)


def _record(side: TargetSide) -> Record:
    if side.record is None:
        raise Finding(side.account.name, "must keep a record of what runs", got="none")
    return side.record
