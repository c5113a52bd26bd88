"""What is laid before the rules, what is expected of it, and what was found to hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pipelines.attestations.approval import Approval
from pipelines.attestations.keys import PinnedKey
from pipelines.attestations.refusal import Refused
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.errors import Misuse
from pipelines.organization_models import Promotes

# How far a clock may be ahead of the one that judges.
CLOCK_TOLERANCE = timedelta(minutes=5)


class Stage(StrEnum):
    """What the judging account is for."""

    STAGING = "staging"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Document:
    """Some bytes, and where they come from."""

    address: str
    content: bytes


@dataclass(frozen=True)
class TestEvidence:
    """A test report and the envelope of the attestation about it."""

    __test__ = False  # pytest takes names like this one for its own

    report: Document
    envelope: Document


@dataclass(frozen=True)
class Evidence:
    """Everything that speaks for a release or against it, unread."""

    release: Document
    statement: Document
    tests: tuple[TestEvidence, ...] = ()
    approvals: tuple[Document, ...] = ()
    revocations: tuple[Document, ...] = ()
    freezes: tuple[Document, ...] = ()


@dataclass(frozen=True)
class KnownPerson:
    """Somebody of the organisation; `approves` for those who may approve today."""

    name: str
    email: str
    approves: bool


@dataclass(frozen=True)
class Expectation:
    """What the judging account knows by itself, and asks of the evidence.

    `home` is the account that builds the model: its build key and its people's keys count.
    `staging_accounts` are all that must have tested before production. Without
    `guardrails_sha256` it is not asked under which guardrails the release was made: those of now
    say nothing about a release of then. Nor is it asked without `promotes` what is promoted.
    Raises Misuse for demands that the rules could not keep.
    """

    account: str
    stage: Stage
    home: str
    model: str
    package_arn: str
    execution_id: str
    terraform_sha256: str
    guardrails_sha256: str | None
    now: datetime
    staging_accounts: frozenset[str] = frozenset()
    required_approvals: int = 0
    approval_valid: timedelta = timedelta(days=1)
    people: tuple[KnownPerson, ...] = ()
    promotes: Promotes | None = None

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError(f"now must have a time zone, got {self.now.isoformat()}")
        if self.stage is Stage.PRODUCTION and self.required_approvals < 1:
            raise Misuse(
                "approvals for production", "must be 1 or more", got=str(self.required_approvals)
            )
        if self.stage is Stage.PRODUCTION and not self.staging_accounts:
            raise Misuse("staging accounts", "must be one or more", got="none")


@dataclass(frozen=True)
class Signed:
    """The release's statement, once the pinned build key was found to have signed it."""

    statement: ReleaseStatement
    sha256: str
    key: PinnedKey


@dataclass(frozen=True)
class Verified:
    """A release that may be deployed, and what it rests on.

    `passed_over` are approvals that do not hold and were not needed.
    """

    release: Signed
    tests: tuple[TestAttestation, ...] = ()
    approvals: tuple[Approval, ...] = ()
    passed_over: tuple[Refused, ...] = ()
