"""Attacks on decisions: on versions of models, at the gate, and on the promotion itself."""

from __future__ import annotations

import json
from typing import Any

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import BOUNDARY, IDENTITY, SERVICE_CONTROL
from tests.attacks.landmarks import (
    NOBODY_KNOWS,
    an_answer_to_the_gate,
    package_of,
    promotion_of,
)

PROMOTION = Attacks()
_NOT_A_LEAD = Because(SERVICE_CONTROL, "DenyDecisionButByLeads")
_NOBODY_ALLOWS = Because(IDENTITY)


def _a_version(at: Attacker, status: str) -> dict[str, Any]:
    """Give a version to register: made of what is in production, so that it is a real one."""
    registry = at.as_administrator("sagemaker", "data-science")
    described = registry.describe_model_package(ModelPackageName=package_of(at))
    return {
        "ModelPackageGroupName": at.naming.model_package_group(at.model),
        "ModelApprovalStatus": status,
        "InferenceSpecification": described["InferenceSpecification"],
    }


@PROMOTION.by(
    "data-scientist",
    "data-science",
    "only-leads-decide-on-versions",
    "decisions-belong-to-the-tag-of-a-lead",
)
def approve_ones_own_model(at: Attacker) -> None:
    """A data scientist approves a version of their own model, and so does everybody else."""
    decided = {"ModelPackageArn": package_of(at), "ModelApprovalStatus": "Approved"}
    for role in (
        *("data-scientist", "ml-engineer", "release-manager", "platform-admin"),
        *("apply", SIGN_IN),
    ):
        client = at.client("sagemaker", role=role)
        at.refused(client.update_model_package, _NOT_A_LEAD, **decided)


@PROMOTION.by("model-build", "data-science", "only-leads-decide-on-versions")
def approve_a_version_from_a_build(at: Attacker) -> None:
    """Code in the builds of data-science, or of production, approves what it has brought."""
    decided = {"ModelPackageArn": package_of(at), "ModelApprovalStatus": "Approved"}
    for project in ("model-build", "bundle"):
        client = at.client_in_build(project, "sagemaker")
        at.refused(client.update_model_package, _NOT_A_LEAD, **decided)


@PROMOTION.by(
    "release-manager",
    "data-science",
    "only-pipelines-register",
    "gatekeepers-move-nothing",
    "only-leads-decide-on-versions",
)
def release_what_one_registered(at: Attacker) -> None:
    """A release manager registers and approves the version that they will let pass at the gate."""
    client = at.client("sagemaker")
    pending = _a_version(at, "PendingManualApproval")
    at.refused(client.create_model_package, _NOBODY_ALLOWS, **pending)
    at.refused(
        client.update_model_package,
        _NOT_A_LEAD,
        ModelPackageArn=package_of(at),
        ModelApprovalStatus="Approved",
    )


@PROMOTION.by("lead", "data-science", "versions-are-registered-pending", "only-pipelines-register")
def register_a_version_already_approved(at: Attacker) -> None:
    """A lead registers a version that was never pending, and so does everybody else."""
    approved = _a_version(at, "Approved")
    because = Because(SERVICE_CONTROL, "DenyRegistrationWithDecision")
    for role in ("lead", "data-scientist", "ml-engineer", "apply", SIGN_IN):
        client = at.client("sagemaker", role=role)
        at.refused(client.create_model_package, because, **approved)
    # A decision is the lead's; to make what is decided on is not.
    pending = _a_version(at, "PendingManualApproval")
    at.refused(at.client("sagemaker").create_model_package, _NOBODY_ALLOWS, **pending)


@PROMOTION.by(
    "lead",
    "data-science",
    beyond="Which updates of a version are decisions is said by the lead's own policy alone.",
)
def change_what_a_version_says_of_itself(at: Attacker) -> None:
    """A lead puts a version back to pending, or rewrites its metadata, and decides nothing."""
    client, version = at.client("sagemaker"), {"ModelPackageArn": package_of(at)}
    metadata = {"accuracy": "1.0"}
    for change in (
        {"ModelApprovalStatus": "PendingManualApproval"},
        {"CustomerMetadataProperties": metadata},
    ):
        at.refused(client.update_model_package, _NOBODY_ALLOWS, **version, **change)


@PROMOTION.by("lead", "data-science", "versions-are-not-removed")
def remove_what_was_approved(at: Attacker) -> None:
    """A lead removes the version that production runs, or its whole group."""
    group = at.naming.model_package_group(at.model)
    because = Because(SERVICE_CONTROL, "DenyRemovalOfVersions")
    for role in ("lead", "data-scientist", SIGN_IN):
        client = at.client("sagemaker", role=role)
        at.refused(client.delete_model_package, because, ModelPackageName=package_of(at))
        at.refused(client.delete_model_package_group, because, ModelPackageGroupName=group)


@PROMOTION.by(
    "lead",
    "data-science",
    "only-release-managers-answer-the-gate",
    "answers-belong-to-the-tag-of-a-release-manager",
    "leads-move-nothing",
)
def answer_the_gate_as_somebody_else(at: Attacker) -> None:
    """A lead lets the release of what they approved pass, and so does everybody else."""
    answer = an_answer_to_the_gate(at)
    because = Because(BOUNDARY, "DenyReleaseButByReleaseManagers")
    for role in ("lead", "data-scientist", "ml-engineer", "platform-admin"):
        client = at.client("codepipeline", role=role)
        at.refused(client.put_approval_result, because, **answer)
    build = at.client_in_build("bundle", "codepipeline")
    for client in (at.client("codepipeline", role="apply"), build):
        at.refused(client.put_approval_result, _NOBODY_ALLOWS, **answer)


