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

from botocore.exceptions import ClientError

from pipelines.images import Registry, push_image
from pipelines.naming import Naming
from pipelines.promotion.adopt import Clock
from pipelines.promotion.aws import Aws
from pipelines.promotion.objects import current_version, measure
from pipelines.promotion.release import Configuration, ExactObject, Release
from pipelines.promotion.rollout import Surroundings
from pipelines.promotion.settings import Settings
from tests.pipelines.images.memory_ecr import MemoryEcr
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
    inside,
    program,
    settings,
)

ACCOUNT = "222222222222"
NAME = "gatehouse-staging-breast-cancer"
OWN = "gatehouse-staging/model"
CONFIG = f"{NAME}-0123456789ab"
NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
MODELS = f"gatehouse-staging-models-{ACCOUNT}"
EVIDENCE = f"gatehouse-staging-evidence-{ACCOUNT}"
RELEASES = f"gatehouse-staging-releases-{ACCOUNT}"
KEYS = {
    purpose: f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{purpose}"
    for purpose in ("models", "capture", "evidence")
}
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
class FakeSageMaker:
    """Describes one endpoint and one package; `live` changes what it tells."""

    release: Release
    approval: str = "Approved"
    exists: bool = True
    endpoint: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    variant: dict[str, Any] = field(default_factory=dict)
    model: dict[str, Any] = field(default_factory=dict)
    container: dict[str, Any] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=list)

    def describe_endpoint(self, **request: Any) -> dict[str, Any]:
        if not self.exists:
            raise missing(f'Could not find endpoint "{request["EndpointName"]}".')
        status = self.statuses.pop(0) if self.statuses else "InService"
        return {
            "EndpointName": request["EndpointName"],
            "EndpointArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/{NAME}",
            "EndpointStatus": status,
            "EndpointConfigName": CONFIG,
        } | self.endpoint

    def describe_endpoint_config(self, **request: Any) -> dict[str, Any]:
        variant = {
            "ModelName": "m",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        } | self.variant
        return {"ProductionVariants": [variant], "KmsKeyId": KEYS["models"]} | self.config

    def describe_model(self, **request: Any) -> dict[str, Any]:
        sha256 = self.release.archive.sha256
        container = {
            "Image": replace(self.release.image, account=ACCOUNT, repository=OWN).uri,
            "ModelDataUrl": f"s3://{MODELS}/approved/{MODEL}/{sha256}/model.tar.gz",
        } | self.container
        return {
            "PrimaryContainer": container,
            "ExecutionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/gatehouse-staging-serving",
            "EnableNetworkIsolation": True,
        } | self.model

    def describe_model_package(self, **request: Any) -> dict[str, Any]:
        uri = self.release.evaluation.uri
        names = ("data_uri", "evaluation_uri", "holdout_uri", "predictions_uri")
        others = ("commit", "data_sha256", "definition_sha256", "image_digest", "threshold")
        return {
            "ModelPackageGroupName": "gatehouse-breast-cancer",
            "ModelPackageVersion": self.release.version,
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": self.approval,
            "CreationTime": NOW,
            "InferenceSpecification": {"Containers": [{"Image": self.release.image.uri}]},
            "CustomerMetadataProperties": dict.fromkeys((*names, *others), uri),
        }


@dataclass
class Stage:
    """The staging account; needs an active `mock_aws` and the objects of a release."""

    tmp_path: Path
    address: str
    home: MemoryEcr = field(default_factory=lambda: MemoryEcr(REPOSITORY))
    own: MemoryEcr = field(default_factory=lambda: MemoryEcr(OWN, account=ACCOUNT))
    runtime: FakeRuntime = field(default_factory=FakeRuntime)
    assumed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.aws: Aws = inside(ACCOUNT)
        self.s3 = self.aws.client("s3", REGION)
        source = Registry(self.home, self.home.account, self.home.repository, self.home.opener)
        image = push_image(program(self.tmp_path / "program"), source, "c0ffee", self.tmp_path)
        self.make_store()
        self.release = replace(
            RELEASE,
            archive=self.exact(f"s3://{BUCKET}/{MODEL}/model.tar.gz", b"archive"),
            image=replace(RELEASE.image, digest=image.digest),
            holdout=self.exact(f"{EVALUATION}/holdout.csv", HOLDOUT),
            predictions=self.exact(f"{EVALUATION}/predictions.csv", PREDICTIONS),
            configuration={
                "staging": Configuration("ml.m5.large", 1),
                "production": Configuration("ml.m5.large", 2),
            },
        )
        self.sagemaker = FakeSageMaker(self.release)
        folder = self.tmp_path / "Release"
        folder.mkdir()
        (folder / "release.json").write_bytes(self.release.content())
        self.settings = settings(self.tmp_path, "staging", RELEASE.package_arn, Release=folder)

    def make_store(self) -> None:
        """Make the buckets and parameters of the account, and the models bucket of the home."""
        for bucket in (BUCKET, MODELS, EVIDENCE, RELEASES):
            self.s3.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
            self.s3.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        ssm = self.aws.client("ssm", REGION)
        for path, value in parameters(settings(self.tmp_path, "staging")).items():
            ssm.put_parameter(Name=f"/gatehouse/staging/{path}", Value=value, Type="String")

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
        assert service in {"s3", "ssm"}, f"a build does not call {service} by itself"
        return self.aws.client(service, region)

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Become the consumer, who can invoke the endpoint and nothing else."""
        self.assumed.append(role_arn)
        return Consumer(self.runtime)

    def evidence(self) -> dict[str, bytes]:
        """Read what is kept as evidence."""
        listed = self.s3.list_objects_v2(Bucket=EVIDENCE).get("Contents", [])
        return {
            one["Key"]: self.s3.get_object(Bucket=EVIDENCE, Key=one["Key"])["Body"].read()
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
        environment = {**os.environ, "FAKE_STATE": str(state), "FAKE_CONFIG": CONFIG}
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


def parameters(told: Settings) -> dict[str, str]:
    """What the root of the account has published."""
    naming = Naming(told.organization)
    names = {
        f"buckets/{purpose}": naming.bucket_name("staging", purpose)
        for purpose in ("models", "capture", "evidence", "releases")
    }
    return names | {
        "network/subnet-ids": "subnet-1,subnet-2",
        "network/workload-security-group-ids": "sg-1",
        "roles/serving-arn": naming.role_arn("staging", "serving"),
        "images/model-repository-url": replace(
            RELEASE.image, account=ACCOUNT, repository=OWN, digest=""
        ).uri.rstrip("@"),
        **{f"keys/{purpose}-arn": arn for purpose, arn in KEYS.items()},
    }


def missing(message: str) -> ClientError:
    """The words in which SageMaker says that something does not exist."""
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "Describe")
