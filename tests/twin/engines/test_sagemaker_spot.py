"""A managed spot training that loses its machine goes on from what its container has kept."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, unique
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push
from twin.faults import Fault, Kind

_TIMES = {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 90}


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


@pytest.fixture
def interrupted(studio: Studio) -> Iterator[None]:
    """Let the next spot training lose its machine once."""
    number = studio.lab.twin.faults.add(Fault(Kind.INTERRUPT, count=1))
    yield
    studio.lab.twin.faults.clear(number)


def _spot(studio: Studio, **changes: Any) -> dict[str, Any]:
    return {
        "EnableManagedSpotTraining": True,
        "StoppingCondition": _TIMES,
        "HyperParameters": {"mode": "save"},
        "CheckpointConfig": {"S3Uri": f"s3://{studio.bucket}/{unique('kept')}"},
        **changes,
    }


def test_an_interrupted_training_goes_on_from_its_checkpoint(
    studio: Studio, interrupted: None
) -> None:
    job = studio.train(**_spot(studio))
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    states = [entry["Status"] for entry in job["SecondaryStatusTransitions"]]
    assert states == [
        *("Starting", "Downloading", "Training", "Interrupted"),
        *("Downloading", "Training", "Uploading", "Completed"),
    ]
    assert _model(studio, job) == {"went_on_after": "one round"}
    (kept,) = job["CheckpointConfig"].values()
    assert studio.get(f"{kept}/kept.txt") == b"one round"


def test_a_job_begins_with_what_another_has_kept_in_the_same_place(
    studio: Studio, interrupted: None
) -> None:
    request = _spot(studio)
    studio.train(**request)
    job = studio.train(**request)
    assert "Interrupted" not in {one["Status"] for one in job["SecondaryStatusTransitions"]}
    assert _model(studio, job) == {"went_on_after": "one round"}


def test_a_training_that_is_not_on_spot_keeps_its_machine(
    studio: Studio, interrupted: None
) -> None:
    job = studio.train(HyperParameters={"x": "3"})
    assert job["TrainingJobStatus"] == "Completed"
    assert "Interrupted" not in {one["Status"] for one in job["SecondaryStatusTransitions"]}


@pytest.mark.parametrize(
    ("spot", "wait", "sentence"),
    [
        (True, None, "MaxWaitTimeInSeconds must be at least MaxRuntimeInSeconds"),
        (True, 59, "MaxWaitTimeInSeconds must be at least MaxRuntimeInSeconds"),
        (False, 90, "must be left out unless EnableManagedSpotTraining is true"),
    ],
)
def test_a_wait_that_does_not_fit_is_refused(
    studio: Studio, spot: bool, wait: int | None, sentence: str
) -> None:
    times = {"MaxRuntimeInSeconds": 60} | ({"MaxWaitTimeInSeconds": wait} if wait else {})
    with pytest.raises(ClientError, match=sentence):
        studio.train(**_spot(studio, EnableManagedSpotTraining=spot, StoppingCondition=times))


def _model(studio: Studio, job: dict[str, Any]) -> Any:
    body = studio.get(job["ModelArtifacts"]["S3ModelArtifacts"])
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
        stream = archive.extractfile("model.json")
        assert stream is not None
        return json.loads(stream.read())
