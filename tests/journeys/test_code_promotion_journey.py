"""Code goes from data-science to production, and each target trains it on data of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipelines.definitions.upsert import COMPILED
from tests.journeys.conftest import laid_out, release
from tests.journeys.stage import MODEL, Stage
from tests.journeys.story import Story
from tests.roots import variants
from tests.scripts.command_line import copied_checkout

pytestmark = [pytest.mark.journey, pytest.mark.long]

_TARGETS = ("staging", "production")
_FEWER = {"staging": 20, "production": 40}


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The variant of the guide, under guardrails, with data of its own in each target."""
    root = copied_checkout(tmp_path_factory.mktemp("checkout"))
    text = variants.organization_with(variants.blocks()["code"])
    (root / "accounts" / "organization.yaml").write_text(text, "utf-8")
    for story in laid_out(Stage(tmp_path_factory.mktemp("code"), root)):
        for account in _TARGETS:
            bring(story, account, own_rows(story, account))
        yield story


@pytest.fixture(scope="module")
def promoted(code: Story) -> dict[str, Any]:
    """The release of a version that went the whole way."""
    version = release(code)
    promotion = code.promotion_of(version)
    assert promotion is not None
    return {**code.show(promotion["execution"])["release"], "execution": promotion["execution"]}


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


def test_each_target_serves_what_it_has_trained_on_its_own_data(
    code: Story, promoted: dict[str, Any]
) -> None:
    made = {account: trained(code, account, promoted["execution"]) for account in _TARGETS}
    for account, told in made.items():
        live = code.live(account)
        assert live is not None
        assert told["archive"]["sha256"] in live["archive"]
        assert told["data"]["sha256"] == hashlib.sha256(own_rows(code, account)).hexdigest()
        assert told["quality"]["passed"] is True
        assert told["definition"]["sha256"] == promoted["definition"]["sha256"]
        assert told["image"]["digest"] == promoted["image"]["digest"]
    archives = {promoted["archive"]["sha256"], *(t["archive"]["sha256"] for t in made.values())}
    assert len(archives) == 3
    assert promoted["promotes"] == "code"


def test_the_definition_that_ran_is_the_signed_one_but_for_names_of_the_account(
    code: Story, promoted: dict[str, Any]
) -> None:
    signed = (code.stage.root / COMPILED / f"{MODEL}.json").read_bytes()
    assert hashlib.sha256(signed).hexdigest() == promoted["definition"]["sha256"]
    for account in _TARGETS:
        client = code.stage.client("sagemaker", account)
        [run] = runs(code, account)
        told = client.describe_pipeline_definition_for_execution(
            PipelineExecutionArn=run["PipelineExecutionArn"]
        )["PipelineDefinition"]
        assert [step["Name"] for step in json.loads(told)["Steps"]] == [
            step["Name"] for step in json.loads(signed)["Steps"]
        ]
        others = {"data-science", *_TARGETS} - {account}
        naming = code.stage.naming
        assert not [one for one in others if naming.organization.account(one).id in told]
        assert naming.bucket_name(account, "data") in told


def test_nobody_but_the_build_that_deploys_trains_in_a_target(
    code: Story, promoted: dict[str, Any]
) -> None:
    name = code.stage.naming.endpoint_name("production", MODEL)
    for role in (None, "platform-admin", "release-manager"):
        client = code.stage.client("sagemaker", "production", role)
        with pytest.raises(ClientError, match="AccessDenied"):
            client.start_pipeline_execution(PipelineName=name, ClientRequestToken="a" * 32)


def test_whoever_brings_data_reads_none_and_no_scientist_does(
    code: Story, promoted: dict[str, Any]
) -> None:
    bucket = code.stage.naming.bucket_name("production", "data")
    for account, role in (
        ("production", "data-loader"),
        ("production", "auditor"),
        ("data-science", "data-scientist"),
    ):
        client = code.stage.client("s3", account, role, vpc=account)
        with pytest.raises(ClientError, match="AccessDenied"):
            client.get_object(Bucket=bucket, Key=f"raw/{MODEL}/patients.csv")


def test_a_model_below_its_threshold_in_production_leaves_production_as_it_was(
    code: Story, promoted: dict[str, Any]
) -> None:
    before, trained_before = code.live("production"), len(runs(code, "production"))
    bring(code, "production", _mislabelled(own_rows(code, "production")))
    version = code.train()
    code.decide_version(version, "approve")
    code.wait_for_gate(version)
    code.decide_release("approve")
    ended = code.wait_for_end(version)
    assert ended["status"] == "Failed"
    assert "Verify" not in {one["stage"] for one in code.show(ended["execution"])["actions"]}
    assert len(runs(code, "production")) == trained_before + 1
    assert runs(code, "production")[0]["PipelineExecutionStatus"] == "Failed"
    assert code.live("production") == before
    assert "auc must be at least" in code.why(ended["execution"])


def test_production_goes_back_to_the_archive_that_it_keeps_and_trains_nothing(
    code: Story, promoted: dict[str, Any]
) -> None:
    before = code.live("production")
    bring(code, "production", own_rows(code, "staging"))
    second = release(code)
    promotion = code.promotion_of(second)
    assert promotion is not None
    assert code.live("production") != before
    trained_before = len(runs(code, "production"))
    code.stage.gatehouse(
        *("release", "rollback", MODEL, "--summary", "journey: recall fell"),
        *("--ticket", "INC-1", "--yes", "--wait", "--as", "rita"),
    )
    assert code.live("production") == before
    assert len(runs(code, "production")) == trained_before


def _mislabelled(rows: bytes) -> bytes:
    """Turn the label of every third row around: nothing can be learnt from it so well."""
    header, *lines = rows.decode().splitlines()
    turned = [
        f"{line[:-1]}{1 - int(line[-1])}" if number % 3 == 0 else line
        for number, line in enumerate(lines)
    ]
    return ("\n".join([header, *turned]) + "\n").encode()
