"""SageMaker Studio: domains, user profiles, spaces, apps and lifecycle configurations.

moto 5.2.5 has domains without update, status or home, and none of the others. The home file
system is an identifier only: nothing is mounted and no subnet is held by it.
"""

from __future__ import annotations

import secrets

from twin.call import Call
from twin.declared.resource_type import ResourceType, Wording
from twin.errors import ServiceError
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
    apps = twin.table("sagemaker/App", call.account_id, call.region).values()
    if any(_same(app, record, "DomainId", "UserProfileName") for app in apps):
        raise ServiceError(
            "ResourceInUse",
            f"Unable to delete UserProfile {record['UserProfileName']} because App(s) are "
            "associated with it.",
            400,
        )


def _same(one: Record, other: Record, *members: str) -> bool:
    return all(one.get(member) == other.get(member) for member in members)


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
        refuses=_needs_domain,
    ),
    ResourceType(
        service="sagemaker",
        noun="App",
        key=("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
        arn="app/{DomainId}/{UserProfileName}{SpaceName}/{AppType}/{AppName}",
        missing=Wording("ResourceNotFound", "App [{AppName}] does not exist."),
        exists=_IN_USE,
        computed=_in_service,
        refuses=_needs_domain,
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
    ),
)
