"""Where the things of a target are in these tests, and what SageMaker tells of its endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from pipelines.promotion.release import Release
from tests.pipelines.promotion.world import HOME, MODEL, REGION


@dataclass(frozen=True)
class Place:
    """Where a target's things are."""

    name: str
    account: str

    @property
    def prefix(self) -> str:
        """What all names of the account start with."""
        return f"gatehouse-{self.name}"

    @property
    def endpoint(self) -> str:
        """The model's endpoint."""
        return f"{self.prefix}-{MODEL}"

    @property
    def config(self) -> str:
        """What the endpoint runs."""
        return f"{self.endpoint}-0123456789ab"

    @property
    def repository(self) -> str:
        """The account's own images."""
        return f"{self.prefix}/model"

    def bucket(self, purpose: str) -> str:
        """A bucket of the account."""
        return f"{self.prefix}-{purpose}-{self.account}"

    def key(self, purpose: str) -> str:
        """A key of the account."""
        return f"arn:aws:kms:{REGION}:{self.account}:key/{purpose}"


STAGING = Place("staging", "222222222222")
PRODUCTION = Place("production", "333333333333")
NAME = STAGING.endpoint
CONFIG = STAGING.config
NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
MODELS = STAGING.bucket("models")
EVIDENCE = STAGING.bucket("evidence")
RELEASES = STAGING.bucket("releases")
DECISIONS = f"gatehouse-data-science-decisions-{HOME}"


@dataclass
class FakeSageMaker:
    """Describes one endpoint and one package; `live` changes what it tells."""

    release: Release
    place: Place = STAGING
    approval: str = "Approved"
    exists: bool = True
    endpoint: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    variant: dict[str, Any] = field(default_factory=dict)
    traffic: dict[str, Any] = field(default_factory=dict)
    capture: dict[str, Any] = field(default_factory=dict)
    model: dict[str, Any] = field(default_factory=dict)
    container: dict[str, Any] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=list)
    updated: list[dict[str, Any]] = field(default_factory=list)
    put_back: Callable[[], None] | None = None

    def update_endpoint(self, **request: Any) -> dict[str, Any]:
        """Note what it is to run; whoever drifted is back by that."""
        self.updated.append(request)
        if self.put_back is not None:
            self.put_back()
        return {}

    def describe_endpoint(self, **request: Any) -> dict[str, Any]:
        if not self.exists:
            raise missing(f'Could not find endpoint "{request["EndpointName"]}".')
        status = self.statuses.pop(0) if self.statuses else "InService"
        place = self.place
        return {
            "EndpointName": request["EndpointName"],
            "EndpointArn": f"arn:aws:sagemaker:{REGION}:{place.account}:endpoint/{place.endpoint}",
            "EndpointStatus": status,
            "EndpointConfigName": self.place.config,
            "ProductionVariants": [
                {"VariantName": "AllTraffic", "CurrentWeight": 1.0, "DesiredWeight": 1.0}
                | self.traffic
            ],
            "DataCaptureConfig": {
                "CaptureStatus": "Started",
                "CurrentSamplingPercentage": 100,
                "DestinationS3Uri": f"s3://{place.bucket('capture')}/{place.endpoint}",
                "KmsKeyId": place.key("capture"),
            }
            | self.capture,
        } | self.endpoint

    def describe_endpoint_config(self, **request: Any) -> dict[str, Any]:
        variant = {
            "ModelName": "m",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1 if self.place is STAGING else 2,
        } | self.variant
        key = self.place.key("models")
        modes = [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}]
        return {
            "ProductionVariants": [variant],
            "KmsKeyId": key,
            "DataCaptureConfig": {"CaptureOptions": modes},
        } | self.config

    def describe_model(self, **request: Any) -> dict[str, Any]:
        sha256, place = self.release.archive.sha256, self.place
        image = replace(self.release.image, account=place.account, repository=place.repository)
        store = f"s3://{place.bucket('models')}/approved/{MODEL}/{sha256}"
        container = {
            "Image": image.uri,
            "ModelDataUrl": f"{store}/model.tar.gz",
        } | self.container
        return {
            "PrimaryContainer": container,
            "ExecutionRoleArn": f"arn:aws:iam::{place.account}:role/{place.prefix}-serving",
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


def missing(message: str) -> ClientError:
    """The words in which SageMaker says that something does not exist."""
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "Describe")


@dataclass
class FakeAlarms:
    """Tells the states of alarms: those in `ringing` ring, each with a reason.

    Those in `rang` are well again.
    """

    ringing: dict[str, str] = field(default_factory=dict)
    rang: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    asked: int = 0

    def describe_alarms(self, **request: Any) -> dict[str, Any]:
        self.asked += 1
        told = [
            {
                "AlarmName": name,
                "StateValue": "ALARM" if name in self.ringing else "OK",
                "StateReason": self.ringing.get(name, "as ever"),
            }
            for name in request["AlarmNames"]
            if name not in self.absent
        ]
        return {"MetricAlarms": told}

    def describe_alarm_history(self, **request: Any) -> dict[str, Any]:
        when, why = self.rang.get(request["AlarmName"], (request["StartDate"], ""))
        states = [("OK", "as ever"), ("ALARM", why)] if why else []
        return {
            "AlarmHistoryItems": [
                {
                    "Timestamp": when,
                    "HistoryData": json.dumps(
                        {"newState": {"stateValue": state, "stateReason": reason}}
                    ),
                }
                for state, reason in states
                if when >= request["StartDate"]
            ]
        }
