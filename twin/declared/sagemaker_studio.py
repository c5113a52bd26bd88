"""SageMaker Studio: domains, user profiles, spaces, apps and lifecycle configurations.

moto 5.2.5 has domains without update, status or home, and none of the others. The home file
system is an identifier only: nothing is mounted and no subnet is held by it. The link to a profile
is an address that nobody answers.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.declared.resource_type import ResourceType, Wording
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin

_IN_USE = Wording("ResourceInUse", "{noun} {name} already exists.")


def _domain(_twin: Twin, call: Call, record: Record) -> Record:
    studio = (record.get("DefaultUserSettings") or {}).get("RStudioServerProAppSettings")
    if studio is not None:
        studio.setdefault("UserGroup", "R_STUDIO_USER")
    domain_id = f"d-{secrets.token_hex(6)}"
    return {
        "DomainId": domain_id,
        "Status": "InService",
        "HomeEfsFileSystemId": f"fs-{secrets.token_hex(9)[:17]}",
        "SecurityGroupIdForDomainBoundary": f"sg-{secrets.token_hex(9)[:17]}",
        "Url": f"https://{domain_id}.studio.{call.region}.sagemaker.aws",
    }


def _domain_holds(twin: Twin, call: Call, record: Record) -> None:
    for noun in ("UserProfile", "Space", "App"):
        table = twin.table(f"sagemaker/{noun}", call.account_id, call.region)
        if any(other["DomainId"] == record["DomainId"] for other in table.values()):
            raise ServiceError(
                "ResourceInUse",
                f"Unable to delete Domain {record['DomainId']} because {noun}(s) are associated "
                "with it.",
                400,
            )


def _needs_domain(twin: Twin, call: Call, record: Record) -> None:
    table = twin.table("sagemaker/Domain", call.account_id, call.region)
    if str(record["DomainId"]) not in table:
        raise _no_domain().error(record)


def _user_profile_holds(twin: Twin, call: Call, record: Record) -> None:
    owner = record["UserProfileName"]
    for noun in ("App", "Space"):
        for other in twin.table(f"sagemaker/{noun}", call.account_id, call.region).values():
            if _same(other, record, "DomainId") and _owner(other) == owner:
                raise _held("UserProfile", str(owner), noun)


def _space_holds(twin: Twin, call: Call, record: Record) -> None:
    for app in twin.table("sagemaker/App", call.account_id, call.region).values():
        if _same(app, record, "DomainId", "SpaceName"):
            raise _held("Space", str(record["SpaceName"]), "App")


def _lifecycle_config_holds(twin: Twin, call: Call, record: Record) -> None:
    for noun in ("Domain", "UserProfile", "Space", "App"):
        for other in twin.table(f"sagemaker/{noun}", call.account_id, call.region).values():
            if f'"{record["StudioLifecycleConfigArn"]}"' in json.dumps(other, default=str):
                raise _held("StudioLifecycleConfig", record["StudioLifecycleConfigName"], noun)


def _held(noun: str, name: str, other: str) -> ServiceError:
    text = f"Unable to delete {noun} {name} because {other}(s) are associated with it."
    return ServiceError("ResourceInUse", text, 400)


def _owner(record: Record) -> object:
    settings: Mapping[str, Any] = record.get("OwnershipSettings") or {}
    return record.get("UserProfileName") or settings.get("OwnerUserProfileName")


def _same(one: Record, other: Record, *members: str) -> bool:
    return all(one.get(member) == other.get(member) for member in members)


def _needs_owner(twin: Twin, call: Call, record: Record) -> None:
    """A space belongs to a profile that exists, if to any."""
    _needs_domain(twin, call, record)
    owner = _owner(record)
    if owner and not _exists(twin, call, "UserProfile", f"{record['DomainId']}/{owner}"):
        raise ServiceError("ResourceNotFound", f"UserProfile [{owner}] does not exist.", 400)


def _needs_place(twin: Twin, call: Call, record: Record) -> None:
    """An application runs for a profile or in a space, and either exists."""
    _needs_owner(twin, call, record)
    space = record.get("SpaceName")
    if bool(space) == bool(record.get("UserProfileName")):
        raise ServiceError(
            "ValidationException",
            "Exactly one of UserProfileName and SpaceName must be given.",
            400,
        )
    if space and not _exists(twin, call, "Space", f"{record['DomainId']}/{space}"):
        raise ServiceError("ResourceNotFound", f"Space [{space}] does not exist.", 400)


def _exists(twin: Twin, call: Call, noun: str, name: str) -> bool:
    return name in twin.table(f"sagemaker/{noun}", call.account_id, call.region)


def _presign(twin: Twin, call: Call) -> Mapping[str, Any]:
    given = call.parameters
    name = f"{given['DomainId']}/{given['UserProfileName']}"
    if not _exists(twin, call, "UserProfile", name):
        text = f"UserProfile [{given['UserProfileName']}] does not exist."
        raise ServiceError("ResourceNotFound", text, 400)
    host = f"{given['DomainId']}.studio.{call.region}.sagemaker.aws"
    return {"AuthorizedUrl": f"https://{host}/auth?token={secrets.token_urlsafe(48)}"}


def register(registry: Registry) -> None:
    """Put what is no resource into the registry."""
    registry.answers("sagemaker", "CreatePresignedDomainUrl")(_presign)


def _in_service(_twin: Twin, _call: Call, _record: Record) -> Record:
    return {"Status": "InService", "HomeEfsFileSystemUid": "200005"}


def _no_domain() -> Wording:
    return Wording("ResourceNotFound", "Domain [{DomainId}] does not exist.")


TYPES = (
    ResourceType(
        service="sagemaker",
        noun="Domain",
        key=("DomainId",),
        arn="domain/{DomainId}",
        missing=_no_domain(),
        exists=_IN_USE,
        renamed={"DomainSettingsForUpdate": "DomainSettings"},
        computed=_domain,
        holds=_domain_holds,
    ),
    ResourceType(
        service="sagemaker",
        noun="UserProfile",
        key=("DomainId", "UserProfileName"),
        arn="user-profile/{DomainId}/{UserProfileName}",
        missing=Wording("ResourceNotFound", "UserProfile [{UserProfileName}] does not exist."),
        exists=_IN_USE,
        computed=_in_service,
        refuses=_needs_domain,
        holds=_user_profile_holds,
    ),
    ResourceType(
        service="sagemaker",
        noun="Space",
        key=("DomainId", "SpaceName"),
        arn="space/{DomainId}/{SpaceName}",
        missing=Wording("ResourceNotFound", "Space [{SpaceName}] does not exist."),
        exists=_IN_USE,
        computed=_in_service,
        refuses=_needs_owner,
        holds=_space_holds,
    ),
    ResourceType(
        service="sagemaker",
        noun="App",
        key=("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
        arn="app/{DomainId}/{UserProfileName}{SpaceName}/{AppType}/{AppName}",
        missing=Wording("ResourceNotFound", "App [{AppName}] does not exist."),
        exists=_IN_USE,
        computed=_in_service,
        refuses=_needs_place,
    ),
    ResourceType(
        service="sagemaker",
        noun="StudioLifecycleConfig",
        key=("StudioLifecycleConfigName",),
        arn="studio-lifecycle-config/{StudioLifecycleConfigName}",
        missing=Wording(
            "ResourceNotFound",
            "StudioLifecycleConfig [{StudioLifecycleConfigName}] does not exist.",
        ),
        exists=_IN_USE,
        holds=_lifecycle_config_holds,
    ),
)
