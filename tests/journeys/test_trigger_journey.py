"""Training starts by new data, on a push, on a schedule and on demand, each time on known data.

One account is laid out, under guardrails. What cannot be started is kept, and people hear of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pipelines.organization import ORGANIZATION_FILE
from tests.journeys.stage import MODEL, Stage, until
from tests.journeys.story import Story
from tests.scripts.command_line import copied_checkout
from twin.control_client import ControlClient

pytestmark = [pytest.mark.journey, pytest.mark.long]

_HOME = "data-science"
_NAMED = "triggers: { object: { prefix: arrivals/ } }"
_ALL = "triggers: { push: true, schedule: rate(1 hour), object: { prefix: arrivals/ } }"
_STARTS_WITHIN, _ENDS_WITHIN = 90, 240


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The account in which models are made, for a model that everything starts; not published."""
    root = copied_checkout(tmp_path_factory.mktemp("checkout"))
    path = root / ORGANIZATION_FILE
    text = path.read_text("utf-8")
    assert text.count(_NAMED) == 1
    path.write_text(text.replace(_NAMED, _ALL), "utf-8")
    stage = Stage(tmp_path_factory.mktemp("triggers"), root)
    stage.open()
    try:
        stage.apply_side_by_side(_HOME)
        yield Story(stage)
    finally:
        stage.close()


@pytest.fixture(scope="module")
def published(story: Story) -> Story:
    """The same account with a pipeline in it, and no data yet."""
    story.stage.gatehouse("pipeline", "publish", "--as", "milo")
    return story


@pytest.fixture(scope="module")
def trained(published: Story) -> dict[str, Any]:
    """The run that a new object started, and the object."""
    content = published.data().read_bytes()
    _bring(published, f"raw/{MODEL}-other/arrivals/rows.csv", content)
    _bring(published, f"raw/{MODEL}/arrivals/notes.txt", b"no data")
    version = _bring(published, f"raw/{MODEL}/arrivals/july.csv", content)
    run = _started(published, "object")
    return {"run": _ended(published, run), "version": version, "content": content}


def test_a_push_without_data_to_train_on_is_kept_and_its_owner_hears(published: Story) -> None:
    stage = published.stage
    queue = f"{stage.naming.role_name(_HOME, 'training-trigger')}-undelivered"
    sqs = stage.client("sqs", _HOME)
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]

    def kept() -> bool | None:
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(told["ApproximateNumberOfMessages"]) > 0 or None

    until(kept, "the event is kept", _STARTS_WITHIN)
    with _faster(stage, 60):
        notice = until(lambda: _notice(stage, "undelivered"), "people hear", _STARTS_WITHIN)
    assert [one["endpoint"] for one in notice["recipients"]] == ["sofia@example.com"]
    assert "A start of training was given up" in notice["message"]
    assert _runs(published) == []


def test_a_new_object_is_trained_on_in_exactly_its_version(
    published: Story, trained: dict[str, Any]
) -> None:
    assert trained["run"]["status"] == "Succeeded", trained["run"]["reason"]
    sagemaker = published.stage.client("sagemaker", _HOME)
    given = sagemaker.list_pipeline_parameters_for_execution(
        PipelineExecutionArn=trained["run"]["arn"]
    )["PipelineParameters"]
    told = {one["Name"]: one["Value"] for one in given}
    bucket = published.stage.naming.bucket_name(_HOME, "data")
    assert told == {
        "InputDataSha256": hashlib.sha256(trained["content"]).hexdigest(),
        "InputDataUri": f"s3://{bucket}/raw/{MODEL}/arrivals/july.csv",
        "InputDataVersion": trained["version"],
    }
    (version,) = published.versions()
    registered = sagemaker.describe_model_package(ModelPackageName=version["arn"])
    metadata = registered["CustomerMetadataProperties"]
    assert metadata["data_version"] == trained["version"]
    assert metadata["data_sha256"] == told["InputDataSha256"]
    assert registered["ModelApprovalStatus"] == "PendingManualApproval"


def test_objects_elsewhere_and_without_the_name_of_data_start_nothing(
    published: Story, trained: dict[str, Any]
) -> None:
    assert [run["arn"] for run in _runs(published)] == [trained["run"]["arn"]]


def test_an_event_that_comes_twice_starts_one_run(
    published: Story, trained: dict[str, Any]
) -> None:
    stage = published.stage
    bucket = stage.naming.bucket_name(_HOME, "data")
    before = _runs(published)
    run = stage.client("sagemaker", _HOME).describe_pipeline_execution(
        PipelineExecutionArn=before[0]["arn"]
    )
    event = {
        "id": "again",
        "time": _moment_in(run["PipelineExecutionDisplayName"]),
        "detail": {
            "bucket": {"name": bucket},
            "object": {"key": f"raw/{MODEL}/arrivals/july.csv", "version-id": trained["version"]},
        },
    }
    document = {
        "bucket": bucket,
        "event": event,
        "model": MODEL,
        "pipeline": stage.naming.sagemaker_pipeline(MODEL),
        "prefix": f"raw/{MODEL}/",
        "trigger": "object",
    }
    answer = stage.client("lambda", _HOME).invoke(
        FunctionName=stage.naming.role_name(_HOME, "training-trigger"),
        Payload=json.dumps(document).encode(),
    )
    assert json.loads(answer["Payload"].read())["execution"] == before[0]["arn"]
    assert _runs(published) == before


