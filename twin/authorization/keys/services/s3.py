"""Keys of S3: what a request for a bucket or an object says, and what the object has.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from moto.s3.models import s3_backends

from twin.authorization.keys.ask import (
    Ask,
    Family,
    Reader,
    Values,
    flag,
    header,
    one,
    sent,
    text,
    texts,
)
from twin.authorization.keys.live_state import shelf

_EXISTING = "s3:existingobjecttag/"
_REQUEST = "s3:requestobjecttag/"
_PARTITION = "aws"
# SDKs of today speak nothing older; the twin's listener stands for the service's.
_TLS = "1.3"
# Creating an object in parts is one request that creates it and others that do not:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
_IN_PARTS = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy"})


def _source(ask: Ask) -> tuple[str, str, str | None] | None:
    """Return bucket, key and version of what is copied, where a request copies."""
    given = ask.parameters.get("CopySource")
    if isinstance(given, Mapping):
        return str(given["Bucket"]), str(given["Key"]), given.get("VersionId")
    if not given:
        return None
    path, _, query = str(given).partition("?")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    return bucket, key, dict(parse_qsl(query)).get("versionId")


def _reads_source(ask: Ask) -> bool:
    return ask.action.startswith("GetObject") and ask.parameters.get("CopySource") is not None


def _version(ask: Ask) -> Values | None:
    if _reads_source(ask):
        source = _source(ask)
        return one(source[2]) if source else None
    if ask.call.operation == "DeleteObjects":
        return _deleted_version(ask)
    return one(ask.parameters.get("VersionId"))


def _deleted_version(ask: Ask) -> Values | None:
    """Return the version of the one object of many that is asked about."""
    path = ask.asked.resource.partition(":::")[2].partition("/")[2]
    for given in (ask.parameters.get("Delete") or {}).get("Objects") or ():
        if given.get("Key") == path and given.get("VersionId"):
            return (str(given["VersionId"]),)
    return None


def _copied_from(ask: Ask) -> Values | None:
    source = None if _reads_source(ask) else _source(ask)
    return None if source is None else (f"{source[0]}/{source[1]}",)


def _object(ask: Ask) -> Any | None:
    """Return the object that is asked about, in its version, as it is now."""
    bucket, _, key = ask.asked.resource.partition(":::")[2].partition("/")
    held = shelf(s3_backends, ask.asked.owner, _PARTITION, "buckets").get(bucket)
    if held is None or not key:
        return None
    version = _version(ask)
    if version is None:
        return held.keys.get(key)
    # None where the object has no version left.
    versions = held.keys.getlist(key) or ()
    return next((one for one in versions if str(one.version_id) == version[0]), None)


def _existing_tags(ask: Ask) -> Mapping[str, Values]:
    found = _object(ask)
    if found is None or not hasattr(found, "arn"):
        return {}
    tags = shelf(s3_backends, ask.asked.owner, _PARTITION, "tagger").tags.get(found.arn) or {}
    return {f"{_EXISTING}{key.lower()}": (text(value or ""),) for key, value in tags.items()}


def _given_tags(ask: Ask) -> Mapping[str, str]:
    given = ask.parameters.get("Tagging")
    if isinstance(given, str):
        return dict(parse_qsl(given, keep_blank_values=True))
    listed = (given or {}).get("TagSet") or ()
    return {str(tag["Key"]): str(tag.get("Value") or "") for tag in listed}


def _request_tags(ask: Ask) -> Mapping[str, Values]:
    return {f"{_REQUEST}{key.lower()}": (value,) for key, value in _given_tags(ask).items()}


def _request_tag_keys(ask: Ask) -> Values | None:
    return texts(list(_given_tags(ask)))


def _owner(ask: Ask) -> Values | None:
    return (ask.asked.owner,) if ask.asked.owner.isdigit() else None


def _tls(ask: Ask) -> Values | None:
    """Return the version of TLS; a request without it carries no such key."""
    inside = ask.caller.called_via or ask.caller.is_service
    return (_TLS,) if inside or ask.call.position.secure else None


def _auth_type(ask: Ask) -> Values | None:
    if not ask.caller.access_key_id or ask.caller.called_via:
        return None
    signed_by_header = header("Authorization")(ask) is not None
    return ("REST-HEADER" if signed_by_header else "REST-QUERY-STRING",)


def _signature_version(ask: Ask) -> Values | None:
    return None if _auth_type(ask) is None else ("AWS4-HMAC-SHA256",)


def _creates(ask: Ask) -> Values | None:
    return flag(ask.call.operation not in _IN_PARTS)


def _retain_until(ask: Ask) -> datetime | None:
    given = ask.parameters.get("ObjectLockRetainUntilDate") or (
        ask.parameters.get("Retention") or {}
    ).get("RetainUntilDate")
    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    if not isinstance(given, datetime):
        return None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _until(ask: Ask) -> Values | None:
    return one(_retain_until(ask))


def _remaining_days(ask: Ask) -> Values | None:
    until = _retain_until(ask)
    return None if until is None else (str((until - ask.twin.now()).days),)


def _given(member: str, name: str) -> Reader:
    """Make a reader of a parameter, or of the header where the request is raw."""
    by_member, by_header = sent(member), header(name)
    return lambda ask: by_member(ask) or by_header(ask)


def _prefix(ask: Ask) -> Values | None:
    # An empty prefix was sent too: it asks for everything.
    return one(ask.parameters.get("Prefix"))


READERS: Mapping[str, Reader] = {
    "s3:authtype": _auth_type,
    "s3:delimiter": lambda ask: one(ask.parameters.get("Delimiter")),
    "s3:destinationregion": sent("DestinationRegion"),
    "s3:if-match": header("If-Match"),
    "s3:if-none-match": header("If-None-Match"),
    "s3:locationconstraint": sent("CreateBucketConfiguration.LocationConstraint"),
    "s3:max-keys": sent("MaxKeys"),
    "s3:object-lock-legal-hold": sent("ObjectLockLegalHoldStatus", "LegalHold.Status"),
    "s3:object-lock-mode": sent("ObjectLockMode", "Retention.Mode"),
    "s3:object-lock-remaining-retention-days": _remaining_days,
    "s3:object-lock-retain-until-date": _until,
    "s3:objectcreationoperation": _creates,
    "s3:prefix": _prefix,
    "s3:requestobjecttagkeys": _request_tag_keys,
    "s3:resourceaccount": _owner,
    "s3:signatureversion": _signature_version,
    "s3:tlsversion": _tls,
    "s3:versionid": _version,
    "s3:x-amz-acl": sent("ACL"),
    "s3:x-amz-content-sha256": header("X-Amz-Content-Sha256"),
    "s3:x-amz-copy-source": _copied_from,
    "s3:x-amz-grant-full-control": sent("GrantFullControl"),
    "s3:x-amz-grant-read": sent("GrantRead"),
    "s3:x-amz-grant-read-acp": sent("GrantReadACP"),
    "s3:x-amz-grant-write": sent("GrantWrite"),
    "s3:x-amz-grant-write-acp": sent("GrantWriteACP"),
    "s3:x-amz-metadata-directive": sent("MetadataDirective"),
    "s3:x-amz-object-ownership": sent("ObjectOwnership"),
    "s3:x-amz-server-side-encryption": _given(
        "ServerSideEncryption", "X-Amz-Server-Side-Encryption"
    ),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": _given(
        "SSEKMSKeyId", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"
    ),
    "s3:x-amz-server-side-encryption-customer-algorithm": _given(
        "SSECustomerAlgorithm", "X-Amz-Server-Side-Encryption-Customer-Algorithm"
    ),
    "s3:x-amz-storage-class": sent("StorageClass"),
    "s3:x-amz-website-redirect-location": sent("WebsiteRedirectLocation"),
}
FAMILIES: Mapping[str, Family] = {_EXISTING: _existing_tags, _REQUEST: _request_tags}
