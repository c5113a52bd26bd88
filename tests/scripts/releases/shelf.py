"""Production accounts that keep what ran there, at whose bureau somebody may take them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pipelines.attestations.approval import Decision
from pipelines.attestations.envelope import open_envelope, sign
from pipelines.attestations.evidence import Document
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.revocation import Revocation
from pipelines.attestations.rollback import Rollback
from pipelines.canonical import canonical_json
from pipelines.naming import Naming
from pipelines.promotion.kept_terraform import TERRAFORM_FILE, pack
from pipelines.promotion.release import Configuration, Release
from pipelines.promotion.released_source import terraform_digest
from tests.pipelines.attestations.cast import (
    MODEL,
    NOW,
    STATEMENT,
    approver,
)
from tests.scripts.releases.bureau import DECISIONS, ROOT, Bureau, a_release, two_managers
from tests.scripts.releases.papers import papers

ROLLBACK = "99999999-2222-3333-4444-555555555555"
SECOND = "production-b"


def two_productions() -> Naming:
    """The organisation of the checkout, with a second production account."""
    organization = two_managers(required=1).organization
    other = replace(organization.account("production"), name=SECOND, id="444444444444")
    return Naming(replace(organization, accounts={**organization.accounts, SECOND: other}))


def execution_of(version: int) -> str:
    """Name the promotion of a version."""
    return f"{version:08d}-2222-3333-4444-555555555555"


def deployed(version: int) -> datetime:
    """Tell when a version came: a later one later."""
    return NOW - timedelta(days=20 - version)


@dataclass
class Shelf:
    """Promotions of three versions, all kept in production, of which the last runs."""

    bureau: Bureau = field(default_factory=lambda: Bureau(two_managers(required=1)))
    versions: Sequence[int] = (1, 2, 3)

    def __post_init__(self) -> None:
        pipelines = self.bureau.pipelines
        pipelines.runs.clear()
        pipelines.waits = None
        for version in self.versions:
            for account in self.accounts:
                self.keep(version, account)
        for account in self.accounts:
            self.bureau.pin(*self.bureau.pinned(), target=account)
            self.run(self.versions[-1], account)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The production accounts."""
        return tuple(one.name for one in self.bureau.office().production)

    def release(self, version: int) -> Release:
        """Give a release, meant for staging and all of production."""
        found = a_release(0.97, version)
        names = ("staging", *self.accounts)
        return replace(
            found,
            archive=replace(found.archive, sha256=str(version) * 64),
            configuration={name: Configuration("ml.m5.large", 1) for name in names},
        )

    def keep(self, version: int, account: str = "production", *without: str) -> None:
        """Keep the evidence of a version, as its promotion left it; but not these documents."""
        statement = self.statement(version)
        release, execution = statement.release, statement.execution_id
        said = deployed(version) - timedelta(minutes=30)
        ends = said + timedelta(minutes=45)
        decision = Decision("rita", self.accounts, "good", "CHG-1", said, ends)
        tested_at = deployed(version) - timedelta(hours=1)
        verified = {
            "account": account,
            "execution_id": execution,
            "release_sha256": release.sha256,
        }
        documents = {
            **papers(statement, decision, _terraform(), tested_at=tested_at),
            f"{account}/deployment.json": _ran(self.configuration(version, account)),
            f"{account}/verification.json": canonical_json(verified),
        }
        for name, content in documents.items():
            if name not in without:
                place = f"{release.id}/{execution}/{name}"
                self.put(place, content, deployed(version), account)

    def statement(self, version: int) -> ReleaseStatement:
        """What the build signed about a version."""
        return replace(
            STATEMENT,
            release=self.release(version),
            execution_id=execution_of(version),
            made_at=deployed(version) - timedelta(hours=2),
            terraform_sha256=terraform_digest(ROOT),
        )

    def put(self, place: str, content: bytes, came: datetime, account: str = "production") -> None:
        """Keep a document of the model, which came then."""
        bucket = self.bureau.naming.bucket_name(account, "evidence")
        address = f"{bucket}/releases/{MODEL}/{place}"
        self.bureau.objects.kept[address] = content
        self.bureau.objects.came[address] = came

    def lose(self, version: int, name: str, account: str = "production") -> None:
        """Keep a document of a version no longer."""
        bucket = self.bureau.naming.bucket_name(account, "evidence")
        place = f"{self.release(version).id}/{execution_of(version)}/{name}"
        del self.bureau.objects.kept[f"{bucket}/releases/{MODEL}/{place}"]

    def configuration(self, version: int, account: str = "production") -> str:
        """Name the configuration of an endpoint that runs a version."""
        return f"{self.bureau.naming.endpoint_name(account, MODEL)}-of-{version}"

    def run(self, version: int, account: str = "production") -> None:
        """Let an endpoint run a version."""
        self.bureau.runs(account, self.release(version))
        name = self.bureau.naming.endpoint_name(account, MODEL)
        self.bureau.endpoints.configurations[name] = self.configuration(version, account)

    def went_back(self, version: int, came: datetime = NOW - timedelta(hours=2)) -> None:
        """Let production run an earlier version, to which a rollback took it."""
        self.run(version)
        content = _ran(self.configuration(version), outcome="done")
        place = f"{self.release(version).id}/{ROLLBACK}/production/rollback.json"
        self.put(place, content, came)

    def spoil(self, version: int, how: str) -> str:
        """See to it that a version must not come back; returns the rule that says so."""
        release = self.release(version)
        match how:
            case "revoked":
                word = Revocation(release.id, release.sha256, "rob", "leaks", NOW)
                place = f"{DECISIONS}/revocations/{MODEL}/{release.id}/rob-x.dsse.json"
                envelope = sign(word.statement(), approver("rob").signer)
                self.bureau.objects.kept[place] = envelope
                return "not-revoked"
            case "rejected":
                self.bureau.endpoints.statuses[release.package_arn] = "Rejected"
                return "not-rejected"
            case "never verified":
                self.lose(version, "production/verification.json")
                return "verified-here"
            case "without its Terraform":
                self.lose(version, TERRAFORM_FILE)
                return "kept-here"
        raise AssertionError(how)

    def words(self) -> dict[str, bytes]:
        """Give the decisions to go back that are kept, by name."""
        start = f"{DECISIONS}/rollbacks/{MODEL}/"
        return {
            address.removeprefix(start).removesuffix(".dsse.json"): content
            for address, content in self.bureau.objects.kept.items()
            if address.startswith(start)
        }

    def word(self) -> tuple[Document, Rollback]:
        """Give the only decision, which a release manager's own key has signed."""
        [(name, content)] = self.words().items()
        keys = [approver("rita").key, approver("rob").key]
        opened = open_envelope(name, content, keys)
        word = Rollback.parse(name, opened.statement)
        assert word.by == opened.key.person
        return Document(name, content), word

    def is_untouched(self) -> bool:
        """Tell whether nobody has decided or started anything."""
        return not self.words() and not self.bureau.pipelines.started


@cache
def _terraform() -> bytes:
    return pack(ROOT)


def _ran(configuration: str, **more: Any) -> bytes:
    return canonical_json({"endpoint": {"config_name": configuration}, **more})
