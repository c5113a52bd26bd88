"""Makes the record of a build from its project and what the caller overrides."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from twin.call import Call
from twin.engines import service_principal
from twin.engines.codebuild_environment import merged
from twin.errors import ServiceError
from twin.network import of_service
from twin.twin import Twin

INITIATOR_HEADER = "X-Twin-Initiator"
_SUPPORTED_SOURCES = ("S3", "CODEPIPELINE", "NO_SOURCE")


def project_of(twin: Twin, account_id: str, region: str, name: str) -> dict[str, Any]:
    """Return a project as CodeBuild knows it; ServiceError ResourceNotFoundException if not."""
    credentials = service_principal.credentials(twin, "codebuild.amazonaws.com", account_id)
    client = twin.client("codebuild", credentials, region, of_service("codebuild.amazonaws.com"))
    answer = client.batch_get_projects(names=[name])
    if not answer["projects"]:
        arn = f"arn:aws:codebuild:{region}:{account_id}:project/{name}"
        raise ServiceError("ResourceNotFoundException", f"Project cannot be found: {arn}")
    found: dict[str, Any] = answer["projects"][0]
    return found


def new_build(twin: Twin, call: Call, project: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return the record of a build that was asked for.

    https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
    Keys that start with an underscore are the engine's own; no answer shows them.
    """
    given = call.parameters
    source = _source(project, given)
    artifacts = (
        given.get("artifactsOverride") or project.get("artifacts") or {"type": "NO_ARTIFACTS"}
    )
    _check(source, artifacts, given)
    identifier = str(uuid.uuid4())
    name = str(project["name"])
    end = f"{call.region}:{call.account_id}"
    return {
        "id": f"{name}:{identifier}",
        "arn": f"arn:aws:codebuild:{end}:build/{name}:{identifier}",
        "buildNumber": number,
        "buildStatus": "IN_PROGRESS",
        "buildComplete": False,
        "projectName": name,
        "source": source,
        "artifacts": {"location": artifacts.get("location", "")},
        "environment": _environment(project, given),
        "logs": _logs(project, given, end, identifier),
        "initiator": _initiator(call, artifacts),
        **_begun(twin.now()),
        **_chosen(project, given, end),
        "_project_arn": project["arn"],
        "_artifacts": artifacts,
        "_request": dict(given),
        "_token": given.get("idempotencyToken"),
        "_stop": False,
    }


def _begun(now: datetime) -> dict[str, Any]:
    """Return how every build starts: submitted and queued already."""
    done = {"phaseStatus": "SUCCEEDED", "startTime": now, "endTime": now, "durationInSeconds": 0}
    return {
        "startTime": now,
        "currentPhase": "QUEUED",
        "phases": [{"phaseType": name, "contexts": [], **done} for name in ("SUBMITTED", "QUEUED")],
    }


def _chosen(project: Mapping[str, Any], given: Mapping[str, Any], end: str) -> dict[str, Any]:
    """Return what the caller's override decides, else the project, else CodeBuild's default."""

    def choice(name: str, override: str, default: Any) -> Any:
        return given.get(override) or project.get(name) or default

    own_key = f"arn:aws:kms:{end}:alias/aws/s3"
    return {
        "sourceVersion": choice("sourceVersion", "sourceVersion", None),
        "secondarySources": choice("secondarySources", "secondarySourcesOverride", []),
        "secondarySourceVersions": choice(
            "secondarySourceVersions", "secondarySourcesVersionOverride", []
        ),
        "secondaryArtifacts": [],
        "cache": {"type": "NO_CACHE"},
        "serviceRole": choice("serviceRole", "serviceRoleOverride", ""),
        "timeoutInMinutes": choice("timeoutInMinutes", "timeoutInMinutesOverride", 60),
        "queuedTimeoutInMinutes": choice(
            "queuedTimeoutInMinutes", "queuedTimeoutInMinutesOverride", 480
        ),
        "encryptionKey": choice("encryptionKey", "encryptionKeyOverride", own_key),
        "vpcConfig": project.get("vpcConfig") or {},
        "_secondary_artifacts": choice("secondaryArtifacts", "secondaryArtifactsOverride", []),
    }


def _source(project: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    source = dict(project["source"])
    if given.get("sourceTypeOverride"):
        source["type"] = given["sourceTypeOverride"]
    if given.get("sourceLocationOverride"):
        source["location"] = given["sourceLocationOverride"]
    if given.get("buildspecOverride"):
        source["buildspec"] = given["buildspecOverride"]
    return source


def _check(
    source: Mapping[str, Any], artifacts: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
    if source["type"] not in _SUPPORTED_SOURCES:
        raise ServiceError(
            "InvalidInputException",
            f"Sources must be of type {', '.join(_SUPPORTED_SOURCES)}, got {source['type']}",
        )
    by_pipeline = str(given.get("sourceVersion") or "").startswith("arn:aws:s3:::")
    if source["type"] == "CODEPIPELINE" and not by_pipeline:
        raise ServiceError(
            "InvalidInputException",
            "A project with a source of type CODEPIPELINE can only be built by CodePipeline",
        )
    if (
        artifacts.get("type") == "CODEPIPELINE"
        and "artifactsOverride" not in given
        and not by_pipeline
    ):
        raise ServiceError(
            "InvalidInputException", "Artifacts of type CODEPIPELINE need a build by CodePipeline"
        )


def _environment(project: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    environment = dict(project["environment"])
    environment["environmentVariables"] = merged(
        environment.get("environmentVariables") or [],
        given.get("environmentVariablesOverride") or [],
    )
    for key, override in (("image", "imageOverride"), ("computeType", "computeTypeOverride")):
        if given.get(override):
            environment[key] = given[override]
    return environment


def _logs(
    project: Mapping[str, Any], given: Mapping[str, Any], end: str, identifier: str
) -> dict[str, Any]:
    configured = given.get("logsConfigOverride") or project.get("logsConfig") or {}
    watched = configured.get("cloudWatchLogs") or {"status": "ENABLED"}
    disabled_s3 = {"status": "DISABLED", "encryptionDisabled": False}
    described = {"cloudWatchLogs": watched, "s3Logs": configured.get("s3Logs") or disabled_s3}
    if watched["status"] != "ENABLED":
        return described
    group = watched.get("groupName") or f"/aws/codebuild/{project['name']}"
    prefix = watched.get("streamName")
    stream = f"{prefix}/{identifier}" if prefix else identifier
    return {
        **described,
        "groupName": group,
        "streamName": stream,
        "cloudWatchLogsArn": f"arn:aws:logs:{end}:log-group:{group}:log-stream:{stream}",
    }


def _initiator(call: Call, artifacts: Mapping[str, Any]) -> str:
    """Return who started a build: a pipeline, a role session or a user."""
    named = call.headers.get(INITIATOR_HEADER)
    if named and artifacts.get("type") == "CODEPIPELINE":
        return named
    return call.caller.arn.rsplit(":", 1)[-1].removeprefix("assumed-role/").removeprefix("user/")
