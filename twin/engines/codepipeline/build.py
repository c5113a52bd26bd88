"""Build and test actions: start a build with the role of the action and wait for its end.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from twin.engines.codebuild_project import INITIATOR_HEADER
from twin.engines.codepipeline import artifacts
from twin.engines.codepipeline.action import Result, Work
from twin.engines.codepipeline.failures import ActionFailedError
from twin.engines.codepipeline.variables import namespaces_of, resolve


def run(work: Work) -> Result:
    """Start a build of the project and wait for it."""
    project = work.configuration.get("ProjectName")
    if not project:
        raise ActionFailedError("ConfigurationError", "The configuration must have ProjectName")
    if work.configuration.get("BatchEnabled") == "true":
        raise ActionFailedError("ConfigurationError", "Batch builds are not modelled")
    codebuild = work.client("codebuild")
    initiator = f"codepipeline/{work.execution['pipeline']}"

    def label(params: dict[str, Any], **_others: Any) -> None:
        params["headers"][INITIATOR_HEADER] = initiator

    codebuild.meta.events.register("before-call.codebuild.StartBuild", label)
    outputs = {
        item["name"]: artifacts.new_location(work.execution, work.region, item["name"])
        for item in work.action["outputArtifacts"]
    }
    started = codebuild.start_build(**_request(work, str(project), outputs))["build"]
    work.note(externalExecutionId=started["id"], externalExecutionUrl=_link(started))
    if not _wait(work, started):
        raise ActionFailedError(
            "JobFailed", f"The build {started['id']} took longer than the action may"
        )
    build = work.client("codebuild").batch_get_builds(ids=[started["id"]])["builds"][0]
    if build["buildStatus"] != "SUCCEEDED":
        raise ActionFailedError("JobFailed", _reason(build))
    variables = {
        item["name"]: item["value"] for item in build.get("exportedEnvironmentVariables", [])
    }
    return Result(outputs, variables)


def _request(work: Work, project: str, outputs: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    primary, others = _inputs(work)
    request: dict[str, Any] = {
        "projectName": project,
        "sourceTypeOverride": "CODEPIPELINE",
        "sourceVersion": artifacts.arn(primary[1]),
        "secondarySourcesOverride": [
            {"type": "CODEPIPELINE", "sourceIdentifier": name, "location": artifacts.arn(at)}
            for name, at in others.items()
        ],
        "artifactsOverride": {"type": "NO_ARTIFACTS"},
        "environmentVariablesOverride": _environment(work),
    }
    targets = [
        {"type": "CODEPIPELINE", "artifactIdentifier": name, "location": artifacts.arn(at)}
        for name, at in outputs.items()
    ]
    if len(targets) == 1:
        request["artifactsOverride"] = {**targets[0], "packaging": "ZIP"}
    elif targets:
        request["secondaryArtifactsOverride"] = targets
    return request


def _inputs(work: Work) -> tuple[tuple[str, Mapping[str, str]], dict[str, Mapping[str, str]]]:
    """Return the primary input and the others, each with its place in the artefact store."""
    held = work.execution["artifacts"]
    names = [item["name"] for item in work.action["inputArtifacts"]]
    missing = [name for name in names if name not in held]
    if not names or missing:
        what = ", ".join(missing) or "none is declared"
        raise ActionFailedError(
            "ConfigurationError", f"The action needs its input artifacts: {what}"
        )
    chosen = work.configuration.get("PrimarySource") or (names[0] if len(names) == 1 else None)
    if chosen not in names:
        raise ActionFailedError(
            "ConfigurationError",
            f"PrimarySource must be one of the input artifacts {', '.join(names)}, got {chosen}",
        )
    primary = str(chosen)
    return (primary, held[primary]), {name: held[name] for name in names if name != primary}


def _environment(work: Work) -> list[dict[str, str]]:
    """Return the variables of the configuration; references are resolved within the values.

    The JSON is read before it is resolved, so that no value can change its structure.
    """
    text = work.action["configuration"].get("EnvironmentVariables")
    if not text:
        return []
    try:
        given = json.loads(text)
    except ValueError as error:
        raise ActionFailedError(
            "ConfigurationError", f"EnvironmentVariables must be a JSON array, got {text}"
        ) from error
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise ActionFailedError(
            "ConfigurationError",
            f"EnvironmentVariables must be a JSON array of objects, got {text}",
        )
    resolved = resolve(given, namespaces_of(work.execution))
    return [{"type": "PLAINTEXT", **{k: str(v) for k, v in item.items()}} for item in resolved]


def _wait(work: Work, started: Mapping[str, Any]) -> bool:
    """Wait on the build's own record: both engines tell of changes by the same condition."""
    parts = started["arn"].split(":")
    table = work.place.twin.table("codebuild/Build", parts[4], parts[3])

    def complete() -> bool:
        build = table.get(started["id"])
        return build is None or bool(build["buildComplete"])

    return work.wait(complete)


def _reason(build: Mapping[str, Any]) -> str:
    """Return what CodePipeline says of a build that failed."""
    for phase in build["phases"]:
        for context in phase.get("contexts", []):
            if context.get("statusCode") and phase.get("phaseStatus") != "SUCCEEDED":
                return (
                    f"Build terminated with state: {build['buildStatus']}. Phase: "
                    f"{phase['phaseType']}, Code: {context['statusCode']}, Message: "
                    f"{context['message']}"
                )
    return f"Build terminated with state: {build['buildStatus']}"


def _link(build: Mapping[str, Any]) -> str:
    _, _, _, region, account_id, _ = build["arn"].split(":", 5)
    project = build["projectName"]
    return (
        f"https://{region}.console.aws.amazon.com/codesuite/codebuild/{account_id}/projects/"
        f"{project}/build/{build['id']}/?region={region}"
    )
