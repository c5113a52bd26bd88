"""Code goes from data-science to production, and each target trains it on data of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipelines.canonical import canonical_json
from pipelines.definitions.upsert import COMPILED
from tests.journeys.conftest import laid_out, release
from tests.journeys.promoted_code import (
    bring,
    lineage,
    own_rows,
    running,
    runs,
    trained,
    training_of,
)
from tests.journeys.source_of_promotion import swap_in_source
from tests.journeys.stage import MODEL, Stage
from tests.journeys.story import Story
from tests.roots import variants
from tests.scripts.command_line import copied_checkout

pytestmark = [pytest.mark.journey, pytest.mark.long]

_TARGETS = ("staging", "production")
_RULE = "training-is-of-the-signed-definition"


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


def test_show_board_and_lineage_tell_the_training_of_each_target(
    code: Story, promoted: dict[str, Any], tmp_path: Path
) -> None:
    shown = {one["account"]: one for one in code.show(promoted["execution"])["trained"]}
    on_board = running(code)
    for account in _TARGETS:
        made = trained(code, account, promoted["execution"])
        run, archive, data = made["run"]["arn"], made["archive"]["sha256"], made["data"]
        assert run in {one["PipelineExecutionArn"] for one in runs(code, account)}
        assert (shown[account]["run"], shown[account]["archive"]) == (run, archive)
        assert shown[account]["version of the data"] == data["version_id"]
        seen = on_board[account]
        assert (seen["trained"]["run"], seen["digests"]["archive"]) == (run, archive)
        assert seen["trained"]["version of the data"] == data["version_id"]
        assert (seen["endpoint"]["compared"], seen["endpoint"]["differs"]) == (True, None)
        told, page = lineage(code, account, tmp_path / f"{account}.html")
        assert (told["holds"], told["contradictions"], told["untold"]) == (True, [], [])
        facts = training_of(told)
        assert (facts["run"], facts["archive"]) == (run, archive)
        assert facts["version of the data"] == data["version_id"]
        assert facts["definition"] == promoted["definition"]["sha256"]
        for each in (f"training in {account}", run, archive, data["version_id"]):
            assert each in page, each


def test_data_of_a_target_lead_to_its_endpoint_and_those_of_scientists_to_none(
    code: Story, promoted: dict[str, Any]
) -> None:
    own = trained(code, "production", promoted["execution"])["data"]["sha256"]
    for wanted, runs_it in ((own, {"production"}), (promoted["data"]["sha256"], set())):
        told = code.stage.gatehouse("lineage", "--from", wanted, "--as", "omar", "--json").json()
        found = {one["account"] for one in told["endpoints"] if one["runs"]}
        assert found == runs_it
        assert not [one for one in told["endpoints"] if one["runs"] is None]


def test_the_dossier_tells_and_proves_what_each_target_trained(
    code: Story, promoted: dict[str, Any], tmp_path: Path
) -> None:
    folder, execution = tmp_path / "dossier", promoted["execution"]
    chosen = (MODEL, "--execution", execution, "--out", str(folder), "--as", "rita")
    code.stage.gatehouse("release", "dossier", *chosen)
    told = code.stage.gatehouse("release", "verify", str(folder), "--json").json()
    asked = {one["account"]: one for one in told["rules"] if one["rule"] == _RULE}
    assert told["ok"] is True
    page = (folder / "dossier.html").read_text("utf-8")
    for account in _TARGETS:
        made = trained(code, account, execution)
        assert asked[account]["held"] is True
        assert made["archive"]["sha256"] in asked[account]["detail"]
        for each in (made["archive"]["sha256"], made["run"]["arn"], made["data"]["version_id"]):
            assert each in page, each
        assert made["metrics"]["auc"] == made["quality"]["evaluated"]
        assert f"{made['metrics']['auc']:.4f}" in page
    _forge(folder)
    told = code.stage.gatehouse("release", "verify", str(folder), "--json", code=1).json()
    assert {one["rule"] for one in told["rules"] if one["held"] is False} == {_RULE}


def test_another_definition_than_the_signed_one_is_refused_by_production(
    code: Story, promoted: dict[str, Any]
) -> None:
    before, trained_before = code.live("production"), len(runs(code, "production"))
    version = code.train()
    code.decide_version(version, "approve")
    execution = code.wait_for_gate(version)["execution"]
    # As a longer training would be slipped in, for which nobody has signed.
    name = f"{COMPILED}/{MODEL}.json"
    swap_in_source(code.stage, execution, name, lambda content: content + b"\n")
    code.decide_release("approve")
    ended = code.wait_for_end(version)
    assert ended["status"] == "Failed"
    told = code.show(execution)
    assert [(one["account"], one["rule"]) for one in told["judged"]] == [
        ("production", "definition-is-the-signed-one")
    ]
    assert "must have the signed SHA-256" in told["judged"][0]["because"]
    assert len(runs(code, "production")) == trained_before
    assert code.live("production") == before
    assert running(code)["production"]["execution"] == promoted["execution"]


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
    seen = running(code)["production"]
    first = trained(code, "production", promoted["execution"])
    assert seen["digests"]["archive"] == first["archive"]["sha256"]
    assert (seen["trained"]["run"], seen["endpoint"]["differs"]) == (first["run"]["arn"], None)


def _forge(folder: Path) -> None:
    """Let the dossier say that production has trained something else, and list it as it is now."""
    name = "reports/production/retraining.json"
    report = json.loads((folder / name).read_bytes())
    report["definition"]["sha256"] = "0" * 64
    content = canonical_json(report)
    (folder / name).write_bytes(content)
    document = json.loads((folder / "dossier.json").read_bytes())
    document["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "dossier.json").write_bytes(canonical_json(document))


def _mislabelled(rows: bytes) -> bytes:
    """Turn the label of every third row around: nothing can be learnt from it so well."""
    header, *lines = rows.decode().splitlines()
    turned = [
        f"{line[:-1]}{1 - int(line[-1])}" if number % 3 == 0 else line
        for number, line in enumerate(lines)
    ]
    return ("\n".join([header, *turned]) + "\n").encode()
