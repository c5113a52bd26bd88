"""Checkpoints of a training job: brought before it starts, kept when it ends or is interrupted.

SageMaker carries them away while the job runs; here that happens once its container has ended.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twin.engines.sagemaker.job import JobFailure, Work
from twin.engines.sagemaker.place import invalid
from twin.engines.sagemaker.transfer import Store


def check_spot(given: Mapping[str, Any]) -> None:
    """Raise ValidationException for a wait that does not fit a managed spot training.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
    """
    stopping = given.get("StoppingCondition") or {}
    wait = stopping.get("MaxWaitTimeInSeconds")
    if not given.get("EnableManagedSpotTraining"):
        if wait is not None:
            raise invalid(
                "MaxWaitTimeInSeconds must be left out unless EnableManagedSpotTraining is true."
            )
    elif wait is None or int(wait) < int(stopping["MaxRuntimeInSeconds"]):
        raise invalid(
            "MaxWaitTimeInSeconds must be at least MaxRuntimeInSeconds for managed spot training."
        )


def bring(work: Work, config: Mapping[str, Any] | None, store: Store) -> None:
    """Fetch what an earlier container or job has kept; there may be nothing yet."""
    if config:
        folder = _folder(work, config)
        folder.mkdir(parents=True, exist_ok=True)
        store.download_any(config["S3Uri"], folder)


def keep(work: Work, config: Mapping[str, Any] | None, store: Store) -> None:
    """Store what the container has kept; without a key, the bucket's own encrypts it."""
    if config:
        store.upload(_folder(work, config), config["S3Uri"], None)


def kept_any(work: Work, config: Mapping[str, Any] | None) -> bool:
    """Tell whether the container has kept something, or has no place for it."""
    return not config or any(_folder(work, config).iterdir())


def _folder(work: Work, config: Mapping[str, Any]) -> Path:
    local = str(config.get("LocalPath") or "/opt/ml/checkpoints")
    path = (work.ml / local.removeprefix("/opt/ml/")).resolve()
    if not path.is_relative_to(work.ml.resolve()):
        raise JobFailure("ClientError: checkpoints outside of /opt/ml are not modelled.")
    return path
