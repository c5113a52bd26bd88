"""Attacks by experiment branches, whose code nobody has reviewed, and on what they have made."""

from __future__ import annotations

from typing import Any

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import Attacker
from tests.attacks.catalogue.layers import IDENTITY, RESOURCE, SERVICE_CONTROL
from tests.attacks.landmarks import an_answer_to_the_gate, package_of
from tests.attacks.places import (
    STRANGER,
    a_processing_job,
    a_training_job,
    an_object,
)

BRANCHES = Attacks()
_BUILD = "branch-model-build"
_HOME = "data-science"
_NOBODY_ALLOWS = Because(IDENTITY)
_TOKEN = "t" * 36
_INSTRUCTIONS = "version: 0.2\nphases: {build: {commands: [env]}}"


def _code(at: Attacker, service: str = "sagemaker") -> Any:
    """Give a client with what code of a branch finds in its build."""
    return at.client_in_build(_BUILD, service, vpc=_HOME)


def _of_a_branch(at: Attacker) -> str:
    """Name the pipeline and the group of a branch."""
    return at.naming.branch(at.model, "idea")


@BRANCHES.by(_BUILD, _HOME, "builds-of-branches-keep-to-branches", "training-is-started-by-few")
def change_the_pipeline_of_a_model_from_a_branch(at: Attacker) -> None:
    """Code of a branch changes, removes and starts pipelines of models, and makes one like them."""
    code, role = _code(at), {"RoleArn": at.naming.role_arn(_HOME, "branch-pipeline")}
    for name in (
        at.naming.sagemaker_pipeline(at.model),
        at.naming.trial(at.model),
        f"{at.naming.organization.prefix}-x-{_TOKEN[:4]}",
    ):
        definition = {"PipelineName": name, "PipelineDefinition": "{}"}
        at.refused(code.update_pipeline, _NOBODY_ALLOWS, **definition)
        at.refused(
            code.create_pipeline, _NOBODY_ALLOWS, **definition, **role, ClientRequestToken=_TOKEN
        )
        removal = {"PipelineName": name, "ClientRequestToken": _TOKEN}
        at.refused(code.delete_pipeline, _NOBODY_ALLOWS, **removal)
    for name in (at.naming.sagemaker_pipeline(at.model), _of_a_branch(at)):
        at.refused(code.start_pipeline_execution, _NOBODY_ALLOWS, PipelineName=name)


@BRANCHES.by(_BUILD, _HOME, "pipelines-of-branches-get-their-own-role")
def give_the_pipeline_of_a_branch_a_role_of_others(at: Attacker) -> None:
    """Code of a branch makes its pipeline run as those of models, as the promotion, as a person."""
    code = _code(at)
    foundation = Because(SERVICE_CONTROL, "DenyChangesOfFoundation")
    for purpose in ("pipeline", "promotion", "training", "apply", "lead", _BUILD):
        at.refused(
            code.create_pipeline,
            foundation if purpose == "apply" else _NOBODY_ALLOWS,
            PipelineName=_of_a_branch(at),
            PipelineDefinition="{}",
            RoleArn=at.naming.role_arn(_HOME, purpose),
            ClientRequestToken=_TOKEN,
        )


@BRANCHES.by(_BUILD, _HOME, "branches-register-apart", "registrars-never-decide")
def register_a_version_of_a_model_from_a_branch(at: Attacker) -> None:
    """Code of a branch registers in the group of the model, and approves what it wants carried."""
    code = _code(at)
    decided = Because(SERVICE_CONTROL, "DenyRegistrationWithDecision")
    for group in (at.naming.model_package_group(at.model), _of_a_branch(at)):
        for status, because in (("PendingManualApproval", _NOBODY_ALLOWS), ("Approved", decided)):
            wanted = {"ModelPackageGroupName": group, "ModelApprovalStatus": status}
            at.refused(code.create_model_package, because, **wanted)
    version = package_of(at)
    for arn in (
        version,
        version.replace(at.naming.model_package_group(at.model), _of_a_branch(at)),
    ):
        decision = {"ModelPackageArn": arn, "ModelApprovalStatus": "Approved"}
        leads = Because(SERVICE_CONTROL, "DenyDecisionButByLeads")
        at.refused(code.update_model_package, leads, **decision)
    gate = at.client_in_build(_BUILD, "codepipeline").put_approval_result
    at.refused(gate, _NOBODY_ALLOWS, **an_answer_to_the_gate(at))


