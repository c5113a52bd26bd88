"""Attacks on what builds and deploys: instructions, projects, and roles that are passed."""

from __future__ import annotations

from typing import Any

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import BOUNDARY, IDENTITY, SERVICE_CONTROL
from tests.attacks.landmarks import EMPTY_ARCHIVE, NOBODY_KNOWS, what_is_served

BUILDING = Attacks()
_NOBODY_ALLOWS = Because(IDENTITY)
_NO_ROLES = Because(BOUNDARY, "DenyIdentityChanges")
_NOT_DELIVERY = Because(SERVICE_CONTROL, "DenyBuildsOutsideDelivery")
_NOT_APPLY = Because(SERVICE_CONTROL, "DenyBuildChangesOutsideApply")
_INSTRUCTIONS = "version: 0.2\nphases: {build: {commands: [env]}}"


@BUILDING.by(
    "ml-engineer",
    "data-science",
    "builds-run-what-their-project-says",
    "who-starts-a-build-brings-a-model-only",
)
def bring_own_instructions_into_a_build(at: Attacker) -> None:
    """An ML engineer starts the build that they may start with other instructions or rights."""
    start = at.client("codebuild").start_build
    project = at.naming.project_name("data-science", "model-build")
    brought: tuple[dict[str, Any], ...] = (
        {"buildspecOverride": _INSTRUCTIONS},
        {"imageOverride": "public.ecr.aws/mine/image:1"},
        {"sourceTypeOverride": "S3", "sourceLocationOverride": "elsewhere/source.zip"},
        {"serviceRoleOverride": at.naming.role_arn("data-science", "promotion")},
        {"privilegedModeOverride": True},
        {"environmentVariablesOverride": [{"name": "PYTHONPATH", "value": "mine"}]},
        {"cacheOverride": {"type": "S3", "location": "elsewhere/cache"}},
        {"logsConfigOverride": {"cloudWatchLogs": {"status": "DISABLED"}}},
    )
    for override in brought:
        at.refused(start, _NOBODY_ALLOWS, projectName=project, **override)
    other = at.naming.project_name("data-science", "bundle")
    at.refused(start, _NOBODY_ALLOWS, projectName=other)


@BUILDING.by(
    "platform-admin",
    "production",
    "only-deploy-starts-builds-of-a-target",
    "publishing-belongs-to-the-tag-of-an-engineer",
)
def deploy_by_hand(at: Attacker) -> None:
    """A platform admin starts the deployment of production past the promotion, as do others."""
    asked = {"projectName": at.naming.project_name("production", "deploy")}
    for role in ("platform-admin", "release-manager", "apply", SIGN_IN):
        at.refused(at.client("codebuild", role=role).start_build, _NOT_DELIVERY, **asked)
    for project in ("deploy", "verify"):
        build = at.client_in_build(project, "codebuild")
        at.refused(build.start_build, _NOT_DELIVERY, **asked, buildspecOverride=_INSTRUCTIONS)


@BUILDING.by(SIGN_IN, "production", "builds-are-started-by-delivery-only")
def act_as_a_release_by_own_instructions(at: Attacker) -> None:
    """Whoever arrives in an account starts a build there with instructions of their own."""
    for account, purpose in (
        *(("production", "deploy"), ("production", "verify"), ("staging", "test")),
        *(("data-science", "bundle"), ("data-science", "model-build")),
    ):
        client = at.stage.client("codebuild", account)
        project = {"projectName": at.naming.project_name(account, purpose)}
        mine = {"buildspecOverride": _INSTRUCTIONS, "sourceTypeOverride": "NO_SOURCE"}
        at.refused(client.start_build, _NOT_DELIVERY, **project, **mine)
        at.refused(client.start_build, _NOT_DELIVERY, **project)
        at.refused(client.start_build_batch, _NOT_APPLY, **project, **mine)
        at.refused(client.start_sandbox, _NOT_APPLY, **project)
        at.refused(client.retry_build, _NOT_APPLY, id=f"{project['projectName']}:{NOBODY_KNOWS}")


@BUILDING.by(
    SIGN_IN,
    "production",
    "builds-change-with-terraform-only",
    "policies-of-resources-change-with-terraform-only",
)
def rewrite_builds_as_an_administrator(at: Attacker) -> None:
    """Whoever arrives in production rewrites a build, makes one, or fetches its source anew."""
    client, project = at.client("codebuild"), at.naming.project_name("production", "deploy")
    source = {"type": "NO_SOURCE", "buildspec": _INSTRUCTIONS}
    at.refused(client.update_project, _NOT_APPLY, name=project, source=source)
    [found] = client.batch_get_projects(names=[project])["projects"]
    made = {key: found[key] for key in ("artifacts", "environment", "serviceRole")}
    mine = f"{at.naming.account_prefix('production')}-mine"
    at.refused(client.create_project, _NOT_APPLY, **made, name=mine, source=source)
    at.refused(client.delete_project, _NOT_APPLY, name=project)
    at.refused(client.create_webhook, _NOT_APPLY, projectName=project)
    token = {"token": "mine", "serverType": "GITHUB", "authType": "PERSONAL_ACCESS_TOKEN"}
    because = Because(SERVICE_CONTROL, "DenySharingOutsideApply")
    at.refused(client.import_source_credentials, because, **token)


