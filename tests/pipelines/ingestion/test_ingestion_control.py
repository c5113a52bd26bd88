"""Each object below a group's prefix starts one ingestion; what fails is told; nothing is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipelines.errors import EnvironmentFault, InvalidInput
from pipelines.ingestion.arrival import Arrival
from pipelines.ingestion.control import act
from tests.pipelines.ingestion.events import KEY, PIPELINE, SETTINGS, TOPIC, Noted, changed, created

ARN = f"{PIPELINE}/execution/abc"
STARTED = {"start_pipeline_execution": {"PipelineExecutionArn": ARN}}


def test_an_object_is_kept_as_it_is_and_its_ingestion_starts() -> None:
    aws = Noted(answers=STARTED)
    event = created("features/visits/incoming/2024/May visits.csv")
    assert act(event, SETTINGS, aws.clients) == {"started": ARN}
    (_, copied), (_, started) = aws.calls
    assert copied["CopySource"]["VersionId"] == "v1"
    assert copied["Key"].startswith("features/visits/accepted/")
    assert copied["Key"].endswith("/May visits.csv")
    assert copied["SSEKMSKeyId"] == KEY
    given = {one["Name"]: one["Value"] for one in started["PipelineParameters"]}
    assert given["InputDataUri"] == f"s3://acme-lab-data/{copied['Key']}"
    assert given["ArrivedAt"] == "2024-07-01T12:30:00Z"
    assert re.fullmatch("[0-9a-f]{16}", given["Origin"])
    assert started["PipelineExecutionDisplayName"] == f"May-visits-{given['Origin']}"


def test_the_same_event_again_asks_for_the_very_same() -> None:
    once, twice = Noted(answers=STARTED), Noted(answers=STARTED)
    event = created("features/visits/incoming/a.csv")
    act(event, SETTINGS, once.clients)
    # EventBridge delivers at least once, and may tell another time.
    act({**event, "id": "another"}, SETTINGS, twice.clients)
    assert once.calls == twice.calls


def test_another_version_of_an_object_is_another_ingestion() -> None:
    aws = Noted(answers=STARTED)
    for version in ("v1", "v2"):
        act(created("features/visits/incoming/a.csv", version=version), SETTINGS, aws.clients)
    tokens = {given.get("ClientRequestToken") for name, given in aws.calls if name[:5] == "start"}
    assert len(tokens) == 2


@pytest.mark.parametrize(
    "event",
    [
        created("features/visits/accepted/a.csv"),
        created("features/visits/incoming/"),
        created("features/visits/incoming-not/a.csv"),
        created("features/other/incoming/a.csv"),
        created("raw/a.csv"),
        created("features/visits/incoming/a.csv", bucket="acme-lab-models"),
        {"source": "aws.s3", "detail-type": "Object Deleted", "detail": {}},
        changed("Succeeded"),
        changed("Failed", "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/acme-churn"),
    ],
)
def test_anything_elsewhere_starts_nothing(event: dict[str, Any]) -> None:
    aws = Noted()
    act(event, SETTINGS, aws.clients)
    assert aws.calls == []


def test_an_object_that_no_job_would_read_is_refused_before_it_is_copied() -> None:
    aws = Noted()
    with pytest.raises(InvalidInput, match=r"must end in \.csv"):
        act(created("features/visits/incoming/a.xlsx"), SETTINGS, aws.clients)
    with pytest.raises(InvalidInput, match="must have a version"):
        act(created("features/visits/incoming/a.csv", version=None), SETTINGS, aws.clients)
    assert aws.calls == []


@pytest.mark.parametrize("refused", ["copy_object", "start_pipeline_execution"])
def test_what_aws_refuses_is_raised_so_that_the_event_stays(refused: str) -> None:
    aws = Noted(refuses=(refused,))
    with pytest.raises(EnvironmentFault, match="ThrottlingException"):
        act(created("features/visits/incoming/a.csv"), SETTINGS, aws.clients)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a.csv", "a"),
        ("  --May (2)/..ü visits_05!.csv", "visits-05"),
        ("." + "x" * 300 + ".csv", "x" * 65),
        ("ü.csv", ""),
    ],
)
def test_an_execution_has_a_clean_name(key: str, name: str) -> None:
    arrival = Arrival("b", key, "v", "t")
    assert arrival.execution_name == "-".join(filter(None, (name, arrival.origin)))
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}", arrival.execution_name)


def test_the_owner_is_told_why_an_ingestion_failed() -> None:
    reason = "a.csv line 5, column people: must be a whole number, got 'few'"
    aws = Noted(
        answers={
            "describe_pipeline_execution": {
                "PipelineExecutionDisplayName": "a-0123456789abcdef",
                "PipelineExecutionDescription": "features/visits/incoming/a.csv v1",
            },
            "list_pipeline_execution_steps": {
                "PipelineExecutionSteps": [{"StepName": "Ingest", "FailureReason": reason}]
            },
        }
    )
    assert act(changed("Failed"), SETTINGS, aws.clients) == {"told": ARN}
    told = aws.calls[-1][1]
    assert aws.names[-1] == "publish"
    assert told["TopicArn"] == TOPIC
    assert told["Subject"] == "Not ingested: visits a-0123456789abcdef"
    assert reason in told["Message"]
    assert "features/visits/incoming/a.csv v1" in told["Message"]
    assert "group:     visits\nowner:     sofia\n" in told["Message"]
    assert told["MessageAttributes"] == {"owner": {"DataType": "String", "StringValue": "sofia"}}
