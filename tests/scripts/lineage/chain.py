"""A whole chain in these tests: data, run, version, release, approval, and two endpoints."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.attestations.approval import Decision
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.canonical import canonical_json
from pipelines.promotion.kept_terraform import pack, unpack
from pipelines.promotion.release import Release
from scripts.lineage.facts import Fact
from scripts.lineage.lineage import Lineage, read_lineage
from tests.pipelines.attestations.cast import (
    EXECUTION,
    MODEL,
    NOW,
    Holder,
    builder,
)
from tests.scripts.lineage.works import Works
from tests.scripts.releases.bureau import ROOT, Bureau, stated, two_managers
from tests.scripts.releases.papers import papers
from tests.scripts.releases.promoted_code import made, of_code, retraining

ENDPOINT = "gatehouse-production-breast-cancer"
EVIDENCE = "gatehouse-production-evidence-333333333333"


@cache
def terraform() -> tuple[bytes, str]:
    """Give the Terraform of this checkout as it is kept, and its digest."""
    packed = pack(ROOT)
    with tempfile.TemporaryDirectory() as made:
        return packed, unpack("terraform.tar", packed, Path(made) / "kept")


@dataclass
class Chain:
    """Production runs the release of EXECUTION, as everybody has signed it.

    Of `code` it serves what it has trained itself.
    """

    by: Holder = field(default_factory=builder)
    code: bool = False

    def __post_init__(self) -> None:
        self.works = Works()
        statement = replace(stated(0.99), terraform_sha256=terraform()[1])
        if self.code:
            statement = of_code(statement)
        self.statement: ReleaseStatement = statement
        self.bureau = Bureau(two_managers(1), statement, endpoints=self.works)
        self.release: Release = statement.release
        self.bureau.runs("production", self.release)
        # It went the whole way.
        self.bureau.pipelines.runs[EXECUTION] = self.bureau.run(statement, ended=True)
        self.bureau.pipelines.waits = None
        self.works.register(self.release)
        self.lay(statement)
        if self.code:
            self.trains()

    def trains(self, account: str = "production") -> None:
        """Let an account have trained the release, and serve the archive that came of it."""
        own = made(self.release, account)
        self.bureau.runs(account, own)
        self.keep(
            f"{account}/retraining.json",
            retraining(self.release, account),
            account=account,
        )
        told = self.bureau.objects.kept[self.place(f"{account}/verification.json", account)]
        verified = json.loads(told) | {"archive": {"sha256": own.archive.sha256}}
        self.keep(f"{account}/verification.json", canonical_json(verified), account=account)

    def lay(self, statement: ReleaseStatement, account: str = "production") -> None:
        """Keep in an account what a promotion leaves there."""
        release, said = statement.release, NOW - timedelta(minutes=30)
        ends = said + timedelta(hours=8)
        given = Decision("rita", ("production",), "better recall", "CHG-7", said, ends)
        name = self.bureau.naming.endpoint_name(account, MODEL)
        heading = {"release_sha256": release.sha256, "ended_at": "2026-12-01T12:00:00Z"}
        documents = {
            **papers(statement, given, terraform()[0], by=self.by),
            f"{account}/deployment.json": canonical_json(
                heading | {"endpoint": {"config_name": name}}
            ),
            f"{account}/verification.json": canonical_json(
                heading
                | {
                    "endpoint": {"config_name": name},
                    "archive": {"sha256": release.archive.sha256},
                    "invocation": {"identical": True, "differing_rows": 0},
                }
            ),
        }
        for path, content in documents.items():
            self.keep(path, content, statement, account)

    def keep(
        self,
        path: str,
        content: bytes,
        statement: ReleaseStatement | None = None,
        account: str = "production",
    ) -> None:
        """Write one document of evidence."""
        place = self.place(path, account, statement)
        self.bureau.objects.kept[place] = content
        self.bureau.objects.came[place] = NOW

    def place(
        self, path: str, account: str = "production", statement: ReleaseStatement | None = None
    ) -> str:
        """Tell where a document of evidence lies."""
        found = statement or self.statement
        bucket = self.bureau.naming.bucket_name(account, "evidence")
        return f"{bucket}/releases/{MODEL}/{found.release.id}/{found.execution_id}/{path}"

    def metadata(self, **changes: str) -> None:
        """Change what the version in the registry says of itself."""
        self.works.packages[self.release.package_arn]["CustomerMetadataProperties"] |= changes

    def lineage(self, person: str = "omar", account: str = "production") -> Lineage:
        """Trace an endpoint as somebody."""
        office = self.bureau.office(person)
        place = self.bureau.naming.organization.account(account)
        return read_lineage(office, place, NOW + timedelta(hours=1))


def told(found: Lineage) -> dict[str, Any]:
    """Give the document, as it is after having been written."""
    document: dict[str, Any] = json.loads(json.dumps(found.document()))
    return document


def standings(found: Lineage, kind: str) -> Mapping[str, str]:
    """Give the standing of each fact of a link."""
    node = found.tree.find(kind)
    assert node is not None, f"no {kind}"
    return {fact.name: str(fact.standing) for fact in node.facts}


def fact_of(found: Lineage, kind: str, name: str) -> Fact:
    """Give one fact of the first link of a kind."""
    node = found.tree.find(kind)
    assert node is not None, f"no {kind}"
    fact = node.fact(name)
    assert fact is not None, f"no {name} of {kind}"
    return fact
