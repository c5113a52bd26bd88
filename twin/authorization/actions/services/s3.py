"""Amazon S3: operations on buckets, whose actions are mostly called otherwise.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twin.authorization.actions import template
from twin.authorization.actions.service import Entry, Pair, Service
from twin.authorization.actions.services import s3_objects
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

# An operation on a bucket and its action; what deletes a setting needs the right to put it.
_ON_BUCKET = {
    "DeleteBucket": "DeleteBucket",
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketPolicy": "DeleteBucketPolicy",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteBucketWebsite": "DeleteBucketWebsite",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAcl": "GetBucketAcl",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketLocation": "GetBucketLocation",
    "GetBucketLogging": "GetBucketLogging",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketNotification": "GetBucketNotification",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketOwnershipControls": "GetBucketOwnershipControls",
    "GetBucketPolicy": "GetBucketPolicy",
    "GetBucketPolicyStatus": "GetBucketPolicyStatus",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetBucketRequestPayment": "GetBucketRequestPayment",
    "GetBucketTagging": "GetBucketTagging",
    "GetBucketVersioning": "GetBucketVersioning",
    "GetBucketWebsite": "GetBucketWebsite",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketAcl": "PutBucketAcl",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketLogging": "PutBucketLogging",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "PutBucketNotification": "PutBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketOwnershipControls": "PutBucketOwnershipControls",
    "PutBucketPolicy": "PutBucketPolicy",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutBucketRequestPayment": "PutBucketRequestPayment",
    "PutBucketTagging": "PutBucketTagging",
    "PutBucketVersioning": "PutBucketVersioning",
    "PutBucketWebsite": "PutBucketWebsite",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def bucket_arn(call: Call) -> str:
    """Return the ARN of the bucket that a call names.

    Raises UnknownAction for an access point, which the twin does not have.
    """
    name = str(call.parameters.get("Bucket") or "")
    if not name or ":" in name or "/" in name:
        raise UnknownAction(call.service, call.operation, f"no name of a bucket: {name!r}")
    return f"arn:{template.partition_of(call.region)}:s3:::{name}"


def _on_bucket(action: str) -> Entry:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        return [(f"s3:{action}", bucket_arn(call))]

    return read


def _create_bucket(_twin: Twin, call: Call) -> list[Pair]:
    """Read CreateBucket; its page lists what each parameter needs besides.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    """
    given: dict[str, Any] = call.parameters
    actions = ["s3:CreateBucket"]
    if given.get("ACL") not in (None, "private") or any(k.startswith("Grant") for k in given):
        actions.append("s3:PutBucketAcl")
    if str(given.get("ObjectLockEnabledForBucket", "")).lower() == "true":
        actions += ["s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"]
    if given.get("ObjectOwnership"):
        actions.append("s3:PutBucketOwnershipControls")
    if (given.get("CreateBucketConfiguration") or {}).get("Tags"):
        actions.append("s3:TagResource")
    arn = bucket_arn(call)
    return [(action, arn) for action in actions]


def _list_buckets(_twin: Twin, _call: Call) -> list[Pair]:
    return [("s3:ListAllMyBuckets", template.ANY)]


def _of_account(action: str) -> Callable[[Twin, Call], list[Pair]]:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        named = call.parameters.get("AccountId")
        if named != call.caller.account_id:
            # S3 answers for the account of the caller alone.
            raise UnknownAction(call.service, call.operation, f"another account: {named}")
        return [(action, template.ANY)]

    return read


def s3() -> Service:
    """Return the table of S3."""
    on_buckets = {name: _on_bucket(action) for name, action in _ON_BUCKET.items()}
    others: dict[str, Entry] = {"CreateBucket": _create_bucket, "ListBuckets": _list_buckets}
    return Service("s3", entries={**on_buckets, **others, **s3_objects.entries(bucket_arn)})


def s3control() -> Service:
    """Return the table of S3 Control: an account's settings.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html
    """
    put = _of_account("s3:PutAccountPublicAccessBlock")
    entries: dict[str, Entry] = {
        "DeletePublicAccessBlock": put,
        "GetPublicAccessBlock": _of_account("s3:GetAccountPublicAccessBlock"),
        "PutPublicAccessBlock": put,
    }
    places = {"AccessPointName": ("Name",), "ConfigId": ("ConfigId",), "JobId": ("JobId",)}
    return Service("s3", entries=entries, places=places, new=frozenset({"JobId"}))
