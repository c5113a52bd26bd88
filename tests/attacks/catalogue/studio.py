"""Attacks on Studio: links of others, start scripts, profiles, spaces, the domain's network."""

from __future__ import annotations

import base64
from typing import Any

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import IDENTITY, SERVICE_CONTROL
from tests.attacks.landmarks import arn, domain_of

STUDIO = Attacks()
_OUTSIDE_APPLY = Because(SERVICE_CONTROL, "DenyStudioChangesOutsideApply")
_OF_OTHERS = Because(SERVICE_CONTROL, "DenyStudioOfOthers")
_OFF_THE_ENDPOINT = Because(SERVICE_CONTROL, "DenyStudioOffTheEndpoint")
_NOT_APPLYING = ("ml-engineer", "platform-admin", SIGN_IN)


def _a_space(at: Attacker, owner: str, sharing: str = "Private", **more: str) -> dict[str, Any]:
    machine = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}
    return {
        "DomainId": domain_of(at)["DomainId"],
        "SpaceName": f"for-{owner}",
        "OwnershipSettings": {"OwnerUserProfileName": owner},
        "SpaceSharingSettings": {"SharingType": sharing},
        "SpaceSettings": {"AppType": "JupyterLab", "JupyterLabAppSettings": machine, **more},
    }


@STUDIO.by(
    "data-scientist",
    "data-science",
    "links-open-the-own-profile-only",
    "links-open-nothing-without-a-name",
)
def open_the_studio_of_somebody_else(at: Attacker) -> None:
    """Sofia asks for a link to Lena's profile, from where she may ask for one to her own."""
    domain = domain_of(at)["DomainId"]
    for role, profile in (
        ("data-scientist", "lena"),
        ("lead", "sofia"),
        ("apply", "sofia"),
        (SIGN_IN, "sofia"),
    ):
        client = at.client("sagemaker", vpc="data-science", role=role)
        asked = {"DomainId": domain, "UserProfileName": profile}
        at.refused(client.create_presigned_domain_url, _OF_OTHERS, **asked)


@STUDIO.by("data-scientist", "data-science", "links-are-given-through-an-endpoint")
def open_studio_from_outside(at: Attacker) -> None:
    """Sofia asks for a link to her own profile from the internet, and from another network."""
    own = {"DomainId": domain_of(at)["DomainId"], "UserProfileName": "sofia"}
    outside = at.client("sagemaker").create_presigned_domain_url
    elsewhere = at.client("sagemaker", vpc="production").create_presigned_domain_url
    at.refused(outside, _OFF_THE_ENDPOINT, **own)
    at.refused(elsewhere, Because(IDENTITY), **own)


@STUDIO.by(
    "ml-engineer",
    "data-science",
    "studio-changes-with-terraform-only",
    "studio-starts-with-own-scripts",
)
def start_a_script_in_every_studio(at: Attacker) -> None:
    """An ML engineer lets a script run whenever somebody starts Studio."""
    prefix = at.naming.account_prefix("data-science")
    script = {
        "StudioLifecycleConfigName": f"{prefix}-prepare-2",
        "StudioLifecycleConfigContent": base64.b64encode(b"#!/bin/sh\nenv\n").decode(),
        "StudioLifecycleConfigAppType": "JupyterLab",
    }
    domain = domain_of(at)["DomainId"]
    foreign = arn(at, "sagemaker", "data-science", "studio-lifecycle-config/mine")
    settings = {"JupyterLabAppSettings": {"LifecycleConfigArns": [foreign]}}
    for role in _NOT_APPLYING:
        client = at.client("sagemaker", role=role)
        at.refused(client.create_studio_lifecycle_config, _OUTSIDE_APPLY, **script)
    changed = {"DomainId": domain, "DefaultUserSettings": settings}
    at.refused(at.client("sagemaker").update_domain, _OUTSIDE_APPLY, **changed)
    at.refused(
        at.client("sagemaker", role="apply").update_domain,
        Because(SERVICE_CONTROL, "DenyForeignLifecycles"),
        **changed,
    )


@STUDIO.by("ml-engineer", "data-science", "studio-changes-with-terraform-only")
def work_in_studio_with_another_role(at: Attacker) -> None:
    """Milo gives his profile the role of pipelines, or makes a profile of somebody new."""
    domain = domain_of(at)["DomainId"]
    settings = {"ExecutionRole": at.naming.role_arn("data-science", "pipeline")}
    for role in _NOT_APPLYING:
        client = at.client("sagemaker", role=role)
        for call, profile in (
            (client.update_user_profile, "milo"),
            (client.create_user_profile, "mallory"),
        ):
            asked = {"DomainId": domain, "UserProfileName": profile, "UserSettings": settings}
            at.refused(call, _OUTSIDE_APPLY, **asked)


