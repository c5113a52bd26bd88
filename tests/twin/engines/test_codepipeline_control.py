"""Approvals, stops, retries, transitions and the order of executions."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import TOOLS, Lab, unique, until
from tests.twin.engines.promotions import (
    approval_stage,
    build_action,
    built_by_pipeline,
    promotion,
)

GIVEN = [{"name": "Package", "value": "1"}]


def test_an_approval_is_recorded_with_who_gave_it(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    execution_id = made.start(variables=GIVEN)
    made.answer("Approved", made.token())
    assert made.ended(execution_id)["status"] == "Succeeded"
    action = made.action("Approve")
    assert action["status"] == "Succeeded"
    assert action["summary"] == "Approved by a test"
    assert action["lastUpdatedBy"].startswith(f"arn:aws:sts::{TOOLS}:assumed-role/")
    assert "token" not in action


def test_a_rejection_fails_the_stage_and_says_why(lab: Lab, tmp_path: Path) -> None:
    marker = tmp_path / "deployed"
    project = built_by_pipeline(lab, [f"touch {marker}"])
    made = promotion(
        lab, [approval_stage(), {"name": "Deploy", "actions": [build_action(project)]}]
    )
    execution_id = made.start(variables=GIVEN)
    made.answer("Rejected", made.token())
    assert made.ended(execution_id)["status"] == "Failed"
    action = made.action("Approve")
    assert action["status"] == "Failed"
    assert action["summary"] == "Rejected by a test"
    assert made.stage("Approve")["latestExecution"]["status"] == "Failed"
    assert made.stage("Deploy").get("latestExecution") is None
    assert not marker.exists()


def test_a_wrong_token_is_refused_and_the_approval_still_waits(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    made.start(variables=GIVEN)
    token = made.token()
    with pytest.raises(ClientError, match="InvalidApprovalTokenException"):
        made.answer("Approved", "11111111-2222-3333-4444-555555555555")
    assert made.token() == token


def test_the_token_of_an_earlier_execution_is_refused(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    first = made.start(variables=GIVEN)
    stale = made.token()
    made.answer("Approved", stale)
    made.ended(first)
    second = made.start(variables=GIVEN)
    until(lambda: made.action("Approve").get("token") not in (None, stale), "a new token")
    with pytest.raises(ClientError, match="InvalidApprovalTokenException"):
        made.answer("Approved", stale)
    assert made.execution(second)["status"] == "InProgress"


def test_an_answer_to_what_was_answered_already_is_refused(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    execution_id = made.start(variables=GIVEN)
    token = made.token()
    made.answer("Approved", token)
    made.ended(execution_id)
    with pytest.raises(ClientError, match="InvalidApprovalTokenException"):
        made.answer("Rejected", token)


def test_an_approval_that_nobody_answers_expires(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = approval_stage()
    stage["actions"][0]["timeoutInMinutes"] = 5
    made = promotion(lab, [stage])
    execution_id = made.start(variables=GIVEN)
    token = made.token()
    now = lab.twin.now
    with monkeypatch.context() as patch:
        patch.setattr(lab.twin, "now", lambda: now() + timedelta(minutes=6))
        assert made.ended(execution_id)["status"] == "Failed"
    assert "expired" in made.action("Approve")["errorDetails"]["message"]
    with pytest.raises(ClientError, match="InvalidApprovalTokenException"):
        made.answer("Approved", token)


def test_an_approval_tells_its_topic_in_the_documented_format(lab: Lab) -> None:
    topic = lab.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    url, queue = lab.queue()
    lab.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    stage = approval_stage(
        NotificationArn=topic,
        CustomData="package #{variables.Package}",
        ExternalEntityLink="https://example.com/#{codepipeline.PipelineExecutionId}",
    )
    made = promotion(lab, [stage])
    execution = made.start(variables=GIVEN)
    token = made.token()
    envelope = json.loads(lab.received(url)["Body"])
    assert envelope["Subject"].startswith("APPROVAL NEEDED: AWS CodePipeline")
    approval = json.loads(envelope["Message"])["approval"]
    assert approval["token"] == token
    assert approval["pipelineName"] == made.name
    assert (approval["stageName"], approval["actionName"]) == ("Approve", "Approve")
    assert approval["customData"] == "package 1"
    assert approval["externalEntityLink"] == f"https://example.com/{execution}"
    assert set(approval) == {
        "pipelineName", "stageName", "actionName", "token", "expires", "externalEntityLink",
        "approvalReviewLink", "customData",
    }  # fmt: skip


def test_a_failed_stage_is_retried_with_what_earlier_stages_brought(
    lab: Lab, tmp_path: Path
) -> None:
    flag, count = tmp_path / "fixed", tmp_path / "count"
    good = built_by_pipeline(lab, [f"echo run >> {count}"])
    flaky = built_by_pipeline(lab, [f"test -e {flag}"])
    stage = {"name": "Build", "actions": [build_action(good, "A"), build_action(flaky, "B")]}
    made = promotion(lab, [stage])
    execution_id = made.start(variables=GIVEN)
    assert made.ended(execution_id)["status"] == "Failed"
    flag.touch()
    made.api.retry_stage_execution(
        pipelineName=made.name,
        stageName="Build",
        pipelineExecutionId=execution_id,
        retryMode="FAILED_ACTIONS",
    )
    assert made.ended(execution_id)["status"] == "Succeeded"
    assert count.read_text().count("run") == 1
    names = [action["actionName"] for action in made.actions(execution_id)]
    assert names == ["Source", "A", "B", "B"]


def test_a_stage_that_did_not_fail_is_not_retried(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    execution_id = made.start(variables=GIVEN)
    made.token()
    with pytest.raises(ClientError, match="StageNotRetryableException"):
        made.api.retry_stage_execution(
            pipelineName=made.name,
            stageName="Source",
            pipelineExecutionId=execution_id,
            retryMode="ALL_ACTIONS",
        )


def test_queued_executions_go_one_after_the_other(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    first = made.start(variables=GIVEN)
    token = made.token()
    second = made.start(variables=GIVEN)
    stage = until(lambda: _with_inbound(made.stage("Approve")), "a waiting execution")
    assert stage["inboundExecution"]["pipelineExecutionId"] == second
    assert stage["latestExecution"]["pipelineExecutionId"] == first
    made.answer("Approved", token)
    assert made.ended(first)["status"] == "Succeeded"
    until(lambda: made.action("Approve").get("token") not in (None, token), "a new token")
    made.answer("Approved", made.token())
    assert made.ended(second)["status"] == "Succeeded"


def test_a_newer_execution_supersedes_one_that_waits(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()], executionMode="SUPERSEDED")
    first = made.start(variables=GIVEN)
    token = made.token()
    second = made.start(variables=GIVEN)
    until(lambda: _with_inbound(made.stage("Approve")), "a waiting execution")
    third = made.start(variables=GIVEN)
    execution = made.ended(second)
    assert execution["status"] == "Superseded"
    assert third in execution["statusSummary"]
    made.answer("Approved", token)
    assert made.ended(first)["status"] == "Succeeded"
    until(lambda: made.action("Approve").get("token") not in (None, token), "a new token")
    assert made.execution(third)["status"] == "InProgress"


def test_parallel_executions_do_not_wait_for_each_other(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()], executionMode="PARALLEL")
    ids = [made.start(variables=GIVEN) for _ in range(2)]

    def waiting() -> bool:
        actions = made.api.list_action_executions(pipelineName=made.name)["actionExecutionDetails"]
        asked = [item for item in actions if item["stageName"] == "Approve"]
        return {item["pipelineExecutionId"] for item in asked} == set(ids)

    until(waiting, "both approvals")


def test_a_disabled_transition_holds_executions_until_it_is_enabled(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    way = {"pipelineName": made.name, "stageName": "Approve", "transitionType": "Inbound"}
    made.api.disable_stage_transition(**way, reason="freeze")
    execution_id = made.start(variables=GIVEN)
    stage = until(lambda: _with_inbound(made.stage("Approve")), "a waiting execution")
    assert stage["inboundExecution"]["pipelineExecutionId"] == execution_id
    assert stage["inboundTransitionState"]["disabledReason"] == "freeze"
    made.api.enable_stage_transition(**way)
    assert made.token()


def test_stop_and_abandon_leaves_running_actions_and_stop_and_wait_lets_them_end(
    lab: Lab, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    project = built_by_pipeline(lab, [f"until [ -e {go} ]; do sleep 0.1; done"])
    stage = {"name": "Build", "actions": [build_action(project)]}
    made = promotion(lab, [stage, approval_stage()])
    abandoned = made.start(variables=GIVEN)
    until(lambda: made.action("Build").get("externalExecutionId"), "a build")
    ids = {"pipelineName": made.name, "pipelineExecutionId": abandoned}
    made.api.stop_pipeline_execution(**ids, abandon=True, reason="wrong package")
    execution = made.ended(abandoned)
    assert (execution["status"], execution["statusSummary"]) == ("Stopped", "wrong package")
    assert made.actions(abandoned)[-1]["status"] == "Abandoned"
    with pytest.raises(ClientError, match="PipelineExecutionNotStoppableException"):
        made.api.stop_pipeline_execution(**ids)

    waiting = made.start(variables=GIVEN)
    until(lambda: made.action("Build")["status"] == "InProgress", "a build")
    ids["pipelineExecutionId"] = waiting
    made.api.stop_pipeline_execution(**ids)
    assert made.execution(waiting)["status"] == "Stopping"
    with pytest.raises(ClientError, match="DuplicatedStopRequestException"):
        made.api.stop_pipeline_execution(**ids)
    go.touch()
    assert made.ended(waiting)["status"] == "Stopped"
    assert made.actions(waiting)[-1]["status"] == "Succeeded"
    assert made.stage("Approve").get("latestExecution") is None


def test_a_stage_is_rolled_back_to_the_artifacts_of_an_earlier_execution(
    lab: Lab, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    project = built_by_pipeline(lab, [f"cat input.txt >> {seen}"])
    made = promotion(lab, [{"name": "Deploy", "actions": [build_action(project)]}])
    good = made.start(variables=GIVEN)
    assert made.ended(good)["status"] == "Succeeded"
    answer = made.api.rollback_stage(
        pipelineName=made.name, stageName="Deploy", targetPipelineExecutionId=good
    )
    execution = made.ended(answer["pipelineExecutionId"])
    assert execution["status"] == "Succeeded"
    assert execution["executionType"] == "ROLLBACK"
    assert execution["rollbackMetadata"]["rollbackTargetPipelineExecutionId"] == good
    assert seen.read_text() == "hello\nhello\n"
    with pytest.raises(ClientError, match="UnableToRollbackStageException"):
        made.api.rollback_stage(
            pipelineName=made.name, stageName="Source", targetPipelineExecutionId=good
        )


def _with_inbound(stage: dict[str, object]) -> dict[str, object] | None:
    return stage if stage.get("inboundExecution") else None
