"""A target account as the tests of its builds need it: a store, a registry, an endpoint."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.clock import Clock
from pipelines.images import Registry, push_image
from pipelines.naming import Naming
from pipelines.promotion.aws import Aws
from pipelines.promotion.objects import current_version, measure
from pipelines.promotion.release import Configuration, ExactObject
from pipelines.promotion.rollout import Surroundings
from pipelines.promotion.settings import Settings
from tests.pipelines.attestations.cast import staging_key, trusted
from tests.pipelines.images.memory_ecr import MemoryEcr
from tests.pipelines.promotion.makers import Kms
from tests.pipelines.promotion.papers import Papers
from tests.pipelines.promotion.places import (
    DECISIONS,
    NOW,
    STAGING,
    FakeAlarms,
    FakeSageMaker,
    Place,
)
from tests.pipelines.promotion.runtime import FakeRuntime
from tests.pipelines.promotion.test_promotion_release import RELEASE
from tests.pipelines.promotion.world import (
    BUCKET,
    EVALUATION,
    HOLDOUT,
    MODEL,
    PREDICTIONS,
    REGION,
    REPOSITORY,
    evaluation,
    inside,
    program,
    settings,
)

TERRAFORM = Path(__file__).parent / "fake_terraform.py"


class Registries:
    """One `ecr` client over the registries of several accounts."""

    def __init__(self, *registries: MemoryEcr) -> None:
        self._registries = {registry.account: registry for registry in registries}

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        def call(**request: Any) -> dict[str, Any]:
            method = getattr(self._registries[request["registryId"]], operation)
            answer: dict[str, Any] = method(**request)
            return answer

        return call


@dataclass
class Stage:
    """A target account; needs an active `mock_aws` and the objects of a release."""

    tmp_path: Path
    address: str
    place: Place = STAGING
    home: MemoryEcr = field(default_factory=lambda: MemoryEcr(REPOSITORY))
    runtime: FakeRuntime = field(default_factory=FakeRuntime)
    kms: Kms = field(default_factory=lambda: Kms((staging_key(),)))
    assumed: list[str] = field(default_factory=list)
    alarms: FakeAlarms = field(default_factory=FakeAlarms)

    def __post_init__(self) -> None:
        self.own = MemoryEcr(self.place.repository, account=self.place.account)
        self.aws: Aws = inside(self.place.account)
        self.s3 = self.aws.client("s3", REGION)
        source = Registry(self.home, self.home.account, self.home.repository, self.home.opener)
        image = push_image(program(self.tmp_path / "program"), source, "c0ffee", self.tmp_path)
        self.make_store()
        self.release = replace(
            RELEASE,
            archive=self.exact(f"s3://{BUCKET}/{MODEL}/model.tar.gz", b"archive"),
            image=replace(RELEASE.image, digest=image.digest),
            evaluation=self.exact(f"{EVALUATION}/evaluation.json", evaluation(1.0)),
            holdout=self.exact(f"{EVALUATION}/holdout.csv", HOLDOUT),
            predictions=self.exact(f"{EVALUATION}/predictions.csv", PREDICTIONS),
            configuration={
                "staging": Configuration("ml.m5.large", 1),
                "production": Configuration("ml.m5.large", 2),
            },
        )
        self.sagemaker = FakeSageMaker(self.release, self.place)
        self.settings = settings(
            self.tmp_path, self.place.name, RELEASE.package_arn, Release=self.artifact("Release")
        )
        self.papers = Papers(self)
        self.papers.carry()

    def artifact(self, name: str) -> Path:
        """Give the folder of what an earlier build handed over."""
        folder = self.tmp_path / name
        folder.mkdir(exist_ok=True)
        return folder

    def make_store(self) -> None:
        """Make the buckets and parameters of the account, and the buckets of the home."""
        own = [self.place.bucket(purpose) for purpose in ("models", "evidence", "releases")]
        for bucket in (BUCKET, DECISIONS, *own):
            self.s3.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
            self.s3.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        for path, value in parameters(self.place, settings(self.tmp_path)).items():
            self.publish(path, value)

    def publish(self, path: str, value: str) -> None:
        """Put a parameter of the account."""
        name = f"/gatehouse/{self.place.name}/{path}"
        ssm = self.aws.client("ssm", REGION)
        ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    def exact(self, uri: str, content: bytes) -> ExactObject:
        """Write an object and name it exactly."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        self.s3.put_object(Bucket=bucket, Key=key, Body=content)
        return measure(self.s3, uri, current_version(self.s3, uri).version_id)

    def client(self, service: str, region: str) -> Any:
        """Make a client as the build's own role."""
        if service == "ecr":
            return Registries(self.home, self.own)
        if service == "sagemaker":
            return self.sagemaker
        if service == "kms":
            return self.kms
        if service == "cloudwatch":
            return self.alarms
        assert service in {"s3", "ssm"}, f"a build does not call {service} by itself"
        return self.aws.client(service, region)

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Become the consumer, who can invoke the endpoint and nothing else."""
        self.assumed.append(role_arn)
        return Consumer(self.runtime)

    def evidence(self) -> dict[str, bytes]:
        """Read what is kept as evidence."""
        bucket = self.place.bucket("evidence")
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {
            one["Key"]: self.s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
            for one in listed
        }

    def report(self, name: str) -> dict[str, Any]:
        """Read a document that a build wrote."""
        document: dict[str, Any] = json.loads((self.settings.out / name).read_bytes())
        return document

    def surroundings(self) -> Surroundings:
        """A Terraform that keeps its state in a folder and makes nothing."""
        state = self.tmp_path / "state"
        state.mkdir(exist_ok=True)
        script = state / "terraform"
        script.write_text(f"#!{sys.executable} -IS\n{TERRAFORM.read_text()}")
        script.chmod(0o700)
        environment = {**os.environ, "FAKE_STATE": str(state), "FAKE_CONFIG": self.place.config}
        return Surroundings(environment, clock(), str(script))

    def calls(self) -> list[list[str]]:
        """List how Terraform was called."""
        lines = (self.tmp_path / "state" / "calls").read_text().splitlines()
        return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class Consumer:
    """A session of the consumers' role."""

    runtime: FakeRuntime

    def client(self, service: str, region: str) -> Any:
        """Make the one client that a consumer has."""
        assert service == "sagemaker-runtime"
        return self.runtime

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Refuse: a consumer becomes nobody else."""
        raise AssertionError(role_arn)


def clock(now: datetime = NOW) -> Clock:
    """A clock on which sleeping takes no time."""
    moments = [now]

    def sleep(seconds: float) -> None:
        moments[0] = datetime.fromtimestamp(moments[0].timestamp() + seconds, UTC)

    return Clock(lambda: moments[0], sleep)


def parameters(place: Place, told: Settings) -> dict[str, str]:
    """What the root of the account has published."""
    naming = Naming(told.organization)
    names = {
        f"buckets/{purpose}": naming.bucket_name(place.name, purpose)
        for purpose in ("models", "capture", "evidence", "releases")
    }
    image = replace(RELEASE.image, account=place.account, repository=place.repository, digest="")
    return names | {
        "network/subnet-ids": "subnet-1,subnet-2",
        "network/workload-security-group-ids": "sg-1",
        "roles/serving-arn": naming.role_arn(place.name, "serving"),
        "images/model-repository-url": image.uri.rstrip("@"),
        **{
            f"keys/{purpose}-arn": place.key(purpose)
            for purpose in ("models", "capture", "evidence")
        },
        "keys/test-signing-arn": staging_key().key.key_arn,
        "release/trusted-keys": trusted().content().decode(),
    }
