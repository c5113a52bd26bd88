"""A dossier: all that is known about one release, in a folder that can be checked without AWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.attestations.moments import spell
from pipelines.attestations.test_attestation import REPORT_FILE
from pipelines.canonical import canonical_json, sha256_of
from pipelines.closed_json import check_closed
from pipelines.errors import EnvironmentFault, Misuse
from pipelines.organization import AccountKind
from pipelines.organization_models import Promotes
from pipelines.promotion.evidence import REPORT_ENVELOPE
from pipelines.promotion.people import known_people
from pipelines.promotion.release import EVALUATION_FILE, RELEASE_ENVELOPE, RELEASE_FILE
from scripts.releases.carried import Carried, now_in_production, read_carried
from scripts.releases.dossier_training import report_files, told_trainings
from scripts.releases.judging import Case, judge_case
from scripts.releases.office import Decided, ModelOffice

DOSSIER_FILE, PAGE_FILE = "dossier.json", "dossier.html"
SCHEMA = Path(__file__).with_name("dossier.schema.json")


@dataclass(frozen=True)
class Dossier:
    """Files by their path in the folder, and what dossier.json says beside their digests."""

    files: Mapping[str, bytes]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return dossier.json; raises Finding where it breaks its schema."""
        digests = {path: sha256_of(content) for path, content in sorted(self.files.items())}
        return check_closed(DOSSIER_FILE, SCHEMA, {**self.facts, "files": digests})


def gather(office: ModelOffice, execution: str, now: datetime) -> Dossier:
    """Collect what is known about the release of an execution, as of a moment."""
    carried = read_carried(office.flow, execution)
    decided = office.decided(carried)
    cases = office.cases(carried, decided, office.targets, now)
    earlier = now_in_production(office.flow, execution)
    running = read_carried(office.flow, earlier) if earlier else None
    release = carried.parsed()
    trainings = office.trainings(release, execution, office.targets)
    files = _carried_files(carried) | _decided_files(decided) | report_files(trainings)
    files |= {f"trusted-keys/{case.target.name}.json": case.trusted.content() for case in cases}
    if running is not None and running.release is not None:
        beside = _carried_files(running) | _trained_for(office, running)
        files |= {f"running/{path}": each for path, each in beside.items()}
    facts = _facts(office, carried, running, cases, now)
    if release.promotes is Promotes.CODE:
        facts["trained"] = told_trainings(trainings, office.targets)
    return Dossier(files, facts)


def write(dossier: Dossier, page: str, folder: Path) -> None:
    """Write a dossier into a folder that is not there yet, or empty.

    Raises Misuse for a folder that holds anything, and EnvironmentFault for one that is no folder.
    """
    whole = Dossier({**dossier.files, PAGE_FILE: page.encode()}, dossier.facts)
    content = canonical_json(whole.document())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Misuse(
                "--out", "must be a folder that is empty or not there yet", got=str(folder)
            )
        for path, each in {**whole.files, DOSSIER_FILE: content}.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(each)
    except OSError as error:
        raise EnvironmentFault(
            str(folder), "must be a folder that can be written", got=error.strerror
        ) from error


def _carried_files(carried: Carried) -> dict[str, bytes]:
    release = carried.parsed()
    files = {RELEASE_FILE: release.content()}
    if carried.statement is not None:
        files[RELEASE_ENVELOPE] = carried.statement.content
    if carried.evaluation is not None:
        files[EVALUATION_FILE] = carried.evaluation.content
    for account, test in carried.tests.items():
        files[f"tests/{account}/{REPORT_FILE}"] = test.report.content
        files[f"tests/{account}/{REPORT_ENVELOPE}"] = test.envelope.content
    return files | {f"reports/{path}": content for path, content in carried.reports.items()}


def _trained_for(office: ModelOffice, running: Carried) -> dict[str, bytes]:
    release, execution = running.parsed(), running.execution
    return report_files(office.trainings(release, execution, office.production))


def _decided_files(decided: Decided) -> dict[str, bytes]:
    kinds = {
        "approvals": decided.approvals,
        "freezes": decided.freezes,
        "revocations": decided.revocations,
    }
    return {
        f"{kind}/{document.address.rpartition('/')[2]}": document.content
        for kind, documents in kinds.items()
        for document in documents
    }


def _facts(
    office: ModelOffice,
    carried: Carried,
    running: Carried | None,
    cases: Sequence[Case],
    now: datetime,
) -> dict[str, Any]:
    release = carried.parsed()
    organization, unit = office.organization, office.at.home.business_unit
    gate = office.flow.gate()
    staging = organization.of_kind(AccountKind.STAGING, unit)
    return {
        "schema_version": 1,
        "made_at": spell(now),
        "model": office.model,
        "release_id": release.id,
        "release_sha256": release.sha256,
        "execution_id": carried.execution,
        "package_arn": carried.package_arn,
        "status": office.flow.describe(carried.execution).status,
        "waits": gate is not None and gate.execution == carried.execution,
        "home": office.at.home.name,
        "staging_accounts": sorted(found.name for found in staging),
        "approval_valid_minutes": organization.promotion.approval_valid_minutes,
        "targets": [
            {
                "account": case.target.name,
                "kind": case.target.kind.value,
                "required_approvals": case.expected.required_approvals,
            }
            for case in cases
        ],
        "people": [
            {"name": one.name, "email": one.email, "approves": one.approves}
            for one in known_people(organization, unit)
        ],
        "running": _running(running),
        "judged": [_judged(case) for case in cases],
    }


def _running(running: Carried | None) -> dict[str, str] | None:
    if running is None:
        return None
    return {"release_id": running.parsed().id, "execution_id": running.execution}


def _judged(case: Case) -> dict[str, Any]:
    judged = judge_case(case)
    refused = judged.refused
    return {
        "account": judged.account,
        "rule": refused.rule if refused else None,
        "because": f"{refused.must_hold}, got {refused.got}" if refused else None,
    }
