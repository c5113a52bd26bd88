"""From a series to a view on the applied account: trained, gated, approved, forecast, shown."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from pipelines.models.simulation import HOURS, simulated_demand
from pipelines.organization import ORGANIZATION_FILE
from scripts.own_data.entry import with_entry
from tests.journeys.forecast_view import (
    READERS,
    asking_as_quicksight,
    make_readers,
    shown_by_quicksight,
)
from tests.journeys.stage import ROOT, Stage, until
from tests.journeys.story import Story
from tests.pipelines.forecast_models import DESCRIPTION
from tests.scripts.command_line import copied_checkout

pytestmark = [pytest.mark.authoring, pytest.mark.journey, pytest.mark.long]

_HOME = "data-science"
_MODEL = "demand"
_OUT_OF_REACH = 0.1


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The account in which models are made, under guardrails, for a described forecast."""
    root = copied_checkout(tmp_path_factory.mktemp("checkout"))
    _describe(root)
    stage = Stage(tmp_path_factory.mktemp("forecast"), root)
    stage.open()
    try:
        make_readers(stage, _HOME)
        stage.apply_side_by_side(_HOME)
        stage.gatehouse("pipeline", "publish", "--as", "milo")
        yield Story(stage, _MODEL)
    finally:
        stage.close()


def test_a_second_plan_changes_nothing(story: Story) -> None:
    assert story.stage.planned_changes(_HOME) == []


@pytest.fixture(scope="module")
def version(story: Story) -> int:
    """A version that beat its baselines."""
    return story.train()


def test_a_version_is_registered_with_its_errors_and_those_of_the_baselines(
    story: Story, version: int
) -> None:
    package = _package(story, version)
    told = package["CustomerMetadataProperties"]
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    report = json.loads(story.read(told["evaluation_uri"]))
    measured = report["regression_metrics"]["relative_mae"]["value"]
    assert float(told["metric_value"]) == measured <= float(told["threshold"])
    errors = report["baselines"]["errors"]
    assert set(errors) == {
        *("last value", "linear", "same hour 24 h before", "same hour 168 h before"),
    }
    assert report["regression_metrics"]["mae"]["value"] < min(one["mae"] for one in errors.values())
    assert package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"] == told["evaluation_uri"]
    predictions = story.read(told["predictions_uri"]).decode().splitlines()
    assert len(predictions) == 1 + 24 * report["origins"]


def test_a_forecast_that_does_not_beat_its_threshold_is_refused_and_says_what_it_lost_to(
    story: Story, version: int
) -> None:
    before = len(story.versions())
    done = story.stage.gatehouse(
        *("pipeline", "start", _MODEL, "--data", str(story.data())),
        *("--threshold", str(_OUT_OF_REACH), "--wait", "--as", "sofia"),
        code=1,
        inside=_HOME,
    )
    reached = _package(story, version)["CustomerMetadataProperties"]["metric_value"]
    assert (
        f"model {_MODEL}: relative_mae must be at most {_OUT_OF_REACH} to be registered, got "
        f"{reached} of the mae of the best baseline, linear"
    ) in done.err
    assert len(story.versions()) == before


def test_hours_with_a_gap_start_nothing(story: Story, tmp_path: Path) -> None:
    lines = story.data().read_text("utf-8").splitlines(keepends=True)
    gap = tmp_path / "demand.csv"
    gap.write_text("".join(lines[:500] + lines[501:]), "utf-8")
    done = story.stage.gatehouse(
        *("pipeline", "start", _MODEL, "--data", str(gap), "--as", "sofia"), code=2
    )
    assert "demand.csv line 501, column time: must be" in done.err
    assert "so that 1 hour is missing" in done.err


def test_a_version_that_nobody_approved_does_not_forecast(story: Story, version: int) -> None:
    arguments = ("forecast", "start", _MODEL, "--data", str(story.data()), "--as", "sofia")
    done = story.stage.gatehouse(*arguments, code=2, inside=_HOME)
    assert "must have a version that is approved" in done.err
    # Whoever brings hours past the command gets no further than the build.
    naming = story.stage.naming
    client = story.stage.client("s3", _HOME, "data-scientist", vpc=_HOME)
    bucket, key = naming.bucket_name(_HOME, "data"), f"raw/_hours/{_MODEL}/early/demand.csv"
    client.put_object(Bucket=bucket, Key=key, Body=story.data().read_bytes())
    assert until(lambda: _ended(story), "a forecast ends", 120) == ["Failed"]
    told = _log(story)
    assert "must have a version that is approved, got none" in told, told


