"""What the account of an endpoint tells: the live endpoint, the keys it pinned, its evidence."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.attestations.evidence import Document
from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.test_attestation import REPORT_FILE
from pipelines.errors import EnvironmentFault, Finding
from pipelines.organization import Account
from pipelines.organization_models import Promotes
from pipelines.promotion.documents import parse_document
from pipelines.promotion.endpoint import Live, check_live, read_live
from pipelines.promotion.kept import DEPLOYMENT_FILE, ROLLBACK_FILE, VERIFICATION_FILE, Kept
from pipelines.promotion.kept_terraform import TERRAFORM_FILE, unpack
from pipelines.promotion.release import Release
from pipelines.promotion.retrained import RETRAINING_FILE, as_made
from pipelines.promotion.target import Target, read_target
from scripts.access import Access
from scripts.lineage.kept_record import Record, find_record
from scripts.lineage.questions import Questions
from scripts.releases.office import ModelOffice

_BACK_VERIFICATION = "rollback-verification.json"


@dataclass(frozen=True)
class TargetSide:
    """What one account that receives releases told; None stands for what it did not.

    `absent` says that SageMaker knows no such endpoint. `reports` are what the account's builds
    wrote there, read as JSON, by the name of their file.
    """

    account: Account
    live: Live | None = None
    absent: bool = False
    target: Target | None = None
    trusted: TrustedKeys | None = None
    kept: Kept | None = None
    record: Record | None = None
    reports: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    terraform_sha256: str | None = None

    def as_made(self, release: Release) -> Release | None:
        """Tell what a release is here: as it was signed, or as this account has trained it.

        None of code of which it is not known what was trained here.
        """
        if release.promotes is Promotes.MODEL:
            return release
        report = self.reports.get(RETRAINING_FILE)
        return None if report is None else as_made(release, report)

    def differs(self, release: Release) -> str | None:
        """Tell in what the live endpoint differs from a release; None where in nothing."""
        made = self.as_made(release)
        if self.live is None or self.target is None or made is None:
            return None
        try:
            check_live(self.live, made, self.target)
        except Finding as error:
            return f"it {error.must_hold}, got {error.got}"
        return None


def read_target_side(office: ModelOffice, account: Account, questions: Questions) -> TargetSide:
    """Ask an account about its endpoint of the model, as this person."""
    access = questions.ask(f"anything of {account.name}", lambda: office.at.visiting(account))
    if access is None:
        return TargetSide(account)
    found = _live(office, account, access, questions)
    live = found if isinstance(found, Live) else None
    if found is False:
        return TargetSide(account, absent=True)
    target = questions.ask(
        f"the facts of {account.name}",
        lambda: read_target(access.client("ssm", account.region), office.at.naming, account),
    )
    trusted = questions.ask(
        f"the keys that {account.name} believes", lambda: office.pinned(account)
    )
    kept = questions.ask(f"the evidence of {account.name}", lambda: _kept(office, account, access))
    here = TargetSide(account, live, False, target, trusted, kept)
    if kept is None:
        return here
    record = questions.ask("what brought the release", lambda: find_record(kept, live, target))
    if record is None:
        return here
    return replace(
        here,
        record=record,
        reports=_reports(kept, record, questions),
        documents=_documents(kept, record, questions),
        terraform_sha256=_terraform(kept, record, questions),
    )


def _live(
    office: ModelOffice, account: Account, access: Access, questions: Questions
) -> Live | bool | None:
    """Give what runs; False where SageMaker says that nothing does, None where it is not told."""
    name = office.at.naming.endpoint_name(account.name, office.model)

    def asked() -> Live | bool:
        try:
            return read_live(access.client("sagemaker", account.region), name)
        except EnvironmentFault as error:
            # SageMaker has no error of its own for an endpoint that is not there.
            if "Could not find" not in str(error.got):
                raise
            return False

    return questions.ask(f"the live endpoint in {account.name}", asked)


def _kept(office: ModelOffice, account: Account, access: Access) -> Kept:
    bucket = office.at.naming.bucket_name(account.name, "evidence")
    return Kept(access.client("s3", account.region), bucket, office.model, account.name)


def _reports(kept: Kept, record: Record, questions: Questions) -> Mapping[str, Mapping[str, Any]]:
    account = kept.account
    found: dict[str, Mapping[str, Any]] = {}
    kinds = (DEPLOYMENT_FILE, RETRAINING_FILE, VERIFICATION_FILE, REPORT_FILE)
    places = [(record.bundle, name) for name in kinds]
    if record.back is not None:
        places += [(record.back, name) for name in (ROLLBACK_FILE, _BACK_VERIFICATION)]
    for bundle, file in places:
        name = f"{account}/{file}"
        if name in bundle.came:
            document = questions.ask(name, partial(kept.document, bundle, name))
            told = _read(file, document, questions) if document else None
            found |= {file: told} if told is not None else {}
    return found


def _read(file: str, document: Document, questions: Questions) -> Mapping[str, Any] | None:
    if file != RETRAINING_FILE:
        return _json(document, questions)
    # Archive and rows are taken from it, so it must be whole.
    return questions.ask(
        "what was trained here",
        lambda: parse_document(document.address, "retraining", document.content),
    )


def _json(document: Document, questions: Questions) -> dict[str, Any] | None:
    try:
        told = json.loads(document.content)
    except ValueError as error:
        questions.contradict(f"{document.address}: must be JSON, got {error}")
        return None
    return told if isinstance(told, dict) else None


def _documents(kept: Kept, record: Record, questions: Questions) -> dict[str, Document]:
    """Read what a release is judged by, each document by itself."""
    found: dict[str, Document] = {}
    for name in sorted(record.bundle.came):
        if _speaks(name):
            one = questions.ask(name, partial(kept.document, record.bundle, name))
            found |= {name: one} if one is not None else {}
    return found


def _speaks(name: str) -> bool:
    folder = name.rpartition("/")[0]
    if folder.startswith("Tested_"):
        return True
    return folder in ("", "approvals") and name != TERRAFORM_FILE


def _terraform(kept: Kept, record: Record, questions: Questions) -> str | None:
    if TERRAFORM_FILE not in record.bundle.came:
        return None

    def digest() -> str:
        document = kept.document(record.bundle, TERRAFORM_FILE)
        with tempfile.TemporaryDirectory(prefix="lineage-") as made:
            return unpack(document.address, document.content, Path(made) / "kept")

    return questions.ask("the Terraform that was applied", digest)
