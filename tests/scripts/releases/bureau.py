"""Where people decide on releases in these tests: a release waits, and rita and rob may sign."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from pipelines.attestations.envelope import sign
from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.canonical import canonical_json, sha256_of
from pipelines.naming import Naming
from pipelines.organization import AccountKind, load_organization
from pipelines.promotion.examination import Result
from pipelines.promotion.release import Configuration, Release
from scripts.access import Access
from scripts.checkout import Checkout
from scripts.commands.context import Desk
from scripts.console import voice
from scripts.releases.office import ModelOffice
from tests.pipelines.attestations.cast import (
    EXECUTION,
    MODEL,
    NOW,
    PACKAGE,
    RELEASE,
    STATEMENT,
    TEST,
    Holder,
    approver,
    builder,
    staging_key,
)
from tests.pipelines.promotion.reported import reported
from tests.scripts.releases.clients import Keys, Objects, Parameters, Pipelines, Run
from tests.scripts.releases.endpoints import Endpoints, target_of

ROOT = Path(__file__).resolve().parents[3]
DECISIONS = "gatehouse-data-science-decisions-111111111111"
Command = Callable[..., int]
EARLIER = "00000000-1111-2222-3333-444444444444"
# By version of the model.
_AUC = {2: 0.97, 3: 0.99}


def two_managers(required: int = 2, before_staging: int = 0) -> Naming:
    """The organisation of the checkout, with a second release manager and so many approvals."""
    organization = load_organization(ROOT)
    rita = organization.person("rita")
    rob = replace(rita, name="rob", email="rob@example.com")
    approvals = {AccountKind.STAGING: before_staging, AccountKind.PRODUCTION: required}
    return Naming(
        replace(
            organization,
            people={**organization.people, "rob": rob},
            promotion=replace(organization.promotion, approvals=approvals),
        )
    )


def evaluation(auc: float) -> bytes:
    """An evaluation as the training pipeline writes it."""
    numbers = {"auc": auc, "recall": 0.9, "precision": 0.95}
    metrics: dict[str, Any] = {name: {"value": value} for name, value in numbers.items()}
    confusion = {"benign": {"benign": 71, "malignant": 1}}
    return json.dumps({"metrics": {**metrics, "confusion_matrix": confusion}}).encode()


def a_release(auc: float, version: int = 3) -> Release:
    """A release with an evaluation that is really there."""
    uri = f"s3://models/{MODEL}/{version}/evaluation.json"
    found = replace(RELEASE.evaluation, uri=uri, sha256=sha256_of(evaluation(auc)))
    two = {name: Configuration("ml.m5.large", version) for name in ("production", "staging")}
    arn = f"{PACKAGE.rpartition('/')[0]}/{version}"
    return replace(RELEASE, evaluation=found, package_arn=arn, configuration=two)


def stated(auc: float) -> ReleaseStatement:
    """What the build signs about the release that waits."""
    return replace(STATEMENT, release=a_release(auc))


def report(release: Release, execution: str, result: Result | None = None) -> bytes:
    """A test report as the staging account writes it."""
    heading = {
        "schema_version": 1,
        "release_id": release.id,
        "release_sha256": release.sha256,
        "account": "staging",
        "account_id": "222222222222",
        "region": "eu-west-1",
        "execution_id": execution,
        "started_at": "2026-12-01T10:50:00Z",
        "ended_at": "2026-12-01T11:00:00Z",
    }
    return canonical_json(heading | reported(result))


@dataclass
class Somebody:
    """An identity on AWS; it takes every role, and notes which."""

    bureau: Bureau
    account: str
    role: str | None = None
    endpoint: str | None = None
    taken: list[tuple[str, str | None]] = field(default_factory=list)
    # Of a twin: where nobody counts requests, nobody waits long between them.
    is_local: bool = True

    def client(self, service: str, _region: str) -> Any:
        """Give the client of a service."""
        return self.bureau.clients()[service]

    def account_id(self, _region: str) -> str:
        """Tell in which account this is."""
        return self.account

    def role_name(self, _region: str) -> str | None:
        """Tell of which role this is a session."""
        return self.role

    def assume(self, role: str, _region: str, _session: str, person: str | None) -> Somebody:
        """Take a role."""
        self.bureau.taken.append((role, person))
        account, _, name = role.split(":", 4)[4].partition(":role/")
        return Somebody(self.bureau, account, name)


@dataclass
class Bureau:
    """Everything that AWS keeps: two promotions, one in production and one at the gate."""

    naming: Naming = field(default_factory=two_managers)
    statement: ReleaseStatement = field(default_factory=lambda: stated(0.99))
    objects: Objects = field(default_factory=Objects)
    parameters: Parameters = field(default_factory=Parameters)
    endpoints: Endpoints = field(default_factory=Endpoints)
    taken: list[tuple[str, str | None]] = field(default_factory=list)
    tested: Result | None = None

    def __post_init__(self) -> None:
        self.keys = Keys(self._holders())
        self.pipelines = Pipelines(self.objects)
        earlier = replace(self.statement, release=a_release(0.97, 2), execution_id=EARLIER)
        self.pipelines.runs[EARLIER] = self.run(earlier, ended=True)
        self.pipelines.runs[EXECUTION] = self.run(self.statement)
        self.pipelines.waits = EXECUTION
        self.pin(*self.pinned())
        self.runs("production", earlier.release)
        self.runs("staging", self.statement.release)

    def runs(self, account: str, release: Release) -> None:
        """Let the endpoint of a target run a release."""
        target, parameters = target_of(self.naming, account)
        self.parameters.values |= parameters
        self.endpoints.live[self.naming.endpoint_name(account, MODEL)] = (release, target)

    def clients(self) -> Mapping[str, Any]:
        """Give the clients by service."""
        return {
            "codepipeline": self.pipelines,
            "kms": self.keys,
            "s3": self.objects,
            "sagemaker": self.endpoints,
            "ssm": self.parameters,
        }

    def desk(self, person: str | None = "rita") -> Desk:
        """Sit somebody down."""
        access = cast(Access, Somebody(self, "111111111111", "release-manager"))
        arrived = cast(Access, Somebody(self, "999999999999"))
        return Desk(
            Checkout(ROOT, ROOT / ".gatehouse"), voice(), self.naming, access, None, person, arrived
        )

    def office(self, person: str | None = "rita") -> ModelOffice:
        """Sit somebody down to decide on the model."""
        return ModelOffice(self.desk(person), MODEL)

    def pinned(self) -> tuple[Holder, ...]:
        """Give the holders of the keys that production believes."""
        return (builder(), staging_key(), approver("rita"), approver("rob"))

    def pin(self, *holders: Holder, target: str | None = None) -> None:
        """Pin keys in one target, or in both."""
        trusted = TrustedKeys(tuple(one.key for one in holders))
        for name in [target] if target else ["production", "staging"]:
            parameter = self.naming.trusted_keys_parameter(name)
            self.parameters.values[parameter] = trusted.content().decode()

    def run(self, statement: ReleaseStatement, *, ended: bool = False) -> Run:
        """Give an execution that carries a release, tested, and in production where it ended."""
        release, execution = statement.release, statement.execution_id
        told = report(release, execution, self.tested)
        test = replace(
            TEST,
            release_id=release.id,
            release_sha256=release.sha256,
            execution_id=execution,
            report_sha256=sha256_of(told),
            made_at=NOW - timedelta(hours=1),
        )
        bundled = {
            "release.json": release.content(),
            "release.dsse.json": sign(statement.statement(), builder().signer),
            "evaluation.json": evaluation(_AUC[release.version]),
        }
        tested = {
            "test-report.json": told,
            "test-report.dsse.json": sign(test.statement(), staging_key().signer),
        }
        actions: list[tuple[str, str, str, Mapping[str, bytes]]] = [
            ("Source/Source", "Source", "Succeeded", {"source.json": b"{}"}),
            ("Bundle/Bundle", "Release", "Succeeded", bundled),
            ("Staging/staging-Deploy", "Deployed_staging", "Succeeded", {"deployment.json": b"{}"}),
            ("Test/staging-Test", "Tested_staging", "Succeeded", tested),
        ]
        if ended:
            actions += [("Production/production-Deploy", "Deployed_production", "Succeeded", {})]
            return Run(release.package_arn, actions, "Succeeded")
        return Run(release.package_arn, [*actions, ("Approve/Approve", "None", "InProgress", {})])

    def _holders(self) -> dict[str, Holder]:
        alias = self.naming.key_alias_arn
        return {
            alias("data-science", "release-signing"): builder(),
            alias("staging", "test-signing"): staging_key(),
            alias("data-science", "approval-rita"): approver("rita"),
            alias("data-science", "approval-rob"): approver("rob"),
        }


def stored(bureau: Bureau) -> dict[str, bytes]:
    """Give the approvals that are kept, by person and moment."""
    start = f"{DECISIONS}/approvals/{MODEL}/{bureau.statement.release.id}/{EXECUTION}/"
    return {
        address.removeprefix(start).removesuffix(".dsse.json"): content
        for address, content in bureau.objects.kept.items()
        if address.startswith(start)
    }