def test_nobody_starts_a_forecast_with_a_version_of_their_choice(story: Story) -> None:
    client = story.stage.client("codepipeline", _HOME, "data-scientist", vpc=_HOME)
    name = story.stage.naming.forecast_pipeline(_MODEL)
    with pytest.raises(ClientError, match="AccessDenied"):
        client.start_pipeline_execution(name=name)


def test_an_approval_makes_a_forecast_by_itself(story: Story, version: int, tmp_path: Path) -> None:
    story.decide_version(version, "approve")
    page = tmp_path / "demand.html"
    shown = until(lambda: _shown(story), "an approved version forecasts", 180)
    assert [row["time"] for row in shown][:2] == ["2027-01-01T00:00:00Z", "2027-01-01T01:00:00Z"]
    assert len(shown) == 24
    show = ("forecast", "show", _MODEL, "--as", "sofia")
    story.stage.gatehouse(*show, "--chart", str(page), inside=_HOME)
    assert f"version {version}" in page.read_text("utf-8")
    bucket = story.stage.naming.bucket_name(_HOME, "data")
    s3 = story.stage.client("s3", _HOME, "data-scientist", vpc=_HOME)
    (table,) = s3.list_objects_v2(Bucket=bucket, Prefix=f"forecasts/{_MODEL}/table/")["Contents"]
    head = s3.head_object(Bucket=bucket, Key=table["Key"])
    assert head["ServerSideEncryption"] == "aws:kms"


def test_newer_hours_are_forecast_by_the_approved_version(
    story: Story, version: int, tmp_path: Path
) -> None:
    newer = tmp_path / "newer.csv"
    newer.write_text(simulated_demand(HOURS + 48), "utf-8")
    arguments = ("forecast", "start", _MODEL, "--data", str(newer), "--wait", "--as", "sofia")
    row = story.stage.gatehouse(*arguments, "--json", inside=_HOME).json()
    assert (row["version"], row["status"]) == (version, "Succeeded")
    shown = _shown(story)
    assert shown is not None
    assert shown[0]["time"] == "2027-01-03T00:00:00Z"


def test_a_scientist_asks_the_view_for_the_latest_batch(story: Story, version: int) -> None:
    shown = _shown(story)
    assert shown is not None
    rows = _ask(story, "SELECT hour, forecast, package FROM demand_latest ORDER BY hour")
    assert [row["hour"] for row in rows] == [
        row["time"].replace("T", " ").replace("Z", ".000") for row in shown
    ]
    assert [float(row["forecast"]) for row in rows] == [row["forecast"] for row in shown]
    assert {row["package"] for row in rows} == {_arn(story, version)}
    batches = _ask(story, "SELECT count(DISTINCT made_at) AS n FROM demand")
    assert batches == [{"n": "2"}]
    asked = ("forecast", "query", _MODEL, "DROP TABLE demand", "--as", "sofia")
    done = story.stage.gatehouse(*asked, code=2, inside=_HOME)
    assert "must be a question that begins with SELECT or WITH" in done.err
    other = ("forecast", "query", "breast-cancer", "SELECT 1", "--as", "sofia")
    assert "answers: batch" in story.stage.gatehouse(*other, code=2).err


def test_a_scientist_forges_no_forecast_and_a_lead_asks_for_none(story: Story) -> None:
    naming = story.stage.naming
    s3 = story.stage.client("s3", _HOME, "data-scientist", vpc=_HOME)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(
            Bucket=naming.bucket_name(_HOME, "data"),
            Key=f"forecasts/{_MODEL}/table/20990101T000000Z/forecast.csv",
            Body=b"made_at",
        )
    athena = story.stage.client("athena", _HOME, "lead", vpc=_HOME)
    with pytest.raises(ClientError, match="AccessDenied"):
        athena.start_query_execution(QueryString="SELECT 1", WorkGroup=naming.forecasts_name(_HOME))


