"""Data that targets get of their own, and what they and commands tell of their trainings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.journeys.stage import MODEL
from tests.journeys.story import Story

_FEWER = {"staging": 20, "production": 40}


def own_rows(story: Story, account: str) -> bytes:
    """Leave other rows of the bundled data set out for each account."""
    lines = story.data().read_text("utf-8").splitlines(keepends=True)
    return "".join(lines[: -_FEWER[account]]).encode()


def bring(story: Story, account: str, content: bytes) -> str:
    """Bring data to a target as whoever may, from inside its network; tell the version."""
    client = story.stage.client("s3", account, "data-loader", vpc=account)
    bucket = story.stage.naming.bucket_name(account, "data")
    key = f"raw/{MODEL}/patients.csv"
    return str(client.put_object(Bucket=bucket, Key=key, Body=content)["VersionId"])


def trained(story: Story, account: str, execution: str) -> dict[str, Any]:
    """Read what an account keeps of a training."""
    bucket = story.stage.naming.bucket_name(account, "evidence")
    client = story.stage.client("s3", account, "auditor")
    listed = client.list_objects_v2(Bucket=bucket, Prefix="releases/")["Contents"]
    [key] = [
        one["Key"]
        for one in listed
        if one["Key"].endswith(f"/{execution}/{account}/retraining.json")
    ]
    found: dict[str, Any] = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
    return found


def runs(story: Story, account: str) -> list[dict[str, Any]]:
    """List the runs of the pipeline with which a target trains."""
    client = story.stage.client("sagemaker", account)
    name = story.stage.naming.endpoint_name(account, MODEL)
    listed: list[dict[str, Any]] = client.list_pipeline_executions(PipelineName=name)[
        "PipelineExecutionSummaries"
    ]
    return listed


def running(story: Story) -> dict[str, dict[str, Any]]:
    """Tell what the board tells of each target."""
    board = story.stage.gatehouse("release", "board", MODEL, "--as", "rita", "--json").json()
    return {one["account"]: one for one in board["models"][0]["running"]}


def lineage(story: Story, account: str, place: Path) -> tuple[dict[str, Any], str]:
    """Trace the endpoint of a target as the auditor: for programs, and drawn."""
    chosen = ("--account", account, "--out", str(place), "--as", "omar", "--json")
    told: dict[str, Any] = story.stage.gatehouse("lineage", MODEL, *chosen).json()
    return told, place.read_text("utf-8")


def training_of(told: dict[str, Any]) -> dict[str, str]:
    """Give the facts of the training in a lineage by their names."""
    [deployment] = [one for one in told["tree"]["made_of"] if one["kind"] == "deployment"]
    [training] = deployment["made_of"]
    assert {one["standing"] for one in training["facts"]} <= {"verified", "told"}
    return {one["name"]: one["value"] for one in training["facts"]}
