"""Events as EventBridge delivers them, settings, and services that note what they are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from pipelines.ingestion.control import STATUS_CHANGE, Clients
from pipelines.ingestion.settings import Settings

BUCKET = "acme-lab-data"
KEY = "arn:aws:kms:eu-west-1:111111111111:key/data"
TOPIC = "arn:aws:sns:eu-west-1:111111111111:acme-lab-features"
PIPELINE = "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/acme-features-visits"
WRITTEN: dict[str, Any] = {
    "bucket": BUCKET,
    "kms_key_arn": KEY,
    "topic_arn": TOPIC,
    "feeds": {
        "visits": {
            "incoming": "features/visits/incoming/",
            "accepted": "features/visits/accepted/",
            "pipeline": "acme-features-visits",
            "owner": "sofia",
        }
    },
}
SETTINGS = Settings.read(WRITTEN)


def created(key: str, bucket: str = BUCKET, version: str | None = "v1") -> dict[str, Any]:
    """Return the event of an object that was stored."""
    described = {"key": key, "size": 10, "etag": "e", "sequencer": "0"}
    if version is not None:
        described["version-id"] = version
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": "2024-07-01T12:30:00Z",
        "detail": {"bucket": {"name": bucket}, "object": described},
    }


def changed(status: str, pipeline: str = PIPELINE) -> dict[str, Any]:
    """Return the event of an execution that became something."""
    return {
        "source": "aws.sagemaker",
        "detail-type": STATUS_CHANGE,
        "detail": {
            "pipelineArn": pipeline,
            "pipelineExecutionArn": f"{pipeline}/execution/abc",
            "currentPipelineExecutionStatus": status,
        },
    }


@dataclass
class Noted:
    """What the services were asked, in order; `refuses` are the calls that AWS refuses."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        def call(**given: Any) -> Any:
            self.calls.append((name, given))
            if name in self.refuses:
                raise ClientError({"Error": {"Code": "ThrottlingException"}}, name)
            return self.answers.get(name, {})

        return call

    @property
    def clients(self) -> Clients:
        """The same as every client."""
        return Clients(self, self, self, self)

    @property
    def names(self) -> list[str]:
        """Which operations were asked for."""
        return [name for name, _ in self.calls]
