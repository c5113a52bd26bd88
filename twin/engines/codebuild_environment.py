"""Builds the environment of a build from nothing.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from twin.engines.codebuild_buildspec import Buildspec
from twin.errors import ServiceError

# All that a build sees of the process of the twin, beside PATH (which is a setting). Nothing
# else may leak in: what works in a rehearsal because of a variable of the laptop fails on AWS.
FROM_TWIN: Mapping[str, str] = {
    "LANG": "the locale, as a build image sets one",
    "TF_CLI_CONFIG_FILE": "Terraform's configuration, where providers come from a mirror",
    "SSL_CERT_FILE": "certificate authorities, where the network has its own",
    "SSL_CERT_DIR": "the same as a folder",
}


def from_twin(path: str) -> dict[str, str]:
    """Return what builds take over from the twin's own process."""
    taken = {name: os.environ[name] for name in FROM_TWIN if name in os.environ}
    own = Path.home() / ".terraformrc"
    if "TF_CLI_CONFIG_FILE" not in taken and own.is_file():
        # A build has a home of its own, where Terraform would not find it.
        taken["TF_CLI_CONFIG_FILE"] = str(own)
    return {"LANG": "C.UTF-8", **taken, "PATH": path}


def of_build(build: Mapping[str, Any], folders: Mapping[str, str]) -> dict[str, str]:
    """Return the CODEBUILD_ variables; ``folders`` are the source folders by identifier."""
    started = build["startTime"]
    made = {
        "CI": "true",
        "CODEBUILD_BUILD_ARN": build["arn"],
        "CODEBUILD_BUILD_ID": build["id"],
        "CODEBUILD_BUILD_IMAGE": build["environment"].get("image", ""),
        "CODEBUILD_BUILD_NUMBER": str(build["buildNumber"]),
        "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_CI": "true",
        "CODEBUILD_INITIATOR": build["initiator"],
        "CODEBUILD_KMS_KEY_ID": build["encryptionKey"],
        "CODEBUILD_LOG_PATH": build["logs"].get("streamName", ""),
        "CODEBUILD_PROJECT_ARN": build["_project_arn"],
        "CODEBUILD_RESOLVED_SOURCE_VERSION": build.get("resolvedSourceVersion") or "",
        "CODEBUILD_SOURCE_REPO_URL": build["source"].get("location") or "",
        "CODEBUILD_SOURCE_VERSION": build.get("sourceVersion") or "",
        "CODEBUILD_START_TIME": str(int(started.timestamp() * 1000)),
    }
    for identifier, folder in folders.items():
        made["CODEBUILD_SRC_DIR" + (f"_{identifier}" if identifier else "")] = folder
    return made


def declared(build: Mapping[str, Any], spec: Buildspec, clients: Any) -> dict[str, str]:
    """Return the variables of build and buildspec, resolved with the role of the project.

    The build's own win over the project's (both are merged in its record), and these over
    those of the buildspec. ``clients`` makes a client of a service.
    """
    wanted: dict[str, tuple[str, str]] = {}
    wanted.update({name: ("PLAINTEXT", value) for name, value in spec.variables.items()})
    wanted.update(
        {name: ("PARAMETER_STORE", value) for name, value in spec.parameter_store.items()}
    )
    wanted.update({name: ("SECRETS_MANAGER", value) for name, value in spec.secrets.items()})
    for given in build["environment"].get("environmentVariables") or []:
        wanted[given["name"]] = (given.get("type") or "PLAINTEXT", given["value"])
    # Names that start with CODEBUILD_ are reserved.
    wanted = {name: item for name, item in wanted.items() if not name.startswith("CODEBUILD_")}
    parameters = _parameters(
        {v for kind, v in wanted.values() if kind == "PARAMETER_STORE"}, clients
    )
    resolved: dict[str, str] = {}
    for name, (kind, value) in wanted.items():
        if kind == "PARAMETER_STORE":
            resolved[name] = parameters[value]
        elif kind == "SECRETS_MANAGER":
            resolved[name] = _secret(value, clients)
        else:
            resolved[name] = value
    return resolved


def merged(
    project: Iterable[Mapping[str, Any]], overrides: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the variables of a project with those of one build over them."""
    by_name = {given["name"]: dict(given) for given in [*project, *overrides]}
    return [{"type": "PLAINTEXT", **given} for given in by_name.values()]


def _parameters(names: set[str], clients: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    wanted = sorted(names)
    if not wanted:
        return found
    client = clients("ssm")
    for start in range(0, len(wanted), 10):
        part = wanted[start : start + 10]
        answer = client.get_parameters(Names=part, WithDecryption=True)
        if answer["InvalidParameters"]:
            missing = ", ".join(answer["InvalidParameters"])
            raise ServiceError("ParameterNotFound", f"invalid parameter(s): {missing}")
        found.update({item["Name"]: item["Value"] for item in answer["Parameters"]})
        found.update({item["ARN"]: item["Value"] for item in answer["Parameters"]})
    return found


def _secret(reference: str, clients: Any) -> str:
    """Resolve ``secret-id:json-key:version-stage:version-id``; all but the first may be missing."""
    parts = reference.split(":")
    size = 7 if reference.startswith("arn:") else 1
    secret_id, rest = ":".join(parts[:size]), [*parts[size:], "", "", ""]
    options = {"VersionStage": rest[1], "VersionId": rest[2]}
    answer = clients("secretsmanager").get_secret_value(
        SecretId=secret_id, **{key: value for key, value in options.items() if value}
    )
    text = str(answer["SecretString"])
    if not rest[0]:
        return text
    document = json.loads(text)
    if rest[0] not in document:
        raise ServiceError("ResourceNotFoundException", f"{secret_id} has no key {rest[0]}")
    return str(document[rest[0]])
