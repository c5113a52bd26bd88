"""What a rule asks for is read strictly, and the same event always asks for the same run."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipelines.errors import InvalidInput
from pipelines.triggers.asked import ObjectVersion, Trigger, read_asked
from tests.pipelines.triggers.events import BUCKET, KEY, asked, built, created, planned

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}")
_EVENTS = {"object": created(), "push": built(), "schedule": planned()}


def test_a_new_object_is_the_data_of_its_run() -> None:
    found = read_asked(asked("object", created()))

    assert found.trigger is Trigger.OBJECT
    assert found.data == ObjectVersion(BUCKET, KEY, "v1")
    assert (found.model, found.pipeline) == ("churn", "acme-churn")


@pytest.mark.parametrize("trigger", ["push", "schedule"])
def test_other_events_bring_no_data(trigger: str) -> None:
    assert read_asked(asked(trigger, _EVENTS[trigger])).data is None


@pytest.mark.parametrize("trigger", sorted(_EVENTS))
def test_an_event_that_comes_twice_asks_for_one_run(trigger: str) -> None:
    first, again = (read_asked(asked(trigger, _EVENTS[trigger])) for _ in range(2))

    assert first.token == again.token
    assert first.execution_name == again.execution_name
    assert 32 <= len(first.token) <= 128


def test_different_events_and_models_ask_for_different_runs() -> None:
    documents = [
        *(asked(trigger, event) for trigger, event in _EVENTS.items()),
        asked("object", created(version="v2")),
        asked("object", created(key="raw/churn/arrivals/august.csv")),
        asked("schedule", planned("2026-07-15T11:30:00Z")),
        asked("push", built("arn:aws:codebuild:eu-west-1:111111111111:build/acme:8")),
        asked("push", built(), model="loans", pipeline="acme-loans"),
    ]
    found = [read_asked(document) for document in documents]

    assert len({one.token for one in found}) == len(documents)
    assert len({one.execution_name for one in found}) == len(documents)


@pytest.mark.parametrize("trigger", sorted(_EVENTS))
def test_a_run_has_a_name_that_sagemaker_takes_and_a_person_reads(trigger: str) -> None:
    name = read_asked(asked(trigger, _EVENTS[trigger])).execution_name

    assert _NAME.fullmatch(name)
    assert name.startswith(f"{trigger}-20260715T103000Z-")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (created(key="raw/other/arrivals/july.csv"), "must lie under s3://"),
        (created(key="raw/churn-old/july.csv"), "must lie under s3://"),
        (created(bucket="somebody-elses"), "must lie under s3://"),
        (created(key="raw/churn/arrivals/july.parquet"), "must be a .csv"),
        (created(version=None), "must keep versions"),
    ],
)
def test_an_object_that_is_no_data_of_the_model_starts_nothing(
    event: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_asked(asked("object", event))


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        asked("object", created(), image="evil"),
        asked("drift", planned()),
        asked("push", planned()),
        asked("schedule", {**planned(), "resources": []}),
        asked("schedule", {**planned(), "time": "now"}),
        asked("object", created(), model=""),
        asked("object", created(), prefix=7),
        asked("object", {}),
    ],
)
def test_what_no_rule_of_ours_sends_starts_nothing(document: Any) -> None:
    with pytest.raises(InvalidInput):
        read_asked(document)
