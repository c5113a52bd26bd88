"""A SageMaker that holds versions, models, configurations and one endpoint, for trials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from pipelines.trials.deployment import Pace
from pipelines.trials.settings import Settings

ACCOUNT = "111111111111"
REPOSITORY = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/acme-lab/model"
SETTINGS = Settings(
    bucket="acme-lab-models",
    capture_bucket="acme-lab-data",
    capture_key_arn=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/data",
    key_arn=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/models",
    prefix="acme",
    repository_url=REPOSITORY,
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/acme-lab-serving",
    security_group_ids=("sg-1",),
    subnet_ids=("subnet-2", "subnet-1"),
)
ENDPOINT = "acme-x-churn"


def arn(version: int, group: str = "acme-churn") -> str:
    """Name a version."""
    return f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:model-package/{group}/{version}"


def package(version: int, **changes: Any) -> dict[str, Any]:
    """Return what SageMaker tells of an approved version."""
    container = {
        "Image": f"{REPOSITORY}@sha256:{'a' * 64}",
        "ModelDataUrl": f"s3://acme-lab-models/churn/training/run-{version}/model.tar.gz",
        "ModelDataETag": f"etag-{version}",
    }
    return {
        "ModelPackageGroupName": "acme-churn",
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {"Containers": [container | changes.pop("container", {})]},
        **changes,
    }


def refused(call: str, message: str, code: str = "ValidationException") -> ClientError:
    """Return an error as SageMaker answers it."""
    return ClientError({"Error": {"Code": code, "Message": message}}, call)


@dataclass
class FakeSageMaker:
    """Answers the calls of a trial; an endpoint comes to rest after so many looks at it."""

    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    configurations: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoint: dict[str, str] | None = None
    looks: int = 2
    ends_as: str = "InService"
    rolls_back: bool = False
    calls: list[str] = field(default_factory=list)
    refuses: dict[str, ClientError] = field(default_factory=dict)
    _left: int = 0
    _then: Callable[[], None] | None = None

    def describe_model_package(self, ModelPackageName: str) -> dict[str, Any]:
        self._called("DescribeModelPackage")
        return self.packages[ModelPackageName]

    def create_model(self, ModelName: str, **request: Any) -> None:
        self._called("CreateModel")
        if ModelName in self.models:
            raise refused("CreateModel", f'Cannot create already existing model "{ModelName}".')
        self.models[ModelName] = request

    def create_endpoint_config(self, EndpointConfigName: str, **request: Any) -> None:
        self._called("CreateEndpointConfig")
        if EndpointConfigName in self.configurations:
            raise refused("CreateEndpointConfig", "Cannot create already existing endpoint ...")
        self.configurations[EndpointConfigName] = request

    def describe_endpoint(self, EndpointName: str) -> dict[str, Any]:
        self._called("DescribeEndpoint")
        if self._then is not None:
            self._left -= 1
            if self._left <= 0:
                then, self._then = self._then, None
                then()
        if self.endpoint is None:
            raise refused("DescribeEndpoint", f'Could not find endpoint "{EndpointName}".')
        return dict(self.endpoint)

    def create_endpoint(self, EndpointName: str, EndpointConfigName: str) -> None:
        self._called("CreateEndpoint")
        self.endpoint = {
            "EndpointStatus": "Creating",
            "EndpointConfigName": EndpointConfigName,
        }
        self._later(self._rest)

    def update_endpoint(self, EndpointName: str, EndpointConfigName: str) -> None:
        self._called("UpdateEndpoint")
        assert self.endpoint is not None
        self.endpoint["EndpointStatus"] = "Updating"
        if not self.rolls_back:
            self.endpoint["EndpointConfigName"] = EndpointConfigName
        self._later(self._rest)

    def delete_endpoint(self, EndpointName: str) -> None:
        self._called("DeleteEndpoint")
        assert self.endpoint is not None
        self.endpoint["EndpointStatus"] = "Deleting"
        self._later(self._vanish)

    def describe_endpoint_config(self, EndpointConfigName: str) -> dict[str, Any]:
        self._called("DescribeEndpointConfig")
        if EndpointConfigName not in self.configurations:
            raise refused("DescribeEndpointConfig", "Could not find endpoint configuration ...")
        return self.configurations[EndpointConfigName]

    def delete_endpoint_config(self, EndpointConfigName: str) -> None:
        self._called("DeleteEndpointConfig")
        if self.configurations.pop(EndpointConfigName, None) is None:
            raise refused("DeleteEndpointConfig", "Could not find endpoint configuration ...")

    def delete_model(self, ModelName: str) -> None:
        self._called("DeleteModel")
        if self.models.pop(ModelName, None) is None:
            raise refused("DeleteModel", f'Could not find model "{ModelName}".')

    def _rest(self) -> None:
        assert self.endpoint is not None
        self.endpoint["EndpointStatus"] = self.ends_as
        if self.ends_as == "Failed":
            self.endpoint["FailureReason"] = "The container did not pass the ping health check."

    def _vanish(self) -> None:
        self.endpoint = None

    def _later(self, then: Callable[[], None]) -> None:
        self._left, self._then = self.looks, then

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if call in self.refuses:
            raise self.refuses[call]


def pace(seconds: float = 600.0) -> Pace:
    """Give a call so many seconds, of which none really pass."""
    left = [seconds]

    def sleep(some: float) -> None:
        left[0] -= some

    return Pace(lambda: left[0], sleep)