@BUILDING.by("ml-engineer", "data-science", "nobody-changes-what-builds-do")
def rewrite_what_a_build_does(at: Attacker) -> None:
    """An ML engineer gives the builds of data-science another buildspec, image or source."""
    client = at.client("codebuild")
    source = {"type": "NO_SOURCE", "buildspec": _INSTRUCTIONS}
    machine = {
        "type": "LINUX_CONTAINER",
        "image": "public.ecr.aws/mine/image:1",
        "computeType": "BUILD_GENERAL1_SMALL",
    }
    for purpose in ("bundle", "model-build"):
        project = at.naming.project_name("data-science", purpose)
        at.refused(client.update_project, _NOT_APPLY, name=project, source=source)
        at.refused(client.update_project, _NOT_APPLY, name=project, environment=machine)
    token = {"token": "mine", "serverType": "GITHUB", "authType": "PERSONAL_ACCESS_TOKEN"}
    because = Because(SERVICE_CONTROL, "DenySharingOutsideApply")
    at.refused(client.import_source_credentials, because, **token)


@BUILDING.by(
    "platform-admin",
    "production",
    "nobody-changes-what-builds-do",
    "foundations-are-set-up-by-hand",
)
def rewrite_how_production_is_deployed(at: Attacker) -> None:
    """A platform admin rewrites the deployment; what applies gives a build its own role."""
    project = at.naming.project_name("production", "deploy")
    source = {"type": "NO_SOURCE", "buildspec": _INSTRUCTIONS}
    for role in ("platform-admin", "release-manager"):
        client = at.client("codebuild", role=role)
        at.refused(client.update_project, _NOT_APPLY, name=project, source=source)
    at.refused(
        at.client("codebuild", role="apply").update_project,
        Because(SERVICE_CONTROL, "DenyChangesOfFoundation"),
        name=project,
        serviceRole=at.naming.role_arn("production", "apply"),
    )


@BUILDING.by(
    "platform-admin", "production", "no-notebook-instances", "people-and-services-pass-no-role"
)
def pass_the_deploy_role_to_a_notebook(at: Attacker) -> None:
    """A platform admin opens a notebook that acts as deployments do, as do others."""
    # Denied twice; which of the two is told is chance.
    because = (
        Because(SERVICE_CONTROL, "DenyNotebookInstances"),
        Because(SERVICE_CONTROL, "DenyUndeclaredActions"),
    )
    for role in ("platform-admin", "apply", SIGN_IN):
        for passed in ("deploy", "release"):
            at.refused(
                at.client("sagemaker", role=role).create_notebook_instance,
                *because,
                NotebookInstanceName="by-hand",
                InstanceType="ml.t3.medium",
                RoleArn=at.naming.role_arn("production", passed),
            )


@BUILDING.by(
    "platform-admin",
    "production",
    "people-and-services-pass-no-role",
    "roles-of-delivery-are-passed-by-nobody",
)
def pass_the_release_role_to_a_function(at: Attacker) -> None:
    """A platform admin makes a function that acts as a release does; so does what applies."""
    for passed in ("release", "deploy", "verify"):
        function = {
            "FunctionName": f"{at.naming.account_prefix('production')}-by-hand",
            "Role": at.naming.role_arn("production", passed),
            "Code": {"ZipFile": EMPTY_ARCHIVE},
            "Runtime": "python3.12",
            "Handler": "main.handler",
        }
        for role, because in (("platform-admin", _NO_ROLES), ("apply", _NOBODY_ALLOWS)):
            at.refused(at.client("lambda", role=role).create_function, because, **function)


@BUILDING.by(
    "ml-engineer",
    "data-science",
    "people-and-services-pass-no-role",
    "roles-of-delivery-are-passed-by-nobody",
    "pipelines-are-put-by-builds-only",
)
def let_a_pipeline_act_as_the_promotion(at: Attacker) -> None:
    """An ML engineer lets the training pipeline run as the promotion, by hand or by a build."""
    changed = {
        "PipelineName": at.naming.sagemaker_pipeline(at.model),
        "RoleArn": at.naming.role_arn("data-science", "promotion"),
    }
    at.refused(at.client("sagemaker").update_pipeline, _NO_ROLES, **changed)
    build = at.client_in_build("model-build", "sagemaker")
    at.refused(build.update_pipeline, _NOBODY_ALLOWS, **changed)


@BUILDING.by(
    "release",
    "production",
    "roles-of-delivery-are-passed-by-nobody",
)
def serve_a_model_as_the_release(at: Attacker) -> None:
    """Code in the deployment of production lets the model's container act as deployments do."""
    _, model = what_is_served(at, "production")
    container = {each: model["PrimaryContainer"][each] for each in ("Image", "ModelDataUrl")}
    build = at.client_in_build("deploy", "sagemaker", vpc="production")
    for passed in ("release", "deploy", "verify"):
        at.refused(
            build.create_model,
            _NOBODY_ALLOWS,
            ModelName=f"{model['ModelName']}-2",
            ExecutionRoleArn=at.naming.role_arn("production", passed),
            PrimaryContainer=container,
            VpcConfig=model["VpcConfig"],
            EnableNetworkIsolation=True,
        )
