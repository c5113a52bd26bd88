"""What cases make in a place: roles, people, buckets, keys; tagged, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.place import TAG, Keys, Place, allow, policy, trusting

_STS = ("sts:TagSession", "sts:SetSourceIdentity")


def role(
    place: Place,
    *statements: Mapping[str, Any],
    trust: str | None = None,
    boundary: str | None = None,
) -> str:
    """Make a role with some rights and return its ARN; by default the account may take it."""
    iam, name = place.client("iam"), place.name("role")
    more = {} if boundary is None else {"PermissionsBoundary": boundary}
    document = trust or trusting({"AWS": place.root}, *_STS)
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, Tags=[TAG], **more)
    place.later(f"role {name}", lambda: iam.delete_role(RoleName=name))
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=policy(*statements))
        place.later(
            f"policy of {name}",
            lambda: iam.delete_role_policy(RoleName=name, PolicyName="rights"),
        )
    return str(made["Role"]["Arn"])


def taken(place: Place, role_arn: str, keys: Keys | None = None, **more: Any) -> Keys:
    """Take a role, as the administrator or with somebody's keys."""
    sts = place.client("sts", keys)
    wanted = {"RoleArn": role_arn, "RoleSessionName": "conformance", **more}
    found = place.until(lambda: sts.assume_role(**wanted))["Credentials"]
    return Keys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])


def person(place: Place, *statements: Mapping[str, Any], **more: Any) -> Keys:
    """Make a role with some rights and take it."""
    return taken(place, role(place, *statements), **more)


def managed(place: Place, *statements: Mapping[str, Any]) -> str:
    """Make a managed policy, as for a boundary, and return its ARN."""
    iam, name = place.client("iam"), place.name("policy")
    made = iam.create_policy(PolicyName=name, PolicyDocument=policy(*statements), Tags=[TAG])
    arn = str(made["Policy"]["Arn"])
    place.later(f"policy {name}", lambda: iam.delete_policy(PolicyArn=arn))
    return arn


def bucket(place: Place) -> str:
    """Make an empty bucket; what is put into it is deleted with it."""
    s3, name = place.client("s3"), place.name("bucket")
    # The bucket's region is the client's, except that the first one has no constraint.
    more = (
        {}
        if place.region == "us-east-1"
        else {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    )
    s3.create_bucket(Bucket=name, **more)
    place.later(f"bucket {name}", lambda: _empty(s3, name))
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [TAG]})
    return name


def _empty(s3: Any, name: str) -> None:
    found = s3.list_object_versions(Bucket=name)
    for each in (*found.get("Versions", []), *found.get("DeleteMarkers", [])):
        s3.delete_object(Bucket=name, Key=each["Key"], VersionId=each["VersionId"])
    s3.delete_bucket(Bucket=name)


def key(place: Place, *statements: Mapping[str, Any], open_to_account: bool = True) -> str:
    """Make a key that the account administers, and whoever the statements name may use."""
    kms = place.client("kms")
    administered = ["kms:*"] if open_to_account else _ADMINISTRATION
    own = allow(*administered, Principal={"AWS": place.root})
    made = kms.create_key(
        Policy=policy(own, *statements), Tags=[{"TagKey": TAG["Key"], "TagValue": TAG["Value"]}]
    )
    arn = str(made["KeyMetadata"]["Arn"])
    place.later(
        f"key {arn}",
        lambda: kms.schedule_key_deletion(KeyId=arn.rpartition("/")[2], PendingWindowInDays=7),
    )
    return arn


# What an administrator of a key does, and does not use it by.
_ADMINISTRATION = [
    *("kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*"),
    *("kms:Revoke*", "kms:Disable*", "kms:Get*", "kms:Delete*", "kms:TagResource"),
    *("kms:UntagResource", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"),
]
