"""What an execution of a promotion carries: its release, what was signed about it, its reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.attestations.evidence import Document, TestEvidence
from pipelines.attestations.test_attestation import REPORT_FILE
from pipelines.errors import Finding
from pipelines.promotion.evidence import REPORT_ENVELOPE
from pipelines.promotion.release import (
    EVALUATION_FILE,
    RELEASE_ENVELOPE,
    RELEASE_FILE,
    Release,
    parse_release,
)
from scripts.promotions import Action, Promotions

# What builds in a target report, kept with a dossier; the rules ask for none of it.
_REPORTS = ("deployment.json", "verification.json")
_TEST = "-Test"


@dataclass(frozen=True)
class Carried:
    """The documents of one execution; `release` and `statement` are None until it is bundled.

    `reports` are by account and file name.
    """

    execution: str
    package_arn: str
    release: Document | None
    statement: Document | None
    evaluation: Document | None = None
    tests: Mapping[str, TestEvidence] = field(default_factory=dict)
    reports: Mapping[str, bytes] = field(default_factory=dict)

    def parsed(self) -> Release:
        """Read the release; raises Finding where it is none, or nothing is bundled yet."""
        document, _ = self.signed()
        return parse_release(document.address, document.content)

    def signed(self) -> tuple[Document, Document]:
        """Give release and statement; raises Finding where one of them is missing."""
        if self.release is None:
            raise Finding(
                f"promotion {self.execution}", "must carry a release", got="none: not bundled yet"
            )
        if self.statement is None:
            raise Finding(
                f"promotion {self.execution}",
                f"must carry {RELEASE_ENVELOPE}, its release as signed by the build",
                got="a release that nobody signed",
                hint="approve the version anew, so that a build of today bundles it",
            )
        return self.release, self.statement


def read_carried(flow: Promotions, execution: str) -> Carried:
    """Read what the actions of an execution have handed on so far."""
    package_arn = flow.describe(execution).package_arn
    release = statement = evaluation = None
    tests: dict[str, TestEvidence] = {}
    reports: dict[str, bytes] = {}
    for action in flow.actions(execution):
        for artifact in action.outputs if action.stage != "Source" else ():
            files = flow.files(action, artifact)
            place = f"{action.stage}/{action.name}"
            account = action.account
            if artifact == "Release":
                release = _document(files, RELEASE_FILE, place)
                statement = _document(files, RELEASE_ENVELOPE, place)
                evaluation = _document(files, EVALUATION_FILE, place)
            elif action.name.endswith(_TEST):
                found = _tested(files, place)
                tests |= {account: found} if found else {}
            reports |= {
                f"{account}/{name}": files[name] for name in _REPORTS if account and name in files
            }
    return Carried(execution, package_arn, release, statement, evaluation, tests, reports)


def released_by(flow: Promotions, release_id: str) -> Carried:
    """Find an execution that carries a release; raises Finding where none of them does."""
    for found in flow.all():
        document = flow.release(found.id)
        if document is not None and document.get("release_id") == release_id:
            return read_carried(flow, found.id)
    raise Finding(
        f"release {release_id}",
        "must be carried by a promotion of the model",
        got="none of them",
        hint="see what there is: gatehouse release list, gatehouse release show",
    )


def now_in_production(flow: Promotions, besides: str) -> str | None:
    """Give the latest execution, besides one, that brought all of production up to date."""
    for found in flow.all():
        if found.id != besides and _reached(flow.actions(found.id)):
            return found.id
    return None


def _reached(actions: list[Action]) -> bool:
    latest = {action.name: action.status for action in actions if action.stage == "Production"}
    return bool(latest) and set(latest.values()) == {"Succeeded"}


def _tested(files: Mapping[str, bytes], place: str) -> TestEvidence | None:
    report = _document(files, REPORT_FILE, place)
    envelope = _document(files, REPORT_ENVELOPE, place)
    return TestEvidence(report, envelope) if report and envelope else None


def _document(files: Mapping[str, bytes], name: str, place: str) -> Document | None:
    return Document(f"{name} of {place}", files[name]) if name in files else None
