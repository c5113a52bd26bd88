"""What S3 asks KMS for in the name of its caller, for objects that a KMS key encrypts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeKey, s3_backends

from twin.authorization.dependents import key_uses
from twin.authorization.dependents.dependent import Dependent
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_PAGE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
_UPLOADS = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions"
)
_HEAD = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html"
_KMS = ("aws:kms", "aws:kms:dsse")


@dataclass(frozen=True)
class _Lock:
    """The key of an object, and whether the bucket has one of its own below it."""

    key: str
    below_bucket: bool


def s3(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the uses of keys that a request to S3 brings about."""
    uses = _USES.get(call.operation)
    bucket = _bucket(str(call.parameters.get("Bucket") or ""))
    return () if uses is None or bucket is None else uses(call, bucket)


def _written(call: Call, bucket: Any) -> tuple[Dependent, ...]:
    return _use(call, bucket, _given(call, bucket), "GenerateDataKey", _PAGE)


def _read(call: Call, bucket: Any) -> tuple[Dependent, ...]:
    version = call.parameters.get("VersionId")
    held = _object(bucket, call.parameters.get("Key"), version)
    return _use(call, bucket, _of_object(held), "Decrypt", _PAGE)


def _looked_at(call: Call, bucket: Any) -> tuple[Dependent, ...]:
    # Only the check sum of an encrypted object needs its key.
    return _read(call, bucket) if call.parameters.get("ChecksumMode") == "ENABLED" else ()


def _copied(call: Call, bucket: Any) -> tuple[Dependent, ...]:
    return (*_source(call), *_written(call, bucket))


def _part(call: Call, bucket: Any) -> tuple[Dependent, ...]:
    """S3 reads what is encrypted of an upload before it goes on with it."""
    upload = bucket.multiparts.get(str(call.parameters.get("UploadId") or ""))
    if upload is None:
        return ()
    lock = _chosen(bucket, upload.sse_encryption, upload.kms_key_id, below_bucket=None)
    return _use(call, bucket, lock, "Decrypt", _UPLOADS)


def _part_copied(call: Call, bucket: Any) -> tuple[Dependent, ...]:
    return (*_source(call), *_part(call, bucket))


def _source(call: Call) -> tuple[Dependent, ...]:
    given = call.parameters.get("CopySource")
    if isinstance(given, Mapping):
        name, key, version = given.get("Bucket"), given.get("Key"), given.get("VersionId")
    else:
        path, _, version = str(given or "").partition("?versionId=")
        name, _, key = path.lstrip("/").partition("/")
    bucket = _bucket(str(name or ""))
    if bucket is None:
        return ()
    lock = _of_object(_object(bucket, key, version or None))
    return _use(call, bucket, lock, "Decrypt", _PAGE, str(key))


_USES: Mapping[str, Callable[[Call, Any], tuple[Dependent, ...]]] = {
    "CompleteMultipartUpload": _part,
    "CopyObject": _copied,
    "CreateMultipartUpload": _written,
    "GetObject": _read,
    "GetObjectAttributes": _read,
    "HeadObject": _looked_at,
    "PutObject": _written,
    "SelectObjectContent": _read,
    "UploadPart": _part,
    "UploadPartCopy": _part_copied,
}


def _use(
    call: Call, bucket: Any, lock: _Lock | None, operation: str, page: str, key: str | None = None
) -> tuple[Dependent, ...]:
    """Return a use of an object's key; the context names the object, or the bucket of its key.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
    """
    if lock is None:
        return ()
    arn = bucket.arn if lock.below_bucket else f"{bucket.arn}/{key or call.parameters.get('Key')}"
    return key_uses.use(
        call,
        "s3",
        operation,
        lock.key,
        page,
        account_id=bucket.account_id,
        context={"aws:s3:arn": arn},
        region=bucket.region_name,
    )


def _given(call: Call, bucket: Any) -> _Lock | None:
    """Return the key of an object that is about to be stored."""
    given = call.parameters
    return _chosen(
        bucket,
        given.get("ServerSideEncryption"),
        given.get("SSEKMSKeyId"),
        below_bucket=given.get("BucketKeyEnabled"),
    )


def _chosen(
    bucket: Any, algorithm: str | None, key: str | None, *, below_bucket: Any
) -> _Lock | None:
    """Return what a request chose, and where it chose nothing, the bucket's own choice."""
    rule = (bucket.encryption or {}).get("Rule") or {}
    rule = rule[0] if isinstance(rule, list) else rule
    usual = rule.get("ApplyServerSideEncryptionByDefault") or {}
    algorithm = algorithm or usual.get("SSEAlgorithm")
    if algorithm not in _KMS:
        return None
    below = _is_true(rule.get("BucketKeyEnabled") if below_bucket is None else below_bucket)
    return _Lock(str(key or usual.get("KMSMasterKeyID") or "alias/aws/s3"), below)


def _of_object(held: Any) -> _Lock | None:
    if held is None or held.encryption not in _KMS:
        return None
    below_bucket = _is_true(held.bucket_key_enabled)
    return _Lock(str(held.kms_key_id or "alias/aws/s3"), below_bucket)


def _object(bucket: Any, key: Any, version: Any) -> Any | None:
    if version is None:
        found = bucket.keys.get(key)
    else:
        versions = bucket.keys.getlist(key, default=[])
        found = next((one for one in versions if str(one.version_id) == str(version)), None)
    # A mark of deletion is no object: nothing of it is read.
    return found if isinstance(found, FakeKey) else None


def _bucket(name: str) -> Any | None:
    place = s3_backends.bucket_accounts.get(name)
    return None if place is None else s3_backends[place[1]][place[0]].buckets.get(name)


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"
