"""A forecast on the applied account: trained, held against its baselines, registered or refused."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.organization import ORGANIZATION_FILE
from scripts.own_data.entry import with_entry
from tests.journeys.stage import ROOT, Stage
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
        stage.apply_side_by_side(_HOME)
        stage.gatehouse("pipeline", "publish", "--as", "milo")
        yield Story(stage, _MODEL)
    finally:
        stage.close()


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


def _describe(root: Path) -> None:
    """Describe the forecast, name it in the organisation, and compile its pipeline."""
    (root / "pipelines" / "models" / f"{_MODEL}.yaml").write_text(DESCRIPTION, "utf-8")
    entry = {"description": "The demand of a town that does not exist.", "owner": "sofia"}
    organization = with_entry(root, _MODEL, entry)
    assert organization is not None
    (root / ORGANIZATION_FILE).write_text(organization, "utf-8")
    python = ROOT / ".venv-authoring" / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pipelines.definitions.compile"],
        cwd=root,
        check=True,
        capture_output=True,
        timeout=240,
    )


def _package(story: Story, version: int) -> dict[str, Any]:
    naming = story.stage.naming
    account = naming.organization.account(_HOME)
    arn = (
        f"arn:aws:sagemaker:{story.stage.region}:{account.id}:model-package/"
        f"{naming.model_package_group(_MODEL)}/{version}"
    )
    client = story.stage.client("sagemaker", _HOME)
    found: dict[str, Any] = client.describe_model_package(ModelPackageName=arn)
    return found
