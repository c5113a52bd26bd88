"""Keys of SageMaker Studio and of the registry: domains, spaces, apps and versions of models."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.twin.authorization.keys.asking import ACCOUNT, REGION, Asking

_HERE = f"{REGION}:{ACCOUNT}"
_KEY = f"arn:aws:kms:{_HERE}:key/1"


def _own(found: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {
        key.removeprefix("sagemaker:"): values
        for key, values in found.items()
        if key.startswith("sagemaker:")
    }


def test_a_domain_tells_its_network_key_and_images(ask: Asking) -> None:
    image = f"arn:aws:sagemaker:{_HERE}:image/team"
    spec = {
        "SageMakerImageArn": image,
        "SageMakerImageVersionArn": f"{image.replace(':image/', ':image-version/')}/1",
        "InstanceType": "system",
        "LifecycleConfigArn": f"arn:aws:sagemaker:{_HERE}:studio-lifecycle-config/one",
    }
    lifecycle = f"arn:aws:sagemaker:{_HERE}:studio-lifecycle-config/two"
    given = {
        "AppNetworkAccessType": "VpcOnly",
        "SubnetIds": ["subnet-1"],
        "KmsKeyId": _KEY,
        "DefaultUserSettings": {
            "SecurityGroups": ["sg-1"],
            "SharingSettings": {"S3KmsKeyId": _KEY},
            "JupyterLabAppSettings": {
                "DefaultResourceSpec": spec,
                "LifecycleConfigArns": [lifecycle],
            },
        },
    }
    found = _own(ask("sagemaker:CreateDomain", parameters=given))
    assert found == {
        "appnetworkaccesstype": ("VpcOnly",),
        "vpcsubnets": ("subnet-1",),
        "vpcsecuritygroupids": ("sg-1",),
        "volumekmskey": (_KEY,),
        "domainsharingoutputkmskey": (_KEY,),
        "instancetypes": ("system",),
        "imagearns": (image,),
        "imageversionarns": (f"arn:aws:sagemaker:{_HERE}:image-version/team/1",),
        "studiolifecycleconfigarns": (spec["LifecycleConfigArn"], lifecycle),
    }


_SPACE = {
    "DomainId": "d-1",
    "SpaceName": "desk",
    "OwnershipSettings": {"OwnerUserProfileName": "sofia"},
    "SpaceSharingSettings": {"SharingType": "Private"},
}
_OWNER = f"arn:aws:sagemaker:{_HERE}:user-profile/d-1/sofia"


def test_a_space_is_its_owners_from_the_first_request_on(ask: Asking) -> None:
    given = {**_SPACE, "SpaceSettings": {"RemoteAccess": "ENABLED"}}
    found = _own(ask("sagemaker:CreateSpace", parameters=given))
    assert found["owneruserprofilearn"] == (_OWNER,)
    assert found["spacesharingtype"] == ("Private",)
    assert found["remoteaccess"] == ("ENABLED",)


@pytest.mark.parametrize("action", ["CreateApp", "DeleteApp", "DeleteSpace", "UpdateSpace"])
def test_whose_a_space_is_follows_from_the_space_and_not_from_the_request(
    ask: Asking, action: str
) -> None:
    ask.twin.table("sagemaker/Space", ACCOUNT, REGION).put("d-1/desk", _SPACE)
    given = {
        "DomainId": "d-1",
        "SpaceName": "desk",
        "OwnershipSettings": {"OwnerUserProfileName": "mallory"},
    }
    found = _own(ask(f"sagemaker:{action}", parameters=given))
    assert found["owneruserprofilearn"] == (_OWNER,)
    assert found["spacesharingtype"] == ("Private",)


def test_an_app_of_a_profile_is_in_no_space(ask: Asking) -> None:
    given = {"DomainId": "d-1", "UserProfileName": "sofia"}
    found = _own(ask("sagemaker:CreateApp", parameters=given))
    assert "owneruserprofilearn" not in found
    assert "spacesharingtype" not in found


def test_tags_at_creation_name_what_creates_and_tags_alone_do_not(ask: Asking) -> None:
    arn = f"arn:aws:sagemaker:{_HERE}:app/d-1/sofia/JupyterLab/default"
    made = ask("sagemaker:AddTags", arn, call="sagemaker:CreateApp")
    assert made["sagemaker:taggingaction"] == ("CreateApp",)
    assert "sagemaker:taggingaction" not in ask("sagemaker:AddTags", arn)


def test_a_version_tells_what_it_becomes_and_what_it_is(ask: Asking) -> None:
    arn = f"arn:aws:sagemaker:{_HERE}:model-package/churn/1"
    held = {
        "ModelPackageArn": arn,
        "ModelLifeCycle": {"Stage": "Development", "StageStatus": "Done"},
        "CustomerMetadataProperties": {"Risk": "low"},
    }
    ask.twin.table("sagemaker/ModelPackage", ACCOUNT, REGION).put("churn/1", held)
    given = {
        "ModelPackageArn": arn,
        "ModelApprovalStatus": "Approved",
        "ModelLifeCycle": {"Stage": "Production", "StageStatus": "Pending"},
        "CustomerMetadataProperties": {"Risk": "high"},
        "CustomerMetadataPropertiesToRemove": ["Owner"],
    }
    assert _own(ask("sagemaker:UpdateModelPackage", arn, given)) == {
        "modelapprovalstatus": ("Approved",),
        "modellifecycle:stage": ("Production",),
        "modellifecycle:stagestatus": ("Pending",),
        "currentmodellifecyclestage": ("Development",),
        "currentmodellifecyclestagestatus": ("Done",),
        "customermetadataproperties/risk": ("high",),
        "currentcustomermetadataproperties/risk": ("low",),
        "customermetadatapropertiestoremove": ("Owner",),
    }
