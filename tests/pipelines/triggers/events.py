"""What rules send to the function that starts training, as modules/training-trigger has it."""

from __future__ import annotations

from typing import Any

BUCKET = "acme-lab-data-111111111111"
PREFIX = "raw/churn/"
KEY = "raw/churn/arrivals/july.csv"
RULE = "arn:aws:events:eu-west-1:111111111111:rule/acme-lab-train-churn-schedule"
BUILD = "arn:aws:codebuild:eu-west-1:111111111111:build/acme-lab-model-build:7"
TIME = "2026-07-15T10:30:00Z"


def asked(trigger: str, event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a rule of a model sends with an event."""
    return {
        "bucket": BUCKET,
        "event": event,
        "model": "churn",
        "pipeline": "acme-churn",
        "prefix": PREFIX,
        "trigger": trigger,
        **changes,
    }


def created(key: str = KEY, version: str | None = "v1", bucket: str = BUCKET) -> dict[str, Any]:
    """The event of a new object."""
    told = {"key": key, "size": 7, **({"version-id": version} if version else {})}
    return {
        "id": "e1",
        "time": TIME,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {"bucket": {"name": bucket}, "object": told},
    }


def planned(time: str = TIME) -> dict[str, Any]:
    """The event of a schedule."""
    return {"id": "e2", "time": time, "resources": [RULE], "detail": {}}


def built(build: str = BUILD) -> dict[str, Any]:
    """The event of a build that put pipelines in place."""
    return {"id": "e3", "time": TIME, "resources": [build], "detail": {"build-id": build}}
