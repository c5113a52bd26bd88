"""Keys of SageMaker Studio, its registry, feature store and notebooks.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerai.html
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.authorization.keys.ask import Ask, Family, Reader, Values, one, sent, texts
from twin.authorization.keys.services.sagemaker_jobs import named_anywhere
from twin.table import Record

_CURRENT = "sagemaker:currentcustomermetadataproperties/"
_GIVEN = "sagemaker:customermetadataproperties/"
_SEARCH = "sagemaker:searchvisibilitycondition/"


def _space(ask: Ask) -> Record | None:
    """Return the space that is asked about, as it is now; an app of a profile is in none."""
    domain, name = ask.parameters.get("DomainId"), ask.parameters.get("SpaceName")
    if not domain or not name:
        return None
    table = ask.twin.table("sagemaker/Space", ask.call.account_id, ask.call.region)
    return table.get(f"{domain}/{name}")


def _of_space(ask: Ask, settings: str, member: str) -> str | None:
    """Return what a request makes a space, else what the space is."""
    given = (ask.parameters.get(settings) or {}).get(member)
    if given is not None and ask.action == "CreateSpace":
        return str(given)
    if ask.action == "CreateSpace":
        return None
    held = ((_space(ask) or {}).get(settings) or {}).get(member)
    return None if held is None else str(held)


def _owner(ask: Ask) -> Values | None:
    """Return the profile that owns the space.

    Absent where nobody owns it and for the apps of a profile, by which AWS's own policy
    AmazonSageMakerFullAccess tells them apart:
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerFullAccess.html
    """
    profile = _of_space(ask, "OwnershipSettings", "OwnerUserProfileName")
    if profile is None:
        return None
    place = f"arn:aws:sagemaker:{ask.call.region}:{ask.call.account_id}:user-profile"
    return (f"{place}/{ask.parameters.get('DomainId')}/{profile}",)


def _sharing(ask: Ask) -> Values | None:
    return one(_of_space(ask, "SpaceSharingSettings", "SharingType"))


def _tagging_action(ask: Ask) -> Values | None:
    """Name the operation that tags what it makes; a request that only tags has no such key."""
    if ask.call.service != "sagemaker" or ask.call.operation in ("AddTags", "DeleteTags"):
        return None
    return (ask.call.operation,)


def _package(ask: Ask) -> Record | None:
    """Return the version of a model that is asked about, as it is registered now."""
    if ":model-package/" not in ask.asked.resource:
        return None
    table = ask.twin.table("sagemaker/ModelPackage", ask.asked.owner, ask.region)
    return next((r for r in table.values() if r.get("ModelPackageArn") == ask.asked.resource), None)


def _current_stage(member: str) -> Reader:
    def read(ask: Ask) -> Values | None:
        held = ((_package(ask) or {}).get("ModelLifeCycle") or {}).get(member)
        return one(held)

    return read


def _current_properties(ask: Ask) -> Mapping[str, Values]:
    held = (_package(ask) or {}).get("CustomerMetadataProperties") or {}
    return {f"{_CURRENT}{key.lower()}": (str(value),) for key, value in held.items()}


def _given_properties(ask: Ask) -> Mapping[str, Values]:
    given = ask.parameters.get("CustomerMetadataProperties") or {}
    return {f"{_GIVEN}{key.lower()}": (str(value),) for key, value in given.items()}


def _searched(ask: Ask) -> Mapping[str, Values]:
    given = ask.parameters.get("VisibilityConditions") or ()
    return {f"{_SEARCH}{str(one['Key']).lower()}": (str(one["Value"]),) for one in given}


def _lifecycles(ask: Ask) -> Values | None:
    found = [
        *(named_anywhere("LifecycleConfigArn")(ask) or ()),
        *(named_anywhere("LifecycleConfigArns")(ask) or ()),
        *(named_anywhere("BuiltInLifecycleConfigArn")(ask) or ()),
    ]
    return texts(found)


def _workteam_type(ask: Ask) -> Values | None:
    """Tell the type of a work team by its ARN: a vendor's, the public crowd, or one's own."""
    found = _workteam(ask)
    if found is None:
        return None
    if ":workteam/public-crowd/" in found[0]:
        return ("public-crowd",)
    return ("vendor-crowd",) if ":workteam/vendor-crowd/" in found[0] else ("private-crowd",)


_workteam = named_anywhere("WorkteamArn")

READERS: Mapping[str, Reader] = {
    "sagemaker:appnetworkaccesstype": sent("AppNetworkAccessType"),
    "sagemaker:currentmodellifecyclestage": _current_stage("Stage"),
    "sagemaker:currentmodellifecyclestagestatus": _current_stage("StageStatus"),
    "sagemaker:customermetadatapropertiestoremove": sent("CustomerMetadataPropertiesToRemove"),
    "sagemaker:directinternetaccess": sent("DirectInternetAccess"),
    "sagemaker:domainsharingoutputkmskey": sent(
        "DefaultUserSettings.SharingSettings.S3KmsKeyId", "UserSettings.SharingSettings.S3KmsKeyId"
    ),
    "sagemaker:featuregroupdisablegluetablecreation": sent(
        "OfflineStoreConfig.DisableGlueTableCreation"
    ),
    "sagemaker:featuregroupenableonlinestore": sent("OnlineStoreConfig.EnableOnlineStore"),
    "sagemaker:featuregroupofflinestoreconfig": lambda ask: (
        ("true",) if ask.parameters.get("OfflineStoreConfig") else ("false",)
    ),
    "sagemaker:featuregroupofflinestorekmskey": sent("OfflineStoreConfig.S3StorageConfig.KmsKeyId"),
    "sagemaker:featuregroupofflinestores3uri": sent("OfflineStoreConfig.S3StorageConfig.S3Uri"),
    "sagemaker:featuregrouponlinestorekmskey": sent("OnlineStoreConfig.SecurityConfig.KmsKeyId"),
    "sagemaker:homeefsfilesystemkmskey": sent("HomeEfsFileSystemKmsKeyId"),
    "sagemaker:imagearns": named_anywhere("SageMakerImageArn"),
    "sagemaker:imageversionarns": named_anywhere("SageMakerImageVersionArn"),
    "sagemaker:minimuminstancemetadataserviceversion": named_anywhere(
        "MinimumInstanceMetadataServiceVersion"
    ),
    "sagemaker:modelapprovalstatus": sent("ModelApprovalStatus"),
    "sagemaker:modellifecycle:stage": sent("ModelLifeCycle.Stage"),
    "sagemaker:modellifecycle:stagestatus": sent("ModelLifeCycle.StageStatus"),
    "sagemaker:owneruserprofilearn": _owner,
    "sagemaker:pipelineversionid": sent("PipelineVersionId"),
    "sagemaker:remoteaccess": sent("SpaceSettings.RemoteAccess"),
    "sagemaker:rootaccess": sent("RootAccess"),
    "sagemaker:spacesharingtype": _sharing,
    "sagemaker:studiolifecycleconfigarns": _lifecycles,
    "sagemaker:taggingaction": _tagging_action,
    "sagemaker:targetmodel": sent("TargetModel"),
    "sagemaker:workteamarn": _workteam,
    "sagemaker:workteamtype": _workteam_type,
}
FAMILIES: Mapping[str, Family] = {
    _CURRENT: _current_properties,
    _GIVEN: _given_properties,
    _SEARCH: _searched,
}
