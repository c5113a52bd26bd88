"""Whether a release that an account keeps may come back to production.

What is kept is laid before the rules of promotions again: signatures by the keys that are pinned
today, approvals as of the moment when it was deployed, and what was revoked or rejected since.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.attestations.evidence import (
    Document,
    Evidence,
    Expectation,
    Signed,
    Stage,
    TestEvidence,
    Verified,
)
from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.refusal import asking
from pipelines.attestations.rollback import Rollback
from pipelines.attestations.rules import judge
from pipelines.attestations.rules_of_rollbacks import REJECTED, Asked
from pipelines.attestations.test_attestation import REPORT_FILE
from pipelines.canonical import sha256_of
from pipelines.errors import Finding
from pipelines.organization_models import Promotes
from pipelines.promotion.release import (
    RELEASE_ENVELOPE,
    RELEASE_FILE,
    Release,
    parse_release,
)
from pipelines.promotion.retrained import RETRAINING_FILE, parse_retraining

# The signed attestation about a test report, which lies beside it.
_REPORT_ENVELOPE = "test-report.dsse.json"
_TESTED, _APPROVALS = "Tested_", "approvals/"


@dataclass(frozen=True)
class KeptRelease:
    """A release as an account keeps it under one execution: documents by name, unread.

    `deployed_at` and `verified_at` are told by S3, not by the documents. `terraform_sha256` is the
    digest of the Terraform that is kept beside, None where there is none.
    """

    release_id: str
    execution_id: str
    documents: Mapping[str, Document]
    terraform_sha256: str | None
    deployed_at: datetime | None
    verified_at: datetime | None

    @property
    def address(self) -> str:
        """What messages call it."""
        return f"release {self.release_id} as kept of execution {self.execution_id}"


def judge_kept(
    kept: KeptRelease,
    revocations: Sequence[Document],
    package_status: Callable[[str], str],
    trusted: TrustedKeys,
    asked: Asked,
) -> Verified:
    """Tell that a kept release may come back; raises Refused by the first rule that does not hold.

    `package_status` tells what the registry says now of a package, by its ARN. Approvals are
    judged as of the moment when it was deployed; revocations, people and the number
    of approvals as they are today.
    """
    with asking("kept-here"):
        evidence, deployed = _evidence(kept, revocations, asked)
        release = _release(kept)
        ran = as_it_ran(kept, release, asked.account)
    with asking("verified-here"):
        _check_verified(kept, asked)
        _check_archive(kept, ran, asked)
    with asking("goes-to-another"):
        _check_another(kept, asked)
    verified = judge(evidence, trusted, _expectation(kept, release, deployed, asked))
    with asking("not-rejected"):
        if package_status(release.package_arn) == REJECTED:
            raise Finding(release.package_arn, "must not be rejected", got=REJECTED)
    return verified


def as_it_ran(kept: KeptRelease, release: Release, account: str) -> Release:
    """Tell what a kept release was in an account: as it was signed, or as it was trained there.

    Raises Finding where code was promoted and it is not kept what was trained for it.
    """
    if release.promotes is Promotes.MODEL:
        return release
    made = _document(kept, f"{account}/{RETRAINING_FILE}")
    return parse_retraining(made.address, made.content, release, account, kept.execution_id)


def check_decided(word: Rollback, signed: Signed, kept: KeptRelease) -> None:
    """Refuse to go back to anything but what the decision names."""
    statement = signed.statement
    with asking("as-decided"):
        for what, wanted, found in (
            ("release", word.to.release_id, statement.release.id),
            ("release with digest", word.to.release_sha256, statement.release.sha256),
            ("statement with digest", word.to.statement_sha256, signed.sha256),
            ("evidence of execution", word.to.execution_id, kept.execution_id),
        ):
            if found != wanted:
                raise Finding(kept.address, f"must be the {what} {wanted}", got=found)


def _evidence(
    kept: KeptRelease, revocations: Sequence[Document], asked: Asked
) -> tuple[Evidence, datetime]:
    deployment = f"{asked.account}/deployment.json"
    if kept.terraform_sha256 is None:
        raise _missing(kept, "the Terraform that was applied")
    if kept.deployed_at is None or deployment not in kept.documents:
        raise _missing(kept, deployment)
    tested = sorted({name.partition("/")[0] for name in kept.documents if name.startswith(_TESTED)})
    found = Evidence(
        release=_document(kept, RELEASE_FILE),
        statement=_document(kept, RELEASE_ENVELOPE),
        tests=tuple(
            TestEvidence(
                _document(kept, f"{name}/{REPORT_FILE}"),
                _document(kept, f"{name}/{_REPORT_ENVELOPE}"),
            )
            for name in tested
        ),
        approvals=tuple(
            kept.documents[name] for name in sorted(kept.documents) if name.startswith(_APPROVALS)
        ),
        revocations=tuple(revocations),
    )
    return found, kept.deployed_at


def _release(kept: KeptRelease) -> Release:
    document = _document(kept, RELEASE_FILE)
    release = parse_release(document.address, document.content)
    if release.id != kept.release_id:
        raise Finding(document.address, f"must be the release {kept.release_id}", got=release.id)
    return release


def _document(kept: KeptRelease, name: str) -> Document:
    if name not in kept.documents:
        raise _missing(kept, name)
    return kept.documents[name]


def _missing(kept: KeptRelease, name: str) -> Finding:
    return Finding(kept.address, f"must have {name}", got="none")


def _check_verified(kept: KeptRelease, asked: Asked) -> None:
    name = f"{asked.account}/verification.json"
    if kept.verified_at is None or name not in kept.documents:
        raise Finding(kept.address, f"must have been verified in {asked.account}", got=f"no {name}")
    document = kept.documents[name]
    try:
        told = json.loads(document.content)
        found = (told["account"], told["execution_id"], told["release_sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise Finding(document.address, "must be a verification", got=str(error)) from error
    release = kept.documents[RELEASE_FILE]
    for what, wanted, one in zip(
        ("account", "execution", "release with digest"),
        (asked.account, kept.execution_id, sha256_of(release.content)),
        found,
        strict=True,
    ):
        if one != wanted:
            raise Finding(document.address, f"must be of the {what} {wanted}", got=str(one))


def _check_archive(kept: KeptRelease, ran: Release, asked: Asked) -> None:
    """Refuse a training whose archive is not the one that was found behind the endpoint."""
    if ran.promotes is Promotes.MODEL:
        return
    document = kept.documents[f"{asked.account}/verification.json"]
    found = json.loads(document.content).get("archive", {}).get("sha256")
    if found != ran.archive.sha256:
        raise Finding(
            document.address,
            f"must be of the archive that was trained, {ran.archive.sha256}",
            got=str(found),
        )


def _check_another(kept: KeptRelease, asked: Asked) -> None:
    if asked.runs is not None and asked.runs.release.id == kept.release_id:
        raise Finding(
            kept.address,
            f"must be another one than runs in {asked.account}",
            got="the same",
            hint="there is nothing to go back to, or somebody went back already",
        )


def _expectation(
    kept: KeptRelease, release: Release, deployed: datetime, asked: Asked
) -> Expectation:
    # A staging account that came later has tested nothing of a release that was not meant for it.
    meant = frozenset(release.configuration) & asked.staging_accounts
    return Expectation(
        account=asked.account,
        stage=Stage.PRODUCTION,
        home=asked.home,
        model=asked.model,
        package_arn=release.package_arn,
        execution_id=kept.execution_id,
        terraform_sha256=str(kept.terraform_sha256),
        guardrails_sha256=None,
        now=deployed,
        staging_accounts=meant or asked.staging_accounts,
        required_approvals=asked.required_approvals,
        approval_valid=asked.approval_valid,
        people=asked.people,
    )
