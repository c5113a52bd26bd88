"""A trial is deployed by a function: it serves what a lead approved, or fails its step loudly.

Under guardrails, with the rights that each role has; nothing but the account that builds is there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.journeys.stage import Stage
from tests.journeys.story import Story

pytestmark = [pytest.mark.journey, pytest.mark.long]

_HOME = "data-science"
_ENDPOINT = "gatehouse-x-breast-cancer"
_ROWS = 5


class Trial:
    """What is tried out, as the people of the account meet it."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.sagemaker = story.stage.client("sagemaker", _HOME)

    def deploy(self, version: int, code: int = 0) -> str:
        """Deploy a version as the data scientist and return what was said."""
        arguments = ("--version", str(version), "--wait", "--as", "sofia")
        return self.story.stage.gatehouse("trial", "deploy", *arguments, code=code).err

    def live(self) -> dict[str, Any] | None:
        """Describe the endpoint and what it runs, or None where there is none."""
        try:
            found = self.sagemaker.describe_endpoint(EndpointName=_ENDPOINT)
        except ClientError as error:
            assert "Could not find" in str(error), error
            return None
        name = found["EndpointConfigName"]
        config = self.sagemaker.describe_endpoint_config(EndpointConfigName=name)
        model = self.sagemaker.describe_model(
            ModelName=config["ProductionVariants"][0]["ModelName"]
        )
        return {
            "status": found["EndpointStatus"],
            "made": found["CreationTime"],
            "configuration": name,
            "archive": model["PrimaryContainer"]["ModelDataUrl"],
            "isolated": model["EnableNetworkIsolation"],
            "key": config["KmsKeyId"],
        }

    def left(self) -> tuple[list[str], list[str]]:
        """List models and configurations of trials."""
        models = self.sagemaker.list_models(NameContains="gatehouse-x-")["Models"]
        configs = self.sagemaker.list_endpoint_configs(NameContains="gatehouse-x-")
        return (
            [one["ModelName"] for one in models],
            [one["EndpointConfigName"] for one in configs["EndpointConfigs"]],
        )

    def ask(self, rows: str, role: str = "data-scientist") -> str:
        """Ask the endpoint about rows of CSV, in the account's network."""
        client = self.story.stage.client("sagemaker-runtime", _HOME, role, vpc=_HOME)
        answer = client.invoke_endpoint(
            EndpointName=_ENDPOINT, ContentType="text/csv", Accept="text/csv", Body=rows.encode()
        )
        return str(answer["Body"].read().decode())

    def version(self, number: int) -> dict[str, Any]:
        """Show a version with its lineage."""
        shown: dict[str, Any] = self.story.stage.gatehouse(
            "model", "show", "--version", str(number), "--as", "lena", "--json"
        ).json()
        return shown


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """The account in which models are made, with two versions, the first of them approved."""
    stage = Stage(tmp_path_factory.mktemp("trial"))
    stage.open()
    try:
        stage.apply_side_by_side(_HOME)
        stage.gatehouse("pipeline", "publish", "--as", "milo")
        story = Story(stage)
        assert [story.train(), story.train()] == [1, 2]
        story.decide_version(1, "approve")
        yield Trial(story)
    finally:
        stage.close()


def _held_out(trial: Trial, version: int) -> tuple[str, list[str]]:
    """Give held-out rows without their truth, and what the trained model said of them."""
    shown = trial.version(version)
    header, *rows = csv.reader(io.StringIO(trial.story.read(shown["holdout_uri"]).decode()))
    asked = "\n".join(",".join(row[:-1]) for row in [header, *rows[:_ROWS]]) + "\n"
    said = trial.story.read(shown["predictions_uri"]).decode().splitlines()
    return asked, said[1 : _ROWS + 1]


def test_a_version_that_no_lead_has_approved_fails_loudly_and_deploys_nothing(
    trial: Trial,
) -> None:
    told = trial.deploy(2, code=1)
    assert "must have the approval status Approved, got PendingManualApproval" in " ".join(
        told.split()
    )
    assert trial.live() is None
    assert trial.left() == ([], [])


def test_an_approved_version_answers_as_the_trained_model_did(trial: Trial) -> None:
    trial.deploy(1)
    live = trial.live()
    assert live is not None
    assert (live["status"], live["isolated"]) == ("InService", True)
    asked, said = _held_out(trial, 1)
    assert trial.ask(asked).splitlines()[-_ROWS:] == said


def test_only_data_scientists_ask_it_and_nobody_from_outside(trial: Trial) -> None:
    asked, _ = _held_out(trial, 1)
    with pytest.raises(ClientError, match="AccessDenied"):
        trial.ask(asked, "lead")
    outside = trial.story.stage.client("sagemaker-runtime", _HOME, "data-scientist")
    with pytest.raises(ClientError, match="AccessDenied"):
        outside.invoke_endpoint(EndpointName=_ENDPOINT, ContentType="text/csv", Body=b"1")


def test_another_version_really_updates_the_endpoint(trial: Trial) -> None:
    before = trial.live()
    trial.story.decide_version(2, "approve")
    trial.deploy(2)
    after = trial.live()
    assert before is not None
    assert after is not None
    assert after["made"] == before["made"]
    assert after["configuration"] != before["configuration"]
    assert after["archive"] != before["archive"]
    models, configurations = trial.left()
    assert configurations == [after["configuration"]]
    assert len(models) == 1


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            ("fail", "--service", "sagemaker", "--operation", "UpdateEndpoint", "--count", "4"),
            "must be an endpoint that can be updated, got",
        ),
        (("rollback", "--count", "1"), "to which SageMaker has gone back"),
    ],
    ids=["refused", "undone in silence"],
)
def test_a_deployment_that_fails_says_why_and_leaves_the_endpoint_as_it_was(
    trial: Trial, fault: tuple[str, ...], told: str
) -> None:
    before = trial.live()
    trial.story.stage.gatehouse("twin", "fault", "add", *fault)
    try:
        said = trial.deploy(1, code=1)
    finally:
        trial.story.stage.gatehouse("twin", "fault", "clear")
    assert told in " ".join(said.split())
    assert trial.live() == before


def test_a_version_that_was_rejected_since_is_not_deployed(trial: Trial) -> None:
    before = trial.live()
    trial.story.decide_version(1, "reject")
    said = trial.deploy(1, code=1)
    assert "must have the approval status Approved, got Rejected" in " ".join(said.split())
    assert trial.live() == before


def test_nobody_but_the_function_serves_where_models_are_built(trial: Trial) -> None:
    stage = trial.story.stage
    live = trial.live()
    assert live is not None
    for role in (None, "data-scientist", "lead", "ml-engineer"):
        client = stage.client("sagemaker", _HOME, role)
        with pytest.raises(ClientError, match="AccessDenied"):
            client.update_endpoint(EndpointName=_ENDPOINT, EndpointConfigName=live["configuration"])
    function = f"{stage.naming.account_prefix(_HOME)}-trial"
    with pytest.raises(ClientError, match="AccessDenied"):
        stage.client("lambda", _HOME, "data-scientist").invoke(FunctionName=function)


def test_a_removed_trial_leaves_nothing(trial: Trial) -> None:
    trial.story.stage.gatehouse("trial", "remove", "--wait", "--as", "sofia")
    assert trial.live() is None
    assert trial.left() == ([], [])
    assert trial.story.stage.planned_changes(_HOME) == []
