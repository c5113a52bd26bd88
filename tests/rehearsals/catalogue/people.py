"""Makers who approve what they made, and people who are more than one."""

from __future__ import annotations

import json

from scripts.access import Access
from tests.journeys.stage import MODEL, until
from tests.rehearsals.breaking import also_taken_by, taken_over
from tests.rehearsals.publishing import Source
from tests.rehearsals.rehearsal import BUNDLE, PRODUCTION, Rehearsals, Seen
from tests.rehearsals.rehearsing import HOME, Rehearsing
from tests.rehearsals.signing import envelope_of, lay_down

PEOPLE = Rehearsals("people")
_MAKER = "approver-is-nobody-of-the-makers"


def _approves_what_they_made(at: Rehearsing, execution: str, person: str = "rosa") -> Seen:
    """Let a maker approve: the command refuses; past it, the target does."""
    at.settle(execution)
    refused = at.refused_by_command(at.approving(execution, person))
    assert refused.rule == _MAKER, refused
    lay_down(at, execution, person, envelope_of(at, execution, person))
    at.click(execution, person)
    return at.ended(execution)


@PEOPLE.ends(PRODUCTION, rule=_MAKER)
def who_wrote_the_commit_does_not_approve(at: Rehearsing) -> Seen:
    """The source that promotes was committed by the release manager who approves."""
    with at.source(Source(author="rosa")):
        return _approves_what_they_made(at, at.start())


@PEOPLE.ends(PRODUCTION, rule="enough-approvers")
def one_person_is_not_two_approvers(at: Rehearsing) -> Seen:
    """Two must approve; one release manager approves twice and opens the gate."""
    with at.source(Source(approvals=2)):
        execution = at.gate()
        told = at.approving(execution, "rita")
        assert (told.code, at.waits(execution) is not None) == (0, True), told.err
        assert "1 of 2 have approved; 1 more must: rosa" in told.err, told.err
        lay_down(at, execution, "rita", envelope_of(at, execution, "rita", ticket="REH-2"))
        at.click(execution)
        return at.ended(execution)


@PEOPLE.ends(PRODUCTION, rule=_MAKER)
def who_approved_the_version_does_not_approve_the_release(at: Rehearsing) -> Seen:
    """A release manager was let into the lead's role as well, and approved the version."""
    with also_taken_by(at, "lead", "rosa") as access:
        client = access.client("sagemaker", at.stage.region)
        arn = at.package_arn(at.candidate)
        execution = at.started(
            lambda: client.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
        )
    return _approves_what_they_made(at, execution)


@PEOPLE.ends(PRODUCTION, rule=_MAKER)
def who_registered_the_version_does_not_approve_the_release(at: Rehearsing) -> Seen:
    """A release manager was let into the data scientist's role as well, and trained the version."""
    with also_taken_by(at, "data-scientist", "rosa") as access:
        version = _trained_by(at, access)
    return _approves_what_they_made(at, at.start(version))


@PEOPLE.ends(BUNDLE, says="who started it: must be a person, by the source identity")
def who_starts_a_promotion_by_hand_gets_no_release(at: Rehearsing) -> Seen:
    """A release manager was let into the role that starts promotions, and starts one."""
    with taken_over(at, "promotion-trigger", "rosa") as access:
        client = access.client("codepipeline", at.stage.region)
        package = {"name": "PackageArn", "value": at.package_arn(at.candidate)}
        execution = at.started(
            lambda: client.start_pipeline_execution(name=at.pipeline, variables=[package])
        )
    return at.ended(execution)


def _trained_by(at: Rehearsing, access: Access) -> int:
    """Train as somebody inside the network, on the data of the latest run."""
    inside = at.stage.inside(HOME)["AWS_ENDPOINT_URL"]
    client = Access(access.session, inside, access.who).client("sagemaker", at.stage.region)
    pipeline = at.naming.sagemaker_pipeline(MODEL)
    looks = at.admin("sagemaker")
    latest = looks.list_pipeline_executions(PipelineName=pipeline, SortOrder="Descending")
    found = looks.list_pipeline_parameters_for_execution(
        PipelineExecutionArn=latest["PipelineExecutionSummaries"][0]["PipelineExecutionArn"]
    )["PipelineParameters"]
    data = [each for each in found if each["Name"] in ("InputDataSha256", "InputDataUri")]
    assert len(data) == 2, json.dumps(found)
    run = client.start_pipeline_execution(PipelineName=pipeline, PipelineParameters=data)

    def ended() -> str | None:
        told = looks.describe_pipeline_execution(PipelineExecutionArn=run["PipelineExecutionArn"])
        status = str(told["PipelineExecutionStatus"])
        return None if status == "Executing" else status

    assert until(ended, "the training ends", 180) == "Succeeded"
    return max(int(each["version"]) for each in at.story.versions())
