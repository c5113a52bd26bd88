"""Studio on the twin: what needs what, what holds what, and the link to a profile."""

from __future__ import annotations

import base64
from typing import Any

from tests.twin.names import unique
from tests.twin.test_declared import domain, refused
from tests.twins import RunningTwin


def _profile(sagemaker: Any, name: str) -> dict[str, str]:
    place = {"DomainId": domain(sagemaker)}
    sagemaker.create_user_profile(**place, UserProfileName=name)
    return place


def _space(sagemaker: Any, place: dict[str, str], owner: str) -> dict[str, str]:
    space = {**place, "SpaceName": unique("space")}
    sagemaker.create_space(
        **space,
        OwnershipSettings={"OwnerUserProfileName": owner},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    return space


def test_link_is_for_a_profile_that_exists(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    place = _profile(sagemaker, "sofia")

    link = sagemaker.create_presigned_domain_url(**place, UserProfileName="sofia")
    assert link["AuthorizedUrl"].startswith(f"https://{place['DomainId']}.studio.eu-west-1.")

    nobody = {**place, "UserProfileName": "nobody"}
    code, message = refused(lambda: sagemaker.create_presigned_domain_url(**nobody))
    assert (code, message) == ("ResourceNotFound", "UserProfile [nobody] does not exist.")


def test_what_runs_holds_its_space_its_owner_and_the_domain(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    place = _profile(sagemaker, "sofia")
    space = _space(sagemaker, place, "sofia")
    app = {**space, "AppType": "JupyterLab", "AppName": "default"}
    sagemaker.create_app(**app)

    assert refused(lambda: sagemaker.delete_space(**space))[0] == "ResourceInUse"
    owner = {**place, "UserProfileName": "sofia"}
    assert refused(lambda: sagemaker.delete_user_profile(**owner))[0] == "ResourceInUse"
    assert refused(lambda: sagemaker.delete_domain(**place))[0] == "ResourceInUse"

    sagemaker.delete_app(**app)
    sagemaker.delete_space(**space)
    sagemaker.delete_user_profile(**owner)
    sagemaker.delete_domain(**place)


def test_space_of_somebody_unknown_is_refused(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    place = _profile(sagemaker, "sofia")

    assert refused(lambda: _space(sagemaker, place, "nobody"))[0] == "ResourceNotFound"


def test_application_without_a_place_is_refused(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    app = {**_profile(sagemaker, "sofia"), "AppType": "JupyterLab", "AppName": "default"}

    # Whose application it would be is not known, and so not whether somebody may make it.
    assert refused(lambda: sagemaker.create_app(**app))[0] == "AccessDeniedException"
    elsewhere = {**app, "SpaceName": "nowhere"}
    assert refused(lambda: sagemaker.create_app(**elsewhere))[0] == "ResourceNotFound"


def test_lifecycle_configuration_that_a_domain_names_stays(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    name = unique("lifecycle")
    config = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName=name,
        StudioLifecycleConfigContent=base64.b64encode(b"#!/bin/bash\nset -eu\n").decode(),
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    place = {"DomainId": domain(sagemaker)}
    settings = {"JupyterLabAppSettings": {"BuiltInLifecycleConfigArn": config}}
    sagemaker.update_domain(**place, DefaultUserSettings=settings)

    act = sagemaker.delete_studio_lifecycle_config
    assert refused(lambda: act(StudioLifecycleConfigName=name))[0] == "ResourceInUse"
    sagemaker.delete_domain(**place)
    act(StudioLifecycleConfigName=name)