@BRANCHES.by(_BUILD, _HOME, "builds-of-branches-keep-to-branches", "versions-are-not-removed")
def remove_a_version_of_a_model_from_a_branch(at: Attacker) -> None:
    """Code of a branch removes the version that is in production, and the group of the model."""
    code, because = _code(at), Because(SERVICE_CONTROL, "DenyRemovalOfVersions")
    at.refused(code.delete_model_package, because, ModelPackageName=package_of(at))
    group = at.naming.model_package_group(at.model)
    at.refused(code.delete_model_package_group, because, ModelPackageGroupName=group)


@BRANCHES.by(_BUILD, _HOME, "builds-of-branches-keep-to-branches")
def start_a_job_from_a_branch(at: Attacker) -> None:
    """Code of a branch starts the very jobs that a pipeline would, with the roles of jobs."""
    code = _code(at)
    at.refused(code.create_training_job, _NOBODY_ALLOWS, **a_training_job(at))
    at.refused(code.create_processing_job, _NOBODY_ALLOWS, **a_processing_job(at))


@BRANCHES.by(
    _BUILD,
    _HOME,
    beyond="which prefix belongs to which branch is in no policy: the build reads none of them",
)
def read_the_data_of_others_from_a_branch(at: Attacker) -> None:
    """Code of a branch reads raw data and models, and writes where a model learns from."""
    code = _code(at, "s3")
    for purpose, prefix in (("data", "raw/"), ("models", "")):
        found = an_object(at, _HOME, purpose, prefix)
        at.refused(code.get_object, _NOBODY_ALLOWS, Because(RESOURCE), **found)
        at.refused(code.put_object, _NOBODY_ALLOWS, Because(RESOURCE), **found, Body=b"mine")
    bucket = at.naming.bucket_name(_HOME, "data")
    at.refused(code.list_objects_v2, _NOBODY_ALLOWS, Bucket=bucket, Prefix="raw/")


@BRANCHES.by(_BUILD, _HOME, beyond="whose source package is whose is told by its name alone")
def publish_for_others_from_a_branch(at: Attacker) -> None:
    """Code of a branch replaces the source of the models, that of the next branch, and images."""
    code, bucket = _code(at, "s3"), at.naming.bucket_name(_HOME, "source")
    for key in ("source/gatehouse.zip", "source/branch.zip"):
        at.refused(code.put_object, _NOBODY_ALLOWS, Bucket=bucket, Key=key, Body=b"mine")
    images = _code(at, "ecr")
    name = at.naming.repository_name(_HOME, "model")
    at.refused(images.initiate_layer_upload, _NOBODY_ALLOWS, repositoryName=name)


@BRANCHES.by(_BUILD, _HOME, "trust-is-exact", "deploy-trusts-the-promotion-only")
def take_another_role_from_a_branch(at: Attacker) -> None:
    """Code of a branch acts as pipelines, as the promotion, as people, and as a deployment."""
    code = at.client_in_build(_BUILD, "sts")
    for account, purpose in (
        *((_HOME, name) for name in ("branch-pipeline", "pipeline", "model-build", "promotion")),
        *((_HOME, name) for name in ("lead", "apply")),
        *((name, "deploy") for name in ("staging", "production")),
    ):
        at.refused(
            code.assume_role,
            Because(RESOURCE),
            RoleArn=at.naming.role_arn(account, purpose),
            RoleSessionName="branch",
        )