def test_a_push_trains_on_the_newest_data(published: Story, trained: dict[str, Any]) -> None:
    published.stage.gatehouse("pipeline", "publish", "--as", "milo")
    run = _ended(published, _started(published, "push"))
    assert run["status"] == "Succeeded", run["reason"]
    assert _data_version(published, run) == trained["version"]


def test_a_schedule_trains_on_the_newest_data(published: Story, trained: dict[str, Any]) -> None:
    with _faster(published.stage, 600):
        run = _started(published, "schedule")
    run = _ended(published, run)
    assert run["status"] == "Succeeded", run["reason"]
    assert _data_version(published, run) == trained["version"]


def test_a_run_on_demand_is_that_of_a_person_and_trains_with_what_they_chose(
    published: Story, trained: dict[str, Any]
) -> None:
    published.stage.gatehouse(
        *("pipeline", "start", MODEL, "--data", str(published.data())),
        *("--set", "learning_rate=0.2", "--wait", "--as", "sofia"),
        inside=_HOME,
    )
    runs = _runs(published)
    sagemaker = published.stage.client("sagemaker", _HOME)
    made = {
        run["name"].partition("-")[0]: sagemaker.describe_pipeline_execution(
            PipelineExecutionArn=run["arn"]
        )["CreatedBy"]["IamIdentity"]
        for run in runs
    }
    assert made["execution"]["SourceIdentity"] == "sofia"
    for trigger in ("object", "push", "schedule"):
        assert ":assumed-role/gatehouse-data-science-training-trigger/" in made[trigger]["Arn"]
        assert "SourceIdentity" not in made[trigger]
    package = sagemaker.describe_model_package(
        ModelPackageName=max(published.versions(), key=lambda one: int(one["version"]))["arn"]
    )
    assert package["CustomerMetadataProperties"]["chosen_learning_rate"] == "0.2"
    assert package["CustomerMetadataProperties"]["chosen_max_depth"] == "3"
    card = json.loads(package["ModelCard"]["ModelCardContent"])
    [evaluation] = card["evaluation_details"]
    measured = evaluation["metric_groups"][0]["metric_data"][0]["value"]
    assert str(measured) == package["CustomerMetadataProperties"]["metric_value"]
    baseline = package["DriftCheckBaselines"]["ModelDataQuality"]["Statistics"]["S3Uri"]
    run = runs[0]["arn"].rpartition("/")[2]
    bucket = published.stage.naming.bucket_name(_HOME, "data")
    assert baseline == f"s3://{bucket}/{MODEL}/prepared/{run}/data/statistics.json"


def _bring(story: Story, key: str, content: bytes) -> str:
    """Put an object into the data bucket, as a data scientist does, and give its version."""
    stage = story.stage
    s3 = stage.client("s3", _HOME, "data-scientist", vpc=_HOME)
    bucket = stage.naming.bucket_name(_HOME, "data")
    return str(s3.put_object(Bucket=bucket, Key=key, Body=content)["VersionId"])


def _runs(story: Story) -> list[dict[str, Any]]:
    listed = ("pipeline", "status", MODEL, "--as", "sofia", "--json")
    found: list[dict[str, Any]] = story.stage.gatehouse(*listed).json()
    return found


def _started(story: Story, trigger: str) -> dict[str, Any]:
    """Wait for the run that a trigger starts."""

    def found() -> dict[str, Any] | None:
        runs = [run for run in _runs(story) if run["name"].startswith(f"{trigger}-")]
        return runs[0] if runs else None

    return until(found, f"a run by {trigger}", _STARTS_WITHIN)


def _ended(story: Story, run: dict[str, Any]) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        (now,) = [one for one in _runs(story) if one["arn"] == run["arn"]]
        return now if now["status"] not in ("Executing", "Stopping") else None

    return until(found, f"{run['name']} ends", _ENDS_WITHIN)


def _data_version(story: Story, run: dict[str, Any]) -> str:
    answer = story.stage.client("sagemaker", _HOME).list_pipeline_parameters_for_execution(
        PipelineExecutionArn=run["arn"]
    )
    found = (one for one in answer["PipelineParameters"] if one["Name"] == "InputDataVersion")
    return str(next(found)["Value"])


def _moment_in(name: str) -> str:
    """Read the time of its event from the name of a run."""
    told = name.split("-")[1]
    day, time = told[:8], told[9:15]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"


def _notice(stage: Stage, alarm: str) -> dict[str, Any] | None:
    found = [one for one in _notices(stage) if f"-{alarm}" in str(one["subject"])]
    return found[0] if found else None


def _notices(stage: Stage) -> list[dict[str, Any]]:
    client = ControlClient(stage.environment["AWS_ENDPOINT_URL"], stage.folder / "twin")
    found: list[dict[str, Any]] = client.get("notices")["notices"]
    return found


@contextmanager
def _faster(stage: Stage, pace: float) -> Iterator[None]:
    stage.gatehouse("twin", "pace", f"{pace:g}")
    try:
        yield
    finally:
        stage.gatehouse("twin", "pace", "1")
