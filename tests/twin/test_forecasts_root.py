"""The view of forecasts on the twin: applied by Terraform, asked through Athena, and shown."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import tftest

from pipelines.models.table import render_table
from pipelines.steps.forecast import COLUMNS
from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.journeys.stage import until
from tests.twins import DATA_SCIENCE, RunningTwin

pytestmark = [pytest.mark.slow, pytest.mark.terraform]

CHECKOUT = Path(__file__).resolve().parents[2]
ROOT = Path("tests") / "twin" / "roots" / "forecasts"
PACKAGE = "arn:aws:sagemaker:eu-west-1:111111111111:model-package/gatehouse-demand"
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
NAME = "keep-lab-forecasts"
SHOWN = ("forecast", "lower", "upper", "linear", "made_at", "package")


def test_the_view_shows_the_latest_batch_and_a_second_plan_changes_nothing(
    running_twin: RunningTwin, tmp_path: Path
) -> None:
    readers = _readers(running_twin)
    terraform = _prepared(running_twin, tmp_path, readers)
    terraform.apply(output=False)
    outputs = dict(terraform.output())
    _leave(running_twin, outputs["bucket_name"], "2026-03-05T00:10:07Z", version=1, first=60.5)
    assert _latest(running_twin, outputs) == [["2026-03-05 01:00:00.000", "60.5", f"{PACKAGE}/1"]]
    # A batch shows as soon as it has left its rows; nothing is refreshed.
    _leave(running_twin, outputs["bucket_name"], "2026-03-06T00:10:07Z", version=2, first=71.25)
    assert _latest(running_twin, outputs) == [["2026-03-06 01:00:00.000", "71.25", f"{PACKAGE}/2"]]
    assert _shown(running_twin, readers) == ["hour", *SHOWN]
    changed = {
        address: change["change"]["actions"]
        for address, change in terraform.plan(output=True).resource_changes.items()
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }
    assert not changed
    terraform.destroy()
    left = running_twin.client("quicksight").list_data_sources(AwsAccountId=DATA_SCIENCE)
    assert NAME not in {one["DataSourceId"] for one in left["DataSources"]}


def _readers(twin: RunningTwin) -> str:
    """Make a group of QuickSight, as an account with a subscription has them."""
    made = twin.client("quicksight").create_group(
        AwsAccountId=DATA_SCIENCE, Namespace="default", GroupName="business"
    )
    return str(made["Group"]["Arn"])


def _shown(twin: RunningTwin, readers: str) -> list[str]:
    """Give the columns of the data set, which the readers may look at and not change."""
    quicksight = twin.client("quicksight")
    named = {"AwsAccountId": DATA_SCIENCE, "DataSetId": f"{NAME}-demand"}
    [given] = quicksight.describe_data_set_permissions(**named)["Permissions"]
    assert given["Principal"] == readers
    assert "quicksight:UpdateDataSet" not in given["Actions"]
    held = quicksight.describe_data_set(**named)["DataSet"]
    [table] = held["PhysicalTableMap"].values()
    source = quicksight.describe_data_source(AwsAccountId=DATA_SCIENCE, DataSourceId=NAME)
    assert table["RelationalTable"]["DataSourceArn"] == source["DataSource"]["Arn"]
    assert source["DataSource"]["Status"] == "CREATION_SUCCESSFUL"
    return [str(column["Name"]) for column in held["OutputColumns"]]


def _leave(twin: RunningTwin, bucket: str, made_at: str, *, version: int, first: float) -> None:
    """Leave the rows of a batch as the job does."""
    day = made_at[:10]
    values = {
        "made_at": made_at,
        "origin": f"{day}T00:00:00Z",
        "time": f"{day}T01:00:00Z",
        "step": "1",
        "forecast": f"{first:.6f}",
        "lower": f"{first - 2:.6f}",
        "upper": f"{first + 2:.6f}",
        "linear": f"{first + 1:.6f}",
        "package": f"{PACKAGE}/{version}",
    }
    text = render_table(COLUMNS, [[values[name] for name in COLUMNS]])
    key = f"forecasts/demand/table/{made_at.replace('-', '').replace(':', '')}/forecast.csv"
    twin.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())


def _latest(twin: RunningTwin, outputs: dict[str, Any]) -> list[list[str]]:
    """Ask the view for hour, forecast and version."""
    athena, view = twin.client("athena"), outputs["views"]["demand"]
    name = athena.start_query_execution(
        QueryString=f"SELECT hour, forecast, package FROM {view['name']}",  # noqa: S608 - our own
        QueryExecutionContext={"Database": view["database"]},
        WorkGroup=outputs["work_group_name"],
    )["QueryExecutionId"]

    def ended() -> Any:
        told = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]
        return told if told["Status"]["State"] in ENDED else None

    told = until(ended, "the end of the query", 60)
    assert told["Status"]["State"] == "SUCCEEDED", told["Status"]
    rows = athena.get_query_results(QueryExecutionId=name)["ResultSet"]["Rows"]
    return [[datum["VarCharValue"] for datum in row["Data"]] for row in rows[1:]]


def _prepared(twin: RunningTwin, folder: Path, readers: str) -> Any:
    """Copy the root and the module that it calls, and initialise it."""
    ignored = shutil.ignore_patterns(".terraform", "*.tfstate", ".terraform.lock.hcl", "tests")
    shutil.copytree(CHECKOUT / "modules", folder / "modules", ignore=ignored)
    shutil.copytree(CHECKOUT / ROOT, folder / ROOT)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {
        **environment.variables,
        **twin.environment(DATA_SCIENCE),
        "TF_VAR_reader_arns": json.dumps([readers]),
    }
    terraform = tftest.TerraformTest(str(folder / ROOT), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)
    return terraform
