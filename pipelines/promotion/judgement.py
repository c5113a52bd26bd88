"""Judges a release in its target: lays the evidence before the rules, before anything is made."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.attestations.refusal import asking
from pipelines.attestations.rules import (
    Document,
    Evidence,
    Expectation,
    Refused,
    Stage,
    TestEvidence,
    Verified,
    judge,
)
from pipelines.attestations.test_attestation import REPORT_FILE
from pipelines.errors import Finding
from pipelines.organization import AccountKind
from pipelines.promotion.aws import Aws
from pipelines.promotion.decisions import Decisions, read_decisions
from pipelines.promotion.evidence import REPORT_ENVELOPE
from pipelines.promotion.people import known_people
from pipelines.promotion.release import RELEASE_ENVELOPE, RELEASE_FILE, Release, parse_release
from pipelines.promotion.released_source import read_released_source
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import read_way
from pipelines.promotion.trust import read_trusted

_TESTED = "Tested_"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judged:
    """A release that may be deployed, and the documents on which that rests, by their names."""

    release: Release
    verified: Verified
    documents: Mapping[str, bytes]


def judge_release(settings: Settings, aws: Aws, now: datetime) -> Judged:
    """Judge the release of this execution by the keys that this account has pinned.

    Raises Refused by the first rule that does not hold. What is returned is the release of the
    signed statement.
    """
    account = settings.target()
    ssm = aws.client("ssm", account.region)
    with asking("signature-of-release"):
        trusted = read_trusted(ssm, settings.naming, account)
    evidence = gather(settings, aws)
    way = read_way(ssm, settings.naming, account, settings.model.name)
    verified = judge(evidence, trusted, replace(expectation(settings, now), promotes=way))
    for passed_over in verified.passed_over:
        _log.warning("an approval that counts nothing: %s", str(passed_over).partition("\n")[0])
    release = verified.release.statement.release
    _log.info("release %s may go to account %s", release.id, account.name)
    return Judged(release, verified, _documents(settings, evidence))


def gather(settings: Settings, aws: Aws) -> Evidence:
    """Collect what speaks for the release and against it; nothing of it is believed here."""
    statement = _handed_over(settings, "Release", RELEASE_ENVELOPE, "signature-of-release")
    release = _handed_over(settings, "Release", RELEASE_FILE, "statement-is-of-these-bytes")
    decisions = _decisions(settings, aws, release)
    return Evidence(
        release=release,
        statement=statement,
        tests=tuple(
            TestEvidence(
                _handed_over(settings, name, REPORT_FILE, "tests-signed"),
                _handed_over(settings, name, REPORT_ENVELOPE, "tests-signed"),
            )
            for name in _tested(settings)
        ),
        approvals=decisions.approvals,
        revocations=decisions.revocations,
        freezes=decisions.freezes,
    )


def expectation(settings: Settings, now: datetime) -> Expectation:
    """Tell what this account knows by itself, from the organisation's file and its own source."""
    account, organization = settings.target(), settings.organization
    source, promotion = read_released_source(settings.root), organization.promotion
    unit = account.business_unit
    return Expectation(
        account=account.name,
        stage=Stage(account.kind.value),
        home=settings.home.name,
        model=settings.model.name,
        package_arn=settings.package_arn,
        execution_id=settings.execution_id,
        terraform_sha256=source.terraform_sha256,
        guardrails_sha256=source.guardrails_sha256,
        now=now,
        staging_accounts=frozenset(
            one.name for one in organization.of_kind(AccountKind.STAGING, unit)
        ),
        required_approvals=promotion.approvals[account.kind],
        approval_valid=timedelta(minutes=promotion.approval_valid_minutes),
        people=known_people(organization, unit),
    )


def _decisions(settings: Settings, aws: Aws, release: Document) -> Decisions:
    home = settings.home
    try:
        release_id = parse_release(release.address, release.content).id
    except Finding:
        # Bytes that are no release have no place for decisions, and the rules refuse them.
        return Decisions()
    return read_decisions(
        aws.client("s3", home.region),
        settings.naming.bucket_name(home.name, "decisions"),
        settings.model.name,
        release_id,
        settings.execution_id,
    )


def _tested(settings: Settings) -> list[str]:
    return sorted(name for name in settings.artifacts if name.startswith(_TESTED))


def _handed_over(settings: Settings, artifact: str, name: str, rule: str) -> Document:
    address = f"{artifact}/{name}"
    path = settings.artifact(artifact) / name
    try:
        return Document(address, path.read_bytes())
    except OSError as error:
        raise Refused(
            rule,
            address,
            "must be handed over by an earlier build",
            got=error.strerror,
            hint="start the promotion again",
        ) from error


def _documents(settings: Settings, evidence: Evidence) -> dict[str, bytes]:
    found = {
        RELEASE_FILE: evidence.release.content,
        RELEASE_ENVELOPE: evidence.statement.content,
    }
    for name, one in zip(_tested(settings), evidence.tests, strict=True):
        found[f"{name}/{REPORT_FILE}"] = one.report.content
        found[f"{name}/{REPORT_ENVELOPE}"] = one.envelope.content
    for approval in evidence.approvals:
        found[f"approvals/{approval.address.rpartition('/')[2]}"] = approval.content
    return found
