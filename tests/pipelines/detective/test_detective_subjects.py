"""What an event is about, and what it is not believed in."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.detective.subjects import CALLS, Kind, subject_of
from pipelines.errors import InvalidInput
from tests.pipelines.detective.described import ACCOUNT, REGION, call_event
from tests.pipelines.detective.rule import calls_of_the_rule


@pytest.mark.parametrize(
    ("call", "parameter", "kind"),
    [
        ("CreateTrainingJob", "trainingJobName", Kind.TRAINING_JOB),
        ("CreateProcessingJob", "processingJobName", Kind.PROCESSING_JOB),
        ("CreateHyperParameterTuningJob", "hyperParameterTuningJobName", Kind.TUNING_JOB),
        ("CreateTransformJob", "transformJobName", Kind.TRANSFORM_JOB),
        ("CreateAutoMLJob", "autoMLJobName", Kind.AUTOML_JOB),
        ("CreateAutoMLJobV2", "autoMLJobName", Kind.AUTOML_JOB),
        ("CreateModel", "modelName", Kind.MODEL),
        ("CreateEndpointConfig", "endpointConfigName", Kind.ENDPOINT_CONFIG),
        ("CreateEndpoint", "endpointName", Kind.ENDPOINT),
        ("UpdateEndpoint", "endpointName", Kind.ENDPOINT),
        ("CreateNotebookInstance", "notebookInstanceName", Kind.NOTEBOOK),
        ("UpdateDomain", "domainId", Kind.DOMAIN),
    ],
)
def test_a_call_names_its_subject(call: str, parameter: str, kind: Kind) -> None:
    subject = subject_of(call_event(call, {parameter: "one"}))

    assert subject is not None
    assert (subject.kind, subject.name, subject.event) == (kind, "one", call)
    assert subject.actor == f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/petra"


def test_a_new_domain_is_named_by_the_answer() -> None:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:domain/d-1"
    subject = subject_of(call_event("CreateDomain", {}, responseElements={"domainArn": arn}))

    assert subject is not None
    assert (subject.kind, subject.name) == (Kind.DOMAIN, "d-1")


def test_a_change_of_a_notebook_is_a_subject() -> None:
    detail = {"NotebookInstanceName": "one", "NotebookInstanceStatus": "InService"}
    event = {"detail-type": "SageMaker Notebook Instance State Change", "detail": detail}
    subject = subject_of(event)

    assert subject is not None
    assert (subject.kind, subject.name) == (Kind.NOTEBOOK, "one")


@pytest.mark.parametrize(
    "event",
    [
        call_event("CreateTrainingJob", {"trainingJobName": "one"}, errorCode="AccessDenied"),
        call_event("DescribeTrainingJob", {"trainingJobName": "one"}),
        {"detail-type": "SageMaker Training Job State Change", "detail": {}},
    ],
)
def test_what_made_nothing_is_no_subject(event: dict[str, Any]) -> None:
    assert subject_of(event) is None


@pytest.mark.parametrize(
    "event",
    [
        {"detail-type": "AWS API Call via CloudTrail"},
        call_event("CreateTrainingJob", {}),
        call_event("CreateDomain", {}, responseElements=None),
    ],
)
def test_an_event_that_names_nothing_is_refused_loudly(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="must"):
        subject_of(event)


def test_the_rule_hears_of_exactly_the_calls_that_are_judged() -> None:
    assert calls_of_the_rule() == CALLS
