"""What is done about a breach, by kind and status."""

from __future__ import annotations

import pytest

from pipelines.detective.actions import Action, action_for
from pipelines.detective.facts import Facts
from pipelines.detective.subjects import Kind

_JOBS = (
    Kind.AUTOML_JOB,
    Kind.PROCESSING_JOB,
    Kind.TRAINING_JOB,
    Kind.TRANSFORM_JOB,
    Kind.TUNING_JOB,
)


@pytest.mark.parametrize("kind", _JOBS)
@pytest.mark.parametrize("status", ["InProgress", "Starting", "Pending"])
def test_a_job_that_runs_is_stopped(kind: Kind, status: str) -> None:
    assert _action(kind, status) is Action.STOP


@pytest.mark.parametrize("kind", _JOBS)
@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped", "Stopping"])
def test_a_job_that_ended_is_left(kind: Kind, status: str) -> None:
    assert _action(kind, status) is Action.NOTHING


def test_a_model_is_deleted() -> None:
    assert _action(Kind.MODEL, "InService") is Action.DELETE


def test_a_configuration_is_deleted_unless_an_endpoint_uses_it() -> None:
    assert _action(Kind.ENDPOINT_CONFIG, "InService") is Action.DELETE
    assert _action(Kind.ENDPOINT_CONFIG, "InService", in_use=True) is Action.TELL


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("Pending", Action.WAIT),
        ("Updating", Action.WAIT),
        ("InService", Action.STOP),
        ("Stopping", Action.NOTHING),
        ("Stopped", Action.DELETE),
        ("Failed", Action.DELETE),
        ("Deleting", Action.NOTHING),
    ],
)
def test_a_notebook_is_stopped_and_then_deleted(status: str, action: Action) -> None:
    assert _action(Kind.NOTEBOOK, status) is action


@pytest.mark.parametrize("kind", [Kind.DOMAIN, Kind.ENDPOINT, Kind.UNDECLARED])
def test_what_people_depend_on_is_left_to_people(kind: Kind) -> None:
    assert _action(kind, "InService") is Action.TELL


def _action(kind: Kind, status: str, *, in_use: bool = False) -> Action:
    return action_for(Facts(kind, "one", "arn:aws:one", status), in_use=in_use)