def test_quicksight_asks_the_view_by_the_policy_of_the_guide_and_reaches_no_other_data(
    story: Story, version: int
) -> None:
    assert shown_by_quicksight(story.stage, _HOME, _MODEL) == READERS
    asking = asking_as_quicksight(story.stage, _HOME)
    assert asking.rows("SELECT count(*) FROM demand_latest") == [["24"]]
    bucket = story.stage.naming.bucket_name(_HOME, "data")
    assert "denied" in asking.refusal_over(f"s3://{bucket}/raw/_hours/{_MODEL}/early/").lower()
    # Even with rights of its own to all of it: by the bucket's policy, through Athena alone.
    with pytest.raises(ClientError, match="AccessDenied"):
        asking.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"forecasts/{_MODEL}/")


def test_the_forecast_runs_isolated_and_as_nobody_but_the_processing_role(
    story: Story, version: int
) -> None:
    client = story.stage.client("sagemaker", _HOME)
    names = [
        job["ProcessingJobName"]
        for job in client.list_processing_jobs()["ProcessingJobSummaries"]
        if job["ProcessingJobName"].endswith(f"-forecast-{_MODEL}")
    ]
    assert len(names) == 2
    for name in names:
        job = client.describe_processing_job(ProcessingJobName=name)
        assert job["NetworkConfig"]["EnableNetworkIsolation"] is True
        assert job["RoleArn"] == story.stage.naming.role_arn(_HOME, "processing")


def _shown(story: Story) -> list[dict[str, Any]] | None:
    """Give the latest hours ahead, or None where nothing has forecast yet."""
    arguments = ("forecast", "show", _MODEL, "--as", "sofia", "--json")
    process = story.stage.start(*arguments, **story.stage.inside(_HOME))
    out, err = process.communicate(timeout=120)
    if process.returncode == 2:
        assert "must have forecast once" in err
        return None
    assert process.returncode == 0, err
    rows: list[dict[str, Any]] = json.loads(out)
    return rows


def _ask(story: Story, sql: str) -> list[dict[str, str]]:
    arguments = ("forecast", "query", _MODEL, sql, "--as", "sofia", "--json")
    rows: list[dict[str, str]] = story.stage.gatehouse(*arguments, inside=_HOME).json()
    return rows


def _ended(story: Story) -> list[str] | None:
    """Give how the forecasts ended, or None where none has begun or one still runs."""
    client = story.stage.client("codepipeline", _HOME)
    name = story.stage.naming.forecast_pipeline(_MODEL)
    found = client.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]
    statuses = [str(one["status"]) for one in found]
    return None if not statuses or "InProgress" in statuses else statuses


def _log(story: Story) -> str:
    logs = story.stage.client("logs", _HOME)
    group = f"/aws/codebuild/{story.stage.naming.project_name(_HOME, 'forecast')}"
    events = logs.filter_log_events(logGroupName=group)["events"]
    return "".join(event["message"] for event in events)


def _describe(root: Path) -> None:
    """Describe the forecast, name it in the organisation, and compile its pipeline."""
    (root / "pipelines" / "models" / f"{_MODEL}.yaml").write_text(DESCRIPTION, "utf-8")
    entry = {
        "description": "The demand of a town that does not exist.",
        "owner": "sofia",
        "answers": "batch",
    }
    organization = with_entry(root, _MODEL, entry)
    assert organization is not None
    content = yaml.safe_load(organization)
    content["accounts"][_HOME]["dashboard"] = {"readers": [READERS]}
    (root / ORGANIZATION_FILE).write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    python = ROOT / ".venv-authoring" / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pipelines.definitions.compile"],
        cwd=root,
        check=True,
        capture_output=True,
        timeout=240,
    )


def _package(story: Story, version: int) -> dict[str, Any]:
    client = story.stage.client("sagemaker", _HOME)
    found: dict[str, Any] = client.describe_model_package(ModelPackageName=_arn(story, version))
    return found


def _arn(story: Story, version: int) -> str:
    naming = story.stage.naming
    account = naming.organization.account(_HOME)
    return (
        f"arn:aws:sagemaker:{story.stage.region}:{account.id}:model-package/"
        f"{naming.model_package_group(_MODEL)}/{version}"
    )
