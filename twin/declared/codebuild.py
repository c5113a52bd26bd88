"""CodeBuild projects, as they were sent.

moto 5.2.5 refuses a source of CODEPIPELINE or NO_SOURCE without a location, and forgets the
encryption key and everything secondary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin import trust
from twin.call import Call
from twin.declared.resource_type import ResourceType, Wording
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin

_LOCATED = ("BITBUCKET", "CODECOMMIT", "GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "S3")


def _computed(_twin: Twin, call: Call, record: Record) -> Record:
    alias = f"arn:aws:kms:{call.region}:{call.account_id}:alias/aws/s3"
    added: Record = {
        "encryptionKey": record.get("encryptionKey") or alias,
        "timeoutInMinutes": record.get("timeoutInMinutes") or 60,
        "queuedTimeoutInMinutes": record.get("queuedTimeoutInMinutes") or 480,
        "cache": record.get("cache") or {"type": "NO_CACHE"},
        "badge": {"badgeEnabled": bool(record.get("badgeEnabled", False))},
        "projectVisibility": "PRIVATE",
    }
    return added


def _refuses(_twin: Twin, _call: Call, record: Record) -> None:
    for source in (record["source"], *(record.get("secondarySources") or ())):
        if source.get("type") in _LOCATED and not source.get("location"):
            raise ServiceError("InvalidInputException", "Project source location is required", 400)
    if record["source"].get("type") == "NO_SOURCE" and not record["source"].get("buildspec"):
        raise ServiceError(
            "InvalidInputException", "buildspec is required for a source of type NO_SOURCE", 400
        )
    if trust.policy_of(str(record["serviceRole"])) is None:
        raise ServiceError(
            "InvalidInputException",
            "CodeBuild is not authorized to perform: sts:AssumeRole on service role. Please verify "
            f"that: 1) The provided service role {record['serviceRole']} exists, 2) The role name "
            "is case sensitive and matches exactly, and 3) The role has the necessary trust policy "
            "configured.",
            400,
        )


PROJECT = ResourceType(
    service="codebuild",
    noun="Project",
    key=("name",),
    arn="project/{name}",
    arn_field="arn",
    times=("created", "lastModified"),
    member="project",
    # What describes and lists projects is not shaped as elsewhere; see below.
    operations={"describe": "", "list": ""},
    missing=Wording("ResourceNotFoundException", "Project cannot be found: {arn}"),
    exists=Wording("ResourceAlreadyExistsException", "Project already exists: {arn}"),
    computed=_computed,
    refuses=_refuses,
)


def register(registry: Registry) -> None:
    """Put the reading of projects into the registry."""
    registry.answers("codebuild", "BatchGetProjects")(_batch_get)
    registry.answers("codebuild", "ListProjects")(_list)


def _batch_get(twin: Twin, call: Call) -> Mapping[str, Any]:
    table = twin.table(PROJECT.kind, call.account_id, call.region)
    names = [PROJECT.name_of({"name": name}) for name in call.parameters["names"]]
    found = {name: table.get(name) for name in names}
    return {
        "projects": [record for record in found.values() if record is not None],
        "projectsNotFound": [name for name, record in found.items() if record is None],
    }


def _list(twin: Twin, call: Call) -> Mapping[str, Any]:
    names = sorted(twin.table(PROJECT.kind, call.account_id, call.region))
    descending = call.parameters.get("sortOrder") == "DESCENDING"
    return {"projects": names[::-1] if descending else names}
