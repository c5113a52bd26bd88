"""A production account in which one release ran, and another one runs now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pipelines.attestations.envelope import sign
from pipelines.attestations.moments import compact
from pipelines.attestations.rollback import Destination, Left, Rollback
from pipelines.canonical import canonical_json
from pipelines.promotion import deploy, rollback, verify, verify_rollback
from pipelines.promotion.aws import Aws
from pipelines.promotion.release import Release
from pipelines.promotion.rollback_order import Order, Why
from pipelines.promotion.settings import Settings
from pipelines.promotion.watch import Watch
from tests.pipelines.attestations.cast import Holder, approver, builder
from tests.pipelines.promotion.places import DECISIONS, NOW
from tests.pipelines.promotion.stage import Stage, clock
from tests.pipelines.promotion.world import EXECUTION, MODEL

LATER_EXECUTION = "99999999-2222-3333-4444-555555555555"
ROLLBACK = "77777777-2222-3333-4444-555555555555"
LATER_CONFIG = "gatehouse-production-breast-cancer-later0000000"
ASKED_AT = NOW + timedelta(days=2)
STORE = f"releases/{MODEL}"


@dataclass
class Back:
    """The earlier release is kept whole; the later one runs. Needs an active `mock_aws`."""

    stage: Stage
    # When what lies under an execution came: S3 says so, and nobody else may.
    came: dict[str, datetime] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stage = self.stage
        self.earlier = stage.release
        self.later = replace(
            stage.release,
            package_arn=stage.release.package_arn.rpartition("/")[0] + "/9",
            commit="9" * 40,
        )
        deploy.run(stage.settings, stage, stage.surroundings())
        moment = clock(NOW).now
        verify.run(stage.settings, stage, Watch(moment, lambda: 0.0))
        self.came |= {EXECUTION: NOW, LATER_EXECUTION: NOW + timedelta(days=1), ROLLBACK: ASKED_AT}
        self.lay_later()
        self.out = stage.settings.out

    def lay_later(self) -> None:
        """Let the later release run, as its deployment left it."""
        place = f"{STORE}/{self.later.id}/{LATER_EXECUTION}"
        statement = replace(self.stage.papers.statement(self.later), execution_id=LATER_EXECUTION)
        envelope = sign(statement.statement(), builder().signer)
        told = canonical_json({"endpoint": {"config_name": LATER_CONFIG}})
        self.put(f"{place}/release.json", self.later.content())
        self.put(f"{place}/release.dsse.json", envelope)
        self.put(f"{place}/production/deployment.json", told)
        (self.stage.tmp_path / "state" / "applied.json").write_text("{}")

    def put(self, key: str, content: bytes) -> None:
        """Write evidence, as a build that went wrong would."""
        bucket = self.stage.place.bucket("evidence")
        self.stage.s3.put_object(Bucket=bucket, Key=key, Body=content)

    def kept(self, name: str) -> str:
        """Name a document that is kept of the earlier release."""
        return f"{STORE}/{self.earlier.id}/{EXECUTION}/{name}"

    def word(self, **changes: Any) -> Rollback:
        """What a release manager decides."""
        statement = self.stage.papers.statement().statement()
        made = ASKED_AT - timedelta(minutes=1)
        word = Rollback(
            model=MODEL,
            left=Left(self.later.id, self.later.sha256),
            to=Destination(self.earlier.id, self.earlier.sha256, statement.sha256, EXECUTION),
            accounts=("production",),
            by="rita",
            reason="recall fell",
            ticket="INC-1",
            made_at=made,
            expires_at=made + timedelta(hours=1),
        )
        return replace(word, **changes)

    def decided(self, word: Rollback | None = None, by: Holder | None = None) -> Order:
        """Put a decision where a person's command puts it, and give the order for it."""
        word = word or self.word()
        envelope = sign(word.statement(), (by or approver(word.by)).signer)
        order = Order(Why.COMMAND, f"{word.by}-{compact(word.made_at)}", "last")
        self.stage.s3.put_object(Bucket=DECISIONS, Key=order.decision_key(MODEL), Body=envelope)
        return order

    def settings(self, package_arn: str = "none") -> Settings:
        """What the rollback's build is told."""
        told = self.stage.settings
        return replace(told, execution_id=ROLLBACK, artifacts={}, package_arn=package_arn)

    def run(self, order: Order | None = None, package_arn: str = "none") -> dict[str, Any]:
        """Run the rollback and return what it reports."""
        around = replace(self.stage.surroundings(), clock=clock(ASKED_AT))
        rollback.run(self.settings(package_arn), self, order or self.decided(), around)
        return self.stage.report("rollback.json")

    def rejected(self, package_arn: str | None = None) -> dict[str, Any]:
        """Run it as the rule for rejected versions starts it."""
        return self.run(Order(Why.REJECTED, None, "last"), package_arn or self.later.package_arn)

    def verify(self) -> dict[str, Any]:
        """Run the verification that follows, and return what it reports."""
        told = replace(self.settings(), artifacts={"Deployed_production": self.out})
        verify_rollback.run(told, self, Watch(clock(ASKED_AT).now, lambda: 0.0))
        return self.stage.report("rollback-verification.json")

    @property
    def runs(self) -> Release:
        """What the endpoint runs, by what Terraform applied last."""
        applied = (self.stage.tmp_path / "state" / "applied.json").read_text()
        return self.earlier if self.earlier.id in applied else self.later

    def evidence(self) -> dict[str, bytes]:
        """What this rollback has kept, by the end of its names."""
        return {
            key.partition(f"{ROLLBACK}/")[2]: content
            for key, content in self.stage.evidence().items()
            if ROLLBACK in key
        }

    def client(self, service: str, region: str) -> Any:
        """Make a client as the build's own role."""
        found = self.stage.client(service, region)
        match service:
            case "s3":
                return _Dated(found, self.came)
            case "sagemaker":
                return _Endpoint(self, found)
        return found

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Become the consumer."""
        return self.stage.assume(role_arn, session_name, region)


@dataclass(frozen=True)
class _Dated:
    """An `s3` client to which objects came when the test says."""

    inside: Any
    came: Mapping[str, datetime]

    def __getattr__(self, operation: str) -> Any:
        return getattr(self.inside, operation)

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        page: dict[str, Any] = self.inside.list_objects_v2(**request)
        for one in page.get("Contents", []):
            execution = one["Key"].split("/")[3] if one["Key"].count("/") > 2 else ""
            one["LastModified"] = self.came.get(execution, one["LastModified"])
        return page


@dataclass(frozen=True)
class _Endpoint:
    """A `sagemaker` client that tells what was applied last, and of each package its status."""

    back: Back
    inside: Any

    def __getattr__(self, operation: str) -> Any:
        self.inside.release = self.back.runs
        later = self.back.runs is self.back.later
        if "EndpointConfigName" not in self.inside.endpoint or not later:
            self.inside.endpoint = {"EndpointConfigName": LATER_CONFIG} if later else {}
        return getattr(self.inside, operation)

    def describe_model_package(self, **request: Any) -> dict[str, Any]:
        status = self.back.status.get(request["ModelPackageName"], "Approved")
        return {"ModelApprovalStatus": status}


def facts(content: bytes) -> dict[str, Any]:
    """Read a document."""
    told: dict[str, Any] = json.loads(content)
    return told