@STUDIO.by("ml-engineer", "data-science", "studio-changes-with-terraform-only")
def run_docker_in_studio(at: Attacker) -> None:
    """An ML engineer lets containers of their own run beside notebooks."""
    docker = {"DockerSettings": {"EnableDockerAccess": "ENABLED"}}
    domain = domain_of(at)["DomainId"]
    for role in _NOT_APPLYING:
        client = at.client("sagemaker", role=role)
        at.refused(
            client.update_domain, _OUTSIDE_APPLY, DomainId=domain, DomainSettingsForUpdate=docker
        )


@STUDIO.by(
    "platform-admin",
    "data-science",
    "studio-changes-with-terraform-only",
    "domains-stay-private",
    "domains-are-private",
)
def open_the_domain_to_the_internet(at: Attacker) -> None:
    """A platform admin opens the domain, or what applies does, or makes an open one beside it."""
    domain = domain_of(at)
    public = {"AppNetworkAccessType": "PublicInternetOnly"}
    opened = {"DomainId": domain["DomainId"], **public}
    for role in _NOT_APPLYING:
        at.refused(at.client("sagemaker", role=role).update_domain, _OUTSIDE_APPLY, **opened)
    applying = at.client("sagemaker", role="apply")
    opening = Because(SERVICE_CONTROL, "DenyOpeningDomains")
    at.refused(applying.update_domain, opening, **opened)
    beside = {
        **{"DomainName": f"{domain['DomainName']}-2", "AuthMode": "IAM"},
        **{each: domain[each] for each in ("KmsKeyId", "SubnetIds", "VpcId")},
        "DefaultUserSettings": {
            each: domain["DefaultUserSettings"][each]
            for each in ("ExecutionRole", "SecurityGroups")
        },
    }
    at.refused(
        applying.create_domain, Because(SERVICE_CONTROL, "DenyPublicDomains"), **beside, **public
    )


@STUDIO.by("data-scientist", "data-science", "applications-belong-to-who-asks")
def make_a_space_for_somebody_else(at: Attacker) -> None:
    """Sofia makes a space in Lena's name, in which Lena's rights run what Sofia wrote."""
    because = Because(SERVICE_CONTROL, "DenyAppsOfOthers")
    for role in ("data-scientist", SIGN_IN):
        client = at.client("sagemaker", role=role)
        at.refused(client.create_space, because, **_a_space(at, "lena"))
    applying = at.client("sagemaker", role="apply")
    at.refused(applying.create_space, Because(IDENTITY), **_a_space(at, "lena"))


@STUDIO.by(
    "data-scientist", "data-science", "spaces-are-private", "spaces-are-not-entered-from-afar"
)
def share_a_space(at: Attacker) -> None:
    """Sofia makes a space in which others work with her rights, or which they enter from afar."""
    shared, afar = _a_space(at, "sofia", "Shared"), _a_space(at, "sofia", RemoteAccess="ENABLED")
    for role in ("data-scientist", SIGN_IN):
        client = at.client("sagemaker", role=role)
        at.refused(client.create_space, Because(SERVICE_CONTROL, "DenySharedSpaces"), **shared)
        at.refused(client.create_space, Because(SERVICE_CONTROL, "DenyRemoteAccess"), **afar)


@STUDIO.by("platform-admin", "data-science", "notebooks-are-not-shared")
def publish_notebooks(at: Attacker) -> None:
    """A platform admin lets everybody's notebooks be kept in a bucket, and what applies too."""
    bucket = at.naming.bucket_name("data-science", "data")
    sharing = {
        "NotebookOutputOption": "Allowed",
        "S3OutputPath": f"s3://{bucket}/notebooks/",
        "S3KmsKeyId": at.naming.key_alias_arn("data-science", "data"),
    }
    changed = {
        "DomainId": domain_of(at)["DomainId"],
        "DefaultUserSettings": {"SharingSettings": sharing},
    }
    for role in ("platform-admin", SIGN_IN):
        at.refused(at.client("sagemaker", role=role).update_domain, _OUTSIDE_APPLY, **changed)
    at.refused(
        at.client("sagemaker", role="apply").update_domain,
        Because(SERVICE_CONTROL, "DenySharedNotebooks"),
        **changed,
    )
