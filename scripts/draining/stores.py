"""Removes work and evidence, with consent: versions of models, images, objects, run-time logs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from pipelines.errors import EnvironmentFault
from scripts.draining.step import Step
from scripts.inventory import delivery, sagemaker, storage
from scripts.inventory.scope import Clients, Scope, pages

_IMAGES_AT_ONCE = 100


def steps(clients: Clients, scope: Scope, kept: Collection[str]) -> Iterator[Step]:
    """Give the steps in their order; buckets that are kept stay as they are."""
    yield Step(
        "delete images",
        lambda: _repositories(clients("ecr"), scope),
        lambda name: _delete_images(clients("ecr"), name),
        is_data=True,
        repeats=True,
    )
    yield buckets(clients, scope, kept)
    yield Step(
        "delete logs that services made",
        lambda: {
            item.name: item.name for item in delivery.log_groups(clients, scope) if item.is_data
        },
        lambda name: clients("logs").delete_log_group(logGroupName=name),
        is_data=True,
    )


def versions(clients: Clients, applying: Clients, scope: Scope) -> Step:
    """Give the step that deletes versions of models, as who applies the account."""
    return Step(
        "delete versions of models",
        lambda: _packages(clients, scope),
        lambda arn: applying("sagemaker").delete_model_package(ModelPackageName=arn),
        is_data=True,
    )


def buckets(clients: Clients, scope: Scope, kept: Collection[str]) -> Step:
    """Give the step that empties buckets; it is taken again once nobody writes any more."""
    return Step(
        "empty buckets",
        lambda: _full_buckets(clients("s3"), scope, kept),
        lambda name: empty_bucket(clients("s3"), name),
        is_data=True,
        repeats=True,
    )


def setup_buckets(clients: Clients, scope: Scope) -> Step:
    """Give the step that empties the buckets which were there before the account's root."""
    return Step(
        "empty buckets of the set-up",
        lambda: {
            name: name
            for name in storage.buckets(clients("s3"), scope)
            if scope.is_bootstrap(name) and _is_full(clients("s3"), name)
        },
        lambda name: empty_bucket(clients("s3"), name),
        is_data=True,
        repeats=True,
    )


def empty_bucket(client: Any, bucket: str) -> None:
    """Delete every version of every object.

    The bucket's policy goes first: it refuses deletion to everybody but the named writers.
    Nobody else can reach the bucket meanwhile, which is private and blocks public access. Where
    something stays, by the organisation's guardrails or a lock, the policy comes back.
    """
    policy = _policy(client, bucket)
    if policy is not None:
        client.delete_bucket_policy(Bucket=bucket)
    try:
        _delete_versions(client, bucket)
    except (ClientError, EnvironmentFault):
        if policy is not None:
            client.put_bucket_policy(Bucket=bucket, Policy=policy)
        raise


def _policy(client: Any, bucket: str) -> str | None:
    try:
        return str(client.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucketPolicy":
            return None
        raise


def _delete_versions(client: Any, bucket: str) -> None:
    lock = storage.lock_of(client, bucket)
    governed = lock is not None and lock.mode == "GOVERNANCE"
    bypass = {"BypassGovernanceRetention": True} if governed else {}
    for page in pages(client, "list_object_versions", Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if not found:
            continue
        objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        told = client.delete_objects(
            Bucket=bucket, Delete={"Objects": objects, "Quiet": True}, **bypass
        )
        if told.get("Errors"):
            raise _kept(bucket, told["Errors"], governed=governed)


def _kept(bucket: str, errors: list[dict[str, Any]], *, governed: bool) -> EnvironmentFault:
    first = errors[0]
    action = "s3:BypassGovernanceRetention" if governed else "s3:DeleteObjectVersion"
    return EnvironmentFault(
        f"s3://{bucket}",
        "must let its object versions be deleted",
        got=f"{first.get('Code')} for {len(errors)} of them ({first.get('Message', '')})",
        hint=f"the role in use needs {action} on {bucket}; what the organisation's guardrails keep "
        "goes once its management account has moved the account out of their reach "
        "(docs/runbooks/destroy.md); then run the same command again",
    )


def _packages(clients: Clients, scope: Scope) -> Mapping[str, str]:
    return {
        item.name: item.arn
        for group in sagemaker.GROUPS.ask(clients, scope)
        for item in sagemaker.packages(clients("sagemaker"), group.name)
    }


def _repositories(client: Any, scope: Scope) -> Mapping[str, str]:
    names = [name for name, _ in storage.repositories(client, scope)]
    return {name: name for name in names if storage.images(client, name)}


def _delete_images(client: Any, repository: str) -> None:
    found = storage.images(client, repository)
    for start in range(0, len(found), _IMAGES_AT_ONCE):
        client.batch_delete_image(
            repositoryName=repository, imageIds=found[start : start + _IMAGES_AT_ONCE]
        )


def _full_buckets(client: Any, scope: Scope, kept: Collection[str]) -> Mapping[str, str]:
    names = [
        name
        for name in storage.buckets(client, scope)
        if name not in kept and not scope.is_bootstrap(name)
    ]
    return {name: name for name in names if _is_full(client, name)}


def _is_full(client: Any, bucket: str) -> bool:
    try:
        told = client.list_object_versions(Bucket=bucket, MaxKeys=1)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return False
        raise
    return bool(told.get("Versions") or told.get("DeleteMarkers"))