@BRANCHES.by(
    _BUILD,
    _HOME,
    "only-the-trigger-starts-a-promotion",
    "builds-are-started-by-delivery-only",
    "nobody-tells-a-bus-of-events",
)
def start_a_promotion_from_a_branch(at: Attacker) -> None:
    """Code of a branch starts the promotion, builds of others, and invents an approval."""
    promotion = {"name": at.naming.promotion_pipeline(at.model)}
    start = at.client_in_build(_BUILD, "codepipeline").start_pipeline_execution
    at.refused(start, _NOBODY_ALLOWS, **promotion)
    not_delivery = Because(SERVICE_CONTROL, "DenyBuildsOutsideDelivery")
    builds = at.client_in_build(_BUILD, "codebuild")
    for purpose in ("model-build", "bundle", _BUILD):
        project = at.naming.project_name(_HOME, purpose)
        at.refused(builds.start_build, not_delivery, projectName=project)
    event = {"Source": "aws.sagemaker", "DetailType": "x", "Detail": "{}"}
    events = at.client_in_build(_BUILD, "events")
    because = Because(SERVICE_CONTROL, "DenyLogTampering")
    at.refused(events.put_events, because, Entries=[event])


@BRANCHES.by(_BUILD, _HOME, "policies-of-resources-change-with-terraform-only")
def share_a_branch_with_a_stranger(at: Attacker) -> None:
    """Code of a branch lets a stranger read its versions."""
    at.refused(
        _code(at).put_model_package_group_policy,
        Because(SERVICE_CONTROL, "DenySharingOutsideApply"),
        ModelPackageGroupName=_of_a_branch(at),
        ResourcePolicy=f'{{"Principal": {{"AWS": "{STRANGER}"}}}}',
    )


@BRANCHES.by(
    "ml-engineer",
    _HOME,
    "versions-of-branches-are-removed-by-their-build",
    "pipelines-are-put-by-builds-only",
)
def remove_a_branch_by_hand(at: Attacker) -> None:
    """People, and the builds and pipelines of models' makers, remove a branch past its build."""
    name = _of_a_branch(at)
    version = package_of(at).replace(at.naming.model_package_group(at.model), name)
    for role in ("ml-engineer", "data-scientist", "lead", "platform-admin"):
        client = at.client("sagemaker", role=role)
        at.refused(client.delete_model_package, _NOBODY_ALLOWS, ModelPackageName=version)
        removal = {"PipelineName": name, "ClientRequestToken": _TOKEN}
        at.refused(client.delete_pipeline, _NOBODY_ALLOWS, **removal)
    build = at.client_in_build("model-build", "sagemaker", vpc=_HOME)
    at.refused(build.delete_model_package, _NOBODY_ALLOWS, ModelPackageName=version)


@BRANCHES.by(
    "ml-engineer",
    _HOME,
    "builds-run-what-their-project-says",
    "who-starts-a-build-brings-a-model-only",
)
def bring_own_instructions_into_the_build_of_a_branch(at: Attacker) -> None:
    """An ML engineer starts the build of branches with instructions, roles or rights of others."""
    start = at.client("codebuild").start_build
    project = at.naming.project_name(_HOME, _BUILD)
    brought: tuple[dict[str, Any], ...] = (
        {"buildspecOverride": _INSTRUCTIONS},
        {"serviceRoleOverride": at.naming.role_arn(_HOME, "model-build")},
        {"sourceTypeOverride": "S3", "sourceLocationOverride": "elsewhere/source.zip"},
        {"environmentVariablesOverride": [{"name": "PYTHONPATH", "value": "mine"}]},
        {"privilegedModeOverride": True},
    )
    for override in brought:
        at.refused(start, _NOBODY_ALLOWS, projectName=project, **override)


@BRANCHES.by("ml-engineer", _HOME, "training-is-started-by-few")
def train_a_branch_of_ones_own(at: Attacker) -> None:
    """An ML engineer, a lead and an admin start the pipeline of a branch."""
    for role in ("ml-engineer", "lead", "platform-admin"):
        start = at.client("sagemaker", role=role).start_pipeline_execution
        at.refused(start, _NOBODY_ALLOWS, PipelineName=_of_a_branch(at))
