"""Buckets and what is in them, image repositories, and the file systems of Studio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from scripts.inventory import network, sagemaker
from scripts.inventory.item import Item
from scripts.inventory.scope import Clients, Scope, pages

_FEW = 1000
# An empty file system is metered as 6 KiB.
_EMPTY_FILE_SYSTEM = 6 * 1024
_OWNED_BY = "ManagedByAmazonSageMakerResource"


@dataclass(frozen=True)
class Lock:
    """The rule by which a bucket keeps each new version."""

    mode: str
    kept_for: timedelta

    def until(self, written: datetime) -> datetime:
        """Tell until when a version written then is kept."""
        return written + self.kept_for


def survey(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List buckets, repositories and file systems, and whether anything is in them."""
    for bucket in buckets(clients("s3"), scope):
        is_bootstrap = scope.is_bootstrap(bucket)
        yield Item("bucket", bucket, arn=f"arn:aws:s3:::{bucket}", is_bootstrap=is_bootstrap)
        note = _content(clients("s3"), bucket)
        if note:
            yield Item("bucket content", bucket, note=note, is_data=True, is_bootstrap=is_bootstrap)
    for repository, arn in repositories(clients("ecr"), scope):
        yield Item("image repository", repository, arn=arn)
        found = images(clients("ecr"), repository)
        if found:
            note = f"{len(found)} images"
            yield Item("images", repository, note=note, is_data=True)
    for system in file_systems(clients, scope):
        size = int(system.get("SizeInBytes", {}).get("Value", 0))
        yield Item(
            "file system",
            str(system["FileSystemId"]),
            note=f"{size} bytes",
            is_data=size > _EMPTY_FILE_SYSTEM,
        )


def buckets(client: Any, scope: Scope) -> list[str]:
    """List the buckets of this account by name."""
    return [
        str(found["Name"])
        for page in pages(client, "list_buckets")
        for found in page["Buckets"]
        if scope.owns(str(found["Name"]))
    ]


def repositories(client: Any, scope: Scope) -> list[tuple[str, str]]:
    """List names and ARNs of the image repositories of this account."""
    return [
        (str(found["repositoryName"]), str(found["repositoryArn"]))
        for page in pages(client, "describe_repositories")
        for found in page["repositories"]
        if scope.owns(str(found["repositoryName"]))
    ]


def images(client: Any, repository: str) -> list[dict[str, str]]:
    """List the images of a repository by digest, once each."""
    found = {
        str(image["imageDigest"])
        for page in pages(client, "list_images", repositoryName=repository)
        for image in page["imageIds"]
    }
    return [{"imageDigest": digest} for digest in sorted(found)]


def file_systems(clients: Clients, scope: Scope) -> list[dict[str, Any]]:
    """List the file systems that SageMaker made for the homes of this account's domains."""
    client = clients("efs")
    mine = {str(domain["DomainId"]) for domain in sagemaker.domains(clients, scope)}
    networks = set(network.vpc_ids(clients("ec2"), scope))
    found = []
    for page in pages(client, "describe_file_systems"):
        for system in page["FileSystems"]:
            tags = {tag["Key"]: tag["Value"] for tag in system.get("Tags", [])}
            domain = str(tags.get(_OWNED_BY, "")).rpartition("/")[2]
            if domain and (domain in mine or _is_in(client, system, networks)):
                found.append(system)
    return found


def lock_of(client: Any, bucket: str) -> Lock | None:
    """Read the rule by which a bucket keeps new versions, where it has one."""
    try:
        told = client.get_object_lock_configuration(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ObjectLockConfigurationNotFoundError":
            return None
        raise
    rule = told["ObjectLockConfiguration"].get("Rule", {}).get("DefaultRetention")
    if not rule:
        return None
    days = int(rule.get("Days") or 0) or 365 * int(rule.get("Years") or 0)
    return Lock(str(rule["Mode"]), timedelta(days=days))


def locked_until(client: Any, bucket: str, now: datetime) -> datetime | None:
    """Tell until when nobody can empty a bucket, where it is locked in compliance mode."""
    lock = lock_of(client, bucket)
    if lock is None or lock.mode != "COMPLIANCE":
        return None
    ends = [
        lock.until(version["LastModified"].astimezone(UTC))
        for page in pages(client, "list_object_versions", Bucket=bucket)
        for version in page.get("Versions", [])
    ]
    return max((end for end in ends if end > now), default=None)


def names_of_kept(clients: Clients, bucket: str) -> list[str]:
    """Name what must stay with a bucket that stays: itself, its key and the key's aliases."""
    told = clients("s3").get_bucket_encryption(Bucket=bucket)
    rules = told["ServerSideEncryptionConfiguration"]["Rules"]
    keys = [
        rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        for rule in rules
        if "ApplyServerSideEncryptionByDefault" in rule
    ]
    names = [bucket, f"arn:aws:s3:::{bucket}"]
    for key in filter(None, keys):
        names.append(str(clients("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"]))
        for page in pages(clients("kms"), "list_aliases", KeyId=names[-1]):
            names += [str(alias["AliasName"]) for alias in page["Aliases"]]
    return names


def _content(client: Any, bucket: str) -> str:
    told = client.list_object_versions(Bucket=bucket, MaxKeys=_FEW)
    count = len(told.get("Versions", [])) + len(told.get("DeleteMarkers", []))
    if not count:
        return ""
    lock = lock_of(client, bucket)
    more = " or more" if told.get("IsTruncated") else ""
    locked = f", locked in {lock.mode.lower()} mode" if lock else ""
    return f"{count}{more} object versions{locked}"


def _is_in(client: Any, system: dict[str, Any], networks: set[str]) -> bool:
    return any(
        target.get("VpcId") in networks
        for page in pages(client, "describe_mount_targets", FileSystemId=system["FileSystemId"])
        for target in page["MountTargets"]
    )