@PROMOTION.by("release-manager", "data-science", "only-the-trigger-starts-a-promotion")
def start_a_promotion_by_hand(at: Attacker) -> None:
    """A release manager starts a promotion of a version that nobody approved, as do others."""
    started = {
        "name": at.naming.promotion_pipeline(at.model),
        "variables": [{"name": "PackageArn", "value": package_of(at)}],
    }
    others = Because(BOUNDARY, "DenyReleaseButByReleaseManagers")
    for role, because in (
        # A release manager may start the way back, and nothing else.
        ("release-manager", Because(BOUNDARY, "DenyOtherStarts")),
        *((role, others) for role in ("lead", "data-scientist", "ml-engineer", "platform-admin")),
        ("apply", _NOBODY_ALLOWS),
    ):
        client = at.client("codepipeline", role=role)
        at.refused(client.start_pipeline_execution, because, **started)
    for project in ("bundle", "model-build"):
        build = at.client_in_build(project, "codepipeline")
        at.refused(build.start_pipeline_execution, _NOBODY_ALLOWS, **started)


@PROMOTION.by(
    "data-scientist",
    "data-science",
    "nobody-tells-a-bus-of-events",
    "records-are-not-stopped",
)
def forge_the_event_of_an_approval(at: Attacker) -> None:
    """A data scientist tells the bus that a version was approved, or widens what starts it."""
    detail = {"ModelPackageArn": package_of(at), "ModelApprovalStatus": "Approved"}
    event = {
        "Source": "aws.sagemaker",
        "DetailType": "SageMaker Model Package State Change",
        "Detail": json.dumps(detail),
    }
    rule = at.naming.promotion_pipeline(at.model)
    because = Because(SERVICE_CONTROL, "DenyLogTampering")
    for role in ("data-scientist", "ml-engineer", "lead", SIGN_IN):
        client = at.client("events", role=role)
        at.refused(client.put_events, because, Entries=[event])
        at.refused(
            client.put_rule, because, Name=rule, EventPattern='{"source": ["aws.sagemaker"]}'
        )
    at.refused(at.client("events", role="apply").put_events, _NOBODY_ALLOWS, Entries=[event])


@PROMOTION.by("ml-engineer", "data-science", "nobody-bends-a-promotion")
def take_the_gate_out_of_the_promotion(at: Attacker) -> None:
    """An ML engineer writes the promotion anew, without its gate, and so does everybody else."""
    whole = promotion_of(at)
    stages = [stage for stage in whole["stages"] if stage["name"] != "Approve"]
    assert len(stages) == len(whole["stages"]) - 1
    for role in ("ml-engineer", "release-manager", "platform-admin", "data-scientist", "lead"):
        client = at.client("codepipeline", role=role)
        without_gate = {**whole, "stages": stages}
        at.refused(client.update_pipeline, _NOBODY_ALLOWS, pipeline=without_gate)
        at.refused(client.delete_pipeline, _NOBODY_ALLOWS, name=whole["name"])


@PROMOTION.by("platform-admin", "data-science", "nobody-bends-a-promotion")
def go_around_a_stage(at: Attacker) -> None:
    """A platform admin closes, reopens, overrides or rolls back a stage, and so do others."""
    there = {"pipelineName": at.naming.promotion_pipeline(at.model), "stageName": "Production"}
    for role in ("platform-admin", "release-manager", "ml-engineer"):
        client = at.client("codepipeline", role=role)
        inbound = {**there, "transitionType": "Inbound"}
        at.refused(client.enable_stage_transition, _NOBODY_ALLOWS, **inbound)
        at.refused(client.disable_stage_transition, _NOBODY_ALLOWS, **inbound, reason="later")
        at.refused(
            client.override_stage_condition,
            _NOBODY_ALLOWS,
            **there,
            pipelineExecutionId=NOBODY_KNOWS,
            conditionType="BEFORE_ENTRY",
        )
        at.refused(
            client.rollback_stage,
            _NOBODY_ALLOWS,
            **there,
            targetPipelineExecutionId=NOBODY_KNOWS,
        )


@PROMOTION.by("lead", "data-science", "only-admins-retry-and-stop")
def try_a_rejected_release_again(at: Attacker) -> None:
    """A lead tries the stage after the gate again; a platform admin tries the gate itself."""
    again = {
        "pipelineName": at.naming.promotion_pipeline(at.model),
        "pipelineExecutionId": NOBODY_KNOWS,
        "retryMode": "FAILED_ACTIONS",
    }
    because = Because(BOUNDARY, "DenyUnblockingButByAdmins")
    for role in ("lead", "release-manager", "ml-engineer", "data-scientist"):
        client = at.client("codepipeline", role=role)
        at.refused(client.retry_stage_execution, because, **again, stageName="Production")
    admin = at.client("codepipeline", role="platform-admin")
    at.refused(admin.retry_stage_execution, _NOBODY_ALLOWS, **again, stageName="Approve")
