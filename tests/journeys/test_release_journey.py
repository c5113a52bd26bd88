"""From a CSV to a production answer, and what a rejection leaves as it was."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.attacks.builds import keys_in_build
from tests.journeys.stage import ACCOUNTS, MODEL, until
from tests.journeys.story import Story, table

pytestmark = [pytest.mark.journey, pytest.mark.long]


def test_production_answers_as_the_trained_model_did_on_the_same_rows(
    platform: Story, released: int
) -> None:
    promotion = platform.promotion_of(released)
    assert promotion is not None
    release = platform.show(promotion["execution"])["release"]
    holdout = platform.read(release["holdout"]["uri"]).decode().splitlines()
    own = table(platform.read(release["predictions"]["uri"]).decode())
    features = "\n".join(line.rpartition(",")[0] for line in holdout) + "\n"

    accept = "text/csv; header=present"
    answered = table(platform.ask("production", features.encode(), accept).decode())

    assert len(answered) == len(own) == len(holdout) - 1 > 100
    assert answered == own


def test_what_production_serves_is_what_was_approved(platform: Story, released: int) -> None:
    promotion = platform.promotion_of(released)
    assert promotion is not None
    release = platform.show(promotion["execution"])["release"]
    live = platform.live("production")
    assert live is not None
    production = platform.stage.naming.organization.account("production")
    assert live["status"] == "InService"
    assert live["isolated"] is True
    assert live["image"].startswith(f"{production.id}.dkr.ecr.")
    assert live["image"].endswith(f"@{release['image']['digest']}")
    assert release["archive"]["sha256"] in live["archive"]
    assert f"-production-models-{production.id}/approved/" in live["archive"]
    assert release["package"]["version"] == released


def test_the_stages_ran_in_order_and_in_their_own_accounts(platform: Story, released: int) -> None:
    promotion = platform.promotion_of(released)
    assert promotion is not None
    actions = platform.show(promotion["execution"])["actions"]
    assert [action["stage"] for action in actions] == [
        *("Source", "Bundle", "Staging", "Test", "Approve", "Production", "Verify")
    ]
    assert {action["status"] for action in actions} == {"Succeeded"}
    for account, project in (("staging", "deploy"), ("staging", "test"), ("production", "deploy")):
        name = platform.stage.naming.project_name(account, project)
        builds = platform.stage.client("codebuild", account).list_builds_for_project(
            projectName=name
        )
        assert builds["ids"], f"{name} built nothing in {account}"


def test_evidence_of_the_release_lies_in_production(platform: Story, released: int) -> None:
    bucket = platform.stage.naming.bucket_name("production", "evidence")
    client = platform.stage.client("s3", "production", "auditor")
    listed = client.list_objects_v2(Bucket=bucket, Prefix="releases/").get("Contents", [])
    assert any(f"v{released}-" in found["Key"] for found in listed), listed


def test_production_is_traced_back_to_commit_data_job_and_people(
    platform: Story, released: int
) -> None:
    promotion = platform.promotion_of(released)
    assert promotion is not None
    release = platform.show(promotion["execution"])["release"]
    name = platform.stage.naming.endpoint_name("production", MODEL)

    told = platform.stage.gatehouse("lineage", name, "--as", "omar", "--json").json()

    assert (told["holds"], told["contradictions"], told["untold"]) == (True, [], [])
    facts = _facts(told["tree"])
    for kind, fact, value in (
        ("endpoint", "image", release["image"]["digest"]),
        ("endpoint", "archive", release["archive"]["sha256"]),
        ("release", "promotion", promotion["execution"]),
        ("package", "arn", release["package"]["arn"]),
        ("package", "registered by", "sofia"),
        ("package", "approved by", "lena"),
        ("commit", "commit", release["commit"]),
        ("data", "uri", release["data"]["uri"]),
        ("data", "sha256", release["data"]["sha256"]),
        ("image", "digest", release["image"]["digest"]),
    ):
        assert (facts[kind, fact]["value"], facts[kind, fact]["standing"]) == (value, "verified")
    assert facts["approval", "because"]["value"] == "journey: approve (JOURNEY-1)"
    assert ":training-job/" in facts["training job", "arn"]["value"]
    assert facts["training job", "status"]["value"] == "Completed"


def test_the_other_way_leads_from_data_to_the_endpoints_that_run_them(
    platform: Story, released: int
) -> None:
    promotion = platform.promotion_of(released)
    assert promotion is not None
    release = platform.show(promotion["execution"])["release"]
    for wanted in (release["data"]["sha256"], release["package"]["arn"]):
        told = platform.stage.gatehouse("lineage", "--from", wanted, "--as", "omar", "--json")
        endpoints = {one["account"]: one["runs"] for one in told.json()["endpoints"]}
        assert endpoints["production"] is True, told.out
        assert release["package"]["arn"] in told.json()["packages"]


def test_who_may_not_see_a_link_is_not_told_it_and_everything_else(
    platform: Story, released: int
) -> None:
    for person, unknown, known in (
        ("rita", ("pipeline run", "status"), ("endpoint", "image")),
        ("lena", ("endpoint", "image"), ("commit", "commit")),
    ):
        told = platform.stage.gatehouse("lineage", MODEL, "--as", person, "--json").json()
        assert (told["holds"], told["contradictions"]) == (None, [])
        facts = _facts(told["tree"])
        assert facts[unknown]["standing"] == "unknown", person
        assert facts[known]["standing"] in ("verified", "told"), person


def test_evidence_that_a_build_wrote_over_is_told_as_a_mismatch(
    platform: Story, released: int
) -> None:
    bucket = platform.stage.naming.bucket_name("production", "evidence")
    reader = platform.stage.client("s3", "production", "auditor")
    listed = reader.list_objects_v2(Bucket=bucket, Prefix="releases/")["Contents"]
    [key] = [
        one["Key"]
        for one in listed
        if f"-v{released}-" in one["Key"] and one["Key"].endswith("/release.dsse.json")
    ]
    content = reader.get_object(Bucket=bucket, Key=key)["Body"].read()
    keys = keys_in_build(platform.stage, "production", "deploy")
    writer = platform.stage.client_with("s3", keys, vpc="production")
    writer.put_object(Bucket=bucket, Key=key, Body=content[:-8] + b"tampered")
    try:
        told = platform.stage.gatehouse("lineage", MODEL, "--as", "omar", code=1)
    finally:
        writer.put_object(Bucket=bucket, Key=key, Body=content)
    assert "MISMATCH: the signature of the release" in told.err
    assert platform.stage.gatehouse("lineage", MODEL, "--as", "omar").out


def test_bad_input_is_refused_by_the_production_endpoint(platform: Story, released: int) -> None:
    with pytest.raises(ClientError) as refused:
        platform.ask("production", b"not,a,row\n")
    assert refused.value.response["Error"]["Code"] == "ModelError"
    assert refused.value.response["OriginalStatusCode"] in (400, 415, 422)


def test_a_second_plan_is_empty_in_every_root(platform: Story, released: int) -> None:
    for account in ACCOUNTS:
        assert platform.stage.planned_changes(account) == []


def test_the_stock_aws_command_reads_the_pipeline_state(platform: Story, released: int) -> None:
    name = platform.stage.naming.promotion_pipeline(MODEL)
    state = platform.stage.aws("codepipeline", "get-pipeline-state", "--name", name)
    stages = {
        stage["stageName"]: stage["latestExecution"]["status"] for stage in state["stageStates"]
    }
    assert stages["Verify"] == "Succeeded"
    identity = platform.stage.aws("sts", "get-caller-identity")
    assert identity["Account"] == platform.stage.naming.organization.account("data-science").id


def test_a_version_that_the_lead_rejects_is_not_promoted_and_stays_rejected(
    platform: Story, released: int
) -> None:
    before = platform.live("production")
    version = platform.train()
    platform.decide_version(version, "reject")
    again = platform.stage.gatehouse(
        *("model", "approve", MODEL, "--version", str(version), "--summary", "after all"),
        *("--as", "lena"),
        code=2,
    )
    assert "must be waiting for a decision, got Rejected" in again.err
    assert platform.promotion_of(version) is None
    assert platform.live("production") == before


def test_a_release_that_is_rejected_at_the_gate_leaves_production_unchanged(
    platform: Story, released: int
) -> None:
    before = platform.live("production")
    version = platform.train()
    platform.decide_version(version, "approve")
    platform.wait_for_gate(version)
    platform.decide_release("reject")
    ended = platform.wait_for_end(version)
    assert ended["status"] == "Failed"
    stages = {action["stage"] for action in platform.show(ended["execution"])["actions"]}
    assert not stages & {"Production", "Verify"}
    assert platform.live("production") == before
    assert platform.live("staging") != before


def test_a_model_under_its_threshold_is_not_registered(platform: Story, released: int) -> None:
    versions = [found["version"] for found in platform.versions()]
    sagemaker = platform.stage.client("sagemaker", "data-science", "data-scientist")
    pipeline = platform.stage.naming.sagemaker_pipeline(MODEL)
    latest = platform.stage.gatehouse(
        "pipeline", "status", MODEL, "--as", "sofia", "--json"
    ).json()[0]
    parameters = sagemaker.list_pipeline_parameters_for_execution(
        PipelineExecutionArn=latest["arn"]
    )["PipelineParameters"]
    data = [each for each in parameters if each["Name"] in ("InputDataSha256", "InputDataUri")]
    started = sagemaker.start_pipeline_execution(
        PipelineName=pipeline,
        PipelineParameters=[
            *data,
            {"Name": "Threshold", "Value": "0.9999999"},
        ],
    )["PipelineExecutionArn"]
    ended = _ended(sagemaker, started)
    assert ended["PipelineExecutionStatus"] == "Failed"
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=started)
    reasons = {
        step["StepName"]: step.get("FailureReason", "") for step in steps["PipelineExecutionSteps"]
    }
    assert "0.9999999" in reasons["BelowThreshold"]
    assert "Register" not in reasons
    assert [found["version"] for found in platform.versions()] == versions


def _facts(node: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Give every fact of a lineage by its link and name; of several approvals the last."""
    found = {(node["kind"], fact["name"]): fact for fact in node["facts"]}
    for child in node["made_of"]:
        found |= _facts(child)
    return found


def _ended(sagemaker: Any, arn: str) -> dict[str, str]:
    def read() -> dict[str, str] | None:
        found: dict[str, str] = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        return None if found["PipelineExecutionStatus"] in ("Executing", "Stopping") else found

    return until(read, "the training run ends", 120)
