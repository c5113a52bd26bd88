"""Amazon S3: operations on objects, with what their parameters ask for besides.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from moto.s3.models import s3_backends

from twin.authorization.actions import template
from twin.authorization.actions.service import Entry, Pair
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

Bucket = Callable[[Call], str]

# By operation: what it needs on an object, and on a version of one that it names.
_PLAIN = {
    "AbortMultipartUpload": ("AbortMultipartUpload", "AbortMultipartUpload"),
    "CompleteMultipartUpload": ("PutObject", "PutObject"),
    "DeleteObject": ("DeleteObject", "DeleteObjectVersion"),
    "DeleteObjectTagging": ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    "GetObject": ("GetObject", "GetObjectVersion"),
    "GetObjectAcl": ("GetObjectAcl", "GetObjectVersionAcl"),
    "GetObjectLegalHold": ("GetObjectLegalHold", "GetObjectLegalHold"),
    "GetObjectRetention": ("GetObjectRetention", "GetObjectRetention"),
    "GetObjectTagging": ("GetObjectTagging", "GetObjectVersionTagging"),
    "GetObjectTorrent": ("GetObjectTorrent", "GetObjectVersionTorrent"),
    "HeadObject": ("GetObject", "GetObjectVersion"),
    "ListParts": ("ListMultipartUploadParts", "ListMultipartUploadParts"),
    "PutObjectAcl": ("PutObjectAcl", "PutObjectVersionAcl"),
    "PutObjectLegalHold": ("PutObjectLegalHold", "PutObjectLegalHold"),
    "PutObjectRetention": ("PutObjectRetention", "PutObjectRetention"),
    "PutObjectTagging": ("PutObjectTagging", "PutObjectVersionTagging"),
    "RestoreObject": ("RestoreObject", "RestoreObject"),
    "SelectObjectContent": ("GetObject", "GetObject"),
    "UploadPart": ("PutObject", "PutObject"),
}


def entries(bucket: Bucket) -> Mapping[str, Entry]:
    """Return what reads the operations on objects, given what reads the bucket."""
    made: dict[str, Entry] = {op: _plain(bucket, *actions) for op, actions in _PLAIN.items()}
    made["PutObject"] = made["CreateMultipartUpload"] = _put(bucket)
    made["CopyObject"] = _copy(bucket)
    made["UploadPartCopy"] = _copy_part(bucket)
    made["DeleteObjects"] = _delete_several(bucket)
    made["GetObjectAttributes"] = _attributes(bucket)
    return made


def _object(bucket: Bucket, call: Call) -> str:
    key = call.parameters.get("Key")
    if not key:
        raise UnknownAction(call.service, call.operation, "no key of an object")
    return f"{bucket(call)}/{key}"


def _plain(bucket: Bucket, current: str, version: str) -> Entry:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        action = version if call.parameters.get("VersionId") else current
        arn = _object(bucket, call)
        bypass = [("s3:BypassGovernanceRetention", arn)] if _bypasses(call) else []
        return [(f"s3:{action}", arn), *bypass]

    return read


def _bypasses(call: Call) -> bool:
    """Tell whether a request would pass over the retention of objects.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
    """
    return str(call.parameters.get("BypassGovernanceRetention", "")).lower() == "true"


def _beside_put(given: Mapping[str, Any]) -> list[str]:
    """Return what the parameters of a new object need beside s3:PutObject.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    """
    made = []
    if given.get("ACL") or any(name.startswith("Grant") for name in given):
        made.append("s3:PutObjectAcl")
    if given.get("ObjectLockMode") or given.get("ObjectLockRetainUntilDate"):
        made.append("s3:PutObjectRetention")
    if given.get("ObjectLockLegalHoldStatus"):
        made.append("s3:PutObjectLegalHold")
    return made


def _put(bucket: Bucket) -> Entry:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        arn = _object(bucket, call)
        actions = ["s3:PutObject", *_beside_put(call.parameters)]
        if call.parameters.get("Tagging"):
            actions.append("s3:PutObjectTagging")
        return [(action, arn) for action in actions]

    return read


def _copy(bucket: Bucket) -> Entry:
    """Read CopyObject: its source is read, with its tags where they are copied too.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """

    def read(_twin: Twin, call: Call) -> list[Pair]:
        source, key, version = _source(call)
        arn = _object(bucket, call)
        from_arn = f"{_bucket_arn(call, source)}/{key}"
        made = [("s3:PutObject", arn)]
        made += [(action, arn) for action in _beside_put(call.parameters)]
        made.append(("s3:GetObjectVersion" if version else "s3:GetObject", from_arn))
        replaced = call.parameters.get("TaggingDirective") == "REPLACE"
        if call.parameters.get("Tagging") if replaced else _has_tags(source, key, version):
            made.append(("s3:PutObjectTagging", arn))
            if not replaced:
                tagging = "s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging"
                made.append((tagging, from_arn))
        return made

    return read


def _copy_part(bucket: Bucket) -> Entry:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        source, key, version = _source(call)
        action = "s3:GetObjectVersion" if version else "s3:GetObject"
        from_arn = f"{_bucket_arn(call, source)}/{key}"
        return [("s3:PutObject", _object(bucket, call)), (action, from_arn)]

    return read


def _source(call: Call) -> tuple[str, str, str | None]:
    """Return bucket, key and version of ``CopySource``, which is a text or a structure."""
    given = call.parameters.get("CopySource")
    if isinstance(given, Mapping):
        version = given.get("VersionId")
        return str(given["Bucket"]), str(given["Key"]), str(version) if version else None
    path, _, query = str(given or "").partition("?")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    if not key or ":" in bucket:
        raise UnknownAction(call.service, call.operation, f"no object to copy: {given}")
    return bucket, key, next(iter(parse_qs(query).get("versionId", [])), None)


def _bucket_arn(call: Call, name: str) -> str:
    return f"arn:{template.partition_of(call.region)}:s3:::{name}"


def _has_tags(bucket: str, key: str, version: str | None) -> bool:
    made = s3_backends.bucket_accounts.get(bucket)
    if made is None:
        return False
    backend = s3_backends[str(made[1])][made[0]]
    found = backend.get_object(bucket, key, version_id=version)
    return found is not None and bool(backend.tagger.get_tag_dict_for_resource(found.arn))


def _delete_several(bucket: Bucket) -> Entry:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        named = (call.parameters.get("Delete") or {}).get("Objects") or []
        if not named:
            raise UnknownAction(call.service, call.operation, "no objects to delete")
        made: list[Pair] = []
        for each in named:
            action = "s3:DeleteObjectVersion" if each.get("VersionId") else "s3:DeleteObject"
            arn = f"{bucket(call)}/{each['Key']}"
            made.append((action, arn))
            if _bypasses(call):
                made.append(("s3:BypassGovernanceRetention", arn))
        return made

    return read


def _attributes(bucket: Bucket) -> Entry:
    """Read GetObjectAttributes, which needs the right to the object itself too.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
    """

    def read(_twin: Twin, call: Call) -> list[Pair]:
        arn = _object(bucket, call)
        end = "Version" if call.parameters.get("VersionId") else ""
        return [(f"s3:GetObject{end}Attributes", arn), (f"s3:GetObject{end}", arn)]

    return read
