"""S3 is asked for the actions of its user guide, on buckets and objects of their owners."""

from __future__ import annotations

from typing import Any

import pytest
from moto.s3.models import s3_backends

from tests.twin.authorization.actions.calls import OTHER, OWN, REGION, call, pairs
from twin.authorization.actions import UnknownAction, asked
from twin.twin import Twin

BUCKET = "arn:aws:s3:::data"
OBJECT = "arn:aws:s3:::data/a/b c"


@pytest.mark.parametrize(
    ("operation", "more", "actions"),
    [
        ("GetObject", {}, ["GetObject"]),
        ("GetObject", {"VersionId": "1"}, ["GetObjectVersion"]),
        ("HeadObject", {}, ["GetObject"]),
        ("HeadObject", {"VersionId": "1"}, ["GetObjectVersion"]),
        ("GetObjectTagging", {"VersionId": "1"}, ["GetObjectVersionTagging"]),
        ("GetObjectAttributes", {}, ["GetObjectAttributes", "GetObject"]),
        (
            "GetObjectAttributes",
            {"VersionId": "1"},
            ["GetObjectVersionAttributes", "GetObjectVersion"],
        ),
        ("DeleteObject", {}, ["DeleteObject"]),
        ("DeleteObject", {"VersionId": "1"}, ["DeleteObjectVersion"]),
        (
            "DeleteObject",
            {"VersionId": "1", "BypassGovernanceRetention": True},
            ["DeleteObjectVersion", "BypassGovernanceRetention"],
        ),
        (
            "PutObjectRetention",
            {"BypassGovernanceRetention": "true"},
            ["PutObjectRetention", "BypassGovernanceRetention"],
        ),
        ("PutObject", {}, ["PutObject"]),
        ("PutObject", {"Tagging": "a=b"}, ["PutObject", "PutObjectTagging"]),
        ("PutObject", {"ACL": "public-read"}, ["PutObject", "PutObjectAcl"]),
        ("PutObject", {"GrantRead": "id=x"}, ["PutObject", "PutObjectAcl"]),
        ("PutObject", {"ObjectLockMode": "GOVERNANCE"}, ["PutObject", "PutObjectRetention"]),
        ("PutObject", {"ObjectLockLegalHoldStatus": "ON"}, ["PutObject", "PutObjectLegalHold"]),
        ("CreateMultipartUpload", {"Tagging": "a=b"}, ["PutObject", "PutObjectTagging"]),
        ("UploadPart", {}, ["PutObject"]),
        ("CompleteMultipartUpload", {}, ["PutObject"]),
        ("AbortMultipartUpload", {}, ["AbortMultipartUpload"]),
        ("ListParts", {}, ["ListMultipartUploadParts"]),
        ("PutObjectAcl", {"VersionId": "1"}, ["PutObjectVersionAcl"]),
        ("SelectObjectContent", {}, ["GetObject"]),
    ],
)
def test_an_operation_on_an_object(
    twin: Twin, operation: str, more: dict[str, Any], actions: list[str]
) -> None:
    made = call("s3", operation, {"Bucket": "data", "Key": "a/b c", **more})
    assert pairs(twin, made) == [(f"s3:{action}", OBJECT) for action in actions]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("ListObjects", "ListBucket"),
        ("ListObjectsV2", "ListBucket"),
        ("HeadBucket", "ListBucket"),
        ("ListObjectVersions", "ListBucketVersions"),
        ("ListMultipartUploads", "ListBucketMultipartUploads"),
        ("GetBucketEncryption", "GetEncryptionConfiguration"),
        ("DeleteBucketEncryption", "PutEncryptionConfiguration"),
        ("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
        ("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
        ("DeleteBucketPolicy", "DeleteBucketPolicy"),
        ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
        ("DeleteBucketTagging", "PutBucketTagging"),
        ("PutBucketNotificationConfiguration", "PutBucketNotification"),
        ("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
        ("DeleteBucketReplication", "PutReplicationConfiguration"),
        ("GetBucketCors", "GetBucketCORS"),
    ],
)
def test_an_operation_on_a_bucket(twin: Twin, operation: str, action: str) -> None:
    assert pairs(twin, call("s3", operation, {"Bucket": "data"})) == [(f"s3:{action}", BUCKET)]


@pytest.mark.parametrize(
    ("more", "actions"),
    [
        ({}, []),
        ({"ACL": "private"}, []),
        ({"ACL": "public-read"}, ["PutBucketAcl"]),
        ({"GrantFullControl": "id=x"}, ["PutBucketAcl"]),
        (
            {"ObjectLockEnabledForBucket": True},
            ["PutBucketObjectLockConfiguration", "PutBucketVersioning"],
        ),
        ({"ObjectLockEnabledForBucket": False}, []),
        ({"ObjectOwnership": "ObjectWriter"}, ["PutBucketOwnershipControls"]),
        ({"CreateBucketConfiguration": {"Tags": [{"Key": "a", "Value": "b"}]}}, ["TagResource"]),
    ],
)
def test_a_new_bucket_needs_what_its_settings_need(
    twin: Twin, more: dict[str, Any], actions: list[str]
) -> None:
    made = call("s3", "CreateBucket", {"Bucket": "data", **more})
    assert pairs(twin, made) == [(f"s3:{each}", BUCKET) for each in ["CreateBucket", *actions]]


def test_every_key_of_a_batch_is_asked_for(twin: Twin) -> None:
    named = {"Objects": [{"Key": "one"}, {"Key": "two", "VersionId": "2"}]}
    made = call("s3", "DeleteObjects", {"Bucket": "data", "Delete": named})
    assert pairs(twin, made) == [
        ("s3:DeleteObject", f"{BUCKET}/one"),
        ("s3:DeleteObjectVersion", f"{BUCKET}/two"),
    ]


@pytest.mark.parametrize(
    ("source", "action", "arn"),
    [
        ("other/a%20b/c", "s3:GetObject", "arn:aws:s3:::other/a b/c"),
        ("/other/c?versionId=7", "s3:GetObjectVersion", "arn:aws:s3:::other/c"),
        ({"Bucket": "other", "Key": "c"}, "s3:GetObject", "arn:aws:s3:::other/c"),
        (
            {"Bucket": "other", "Key": "c", "VersionId": "7"},
            "s3:GetObjectVersion",
            "arn:aws:s3:::other/c",
        ),
    ],
)
@pytest.mark.parametrize("operation", ["CopyObject", "UploadPartCopy"])
def test_a_copy_reads_its_source(
    twin: Twin, operation: str, source: Any, action: str, arn: str
) -> None:
    made = call("s3", operation, {"Bucket": "data", "Key": "k", "CopySource": source})
    assert pairs(twin, made) == [("s3:PutObject", f"{BUCKET}/k"), (action, arn)]


@pytest.mark.usefixtures("_accounts")
def test_a_copy_of_tags_needs_them_on_both_sides(twin: Twin) -> None:
    backend = s3_backends[OWN]["aws"]
    backend.create_bucket("other", REGION)
    key = backend.put_object("other", "c", b"")
    backend.put_object_tagging(key, {"a": "b"})
    given = {"Bucket": "data", "Key": "k", "CopySource": "other/c"}
    tags = [
        ("s3:PutObjectTagging", f"{BUCKET}/k"),
        ("s3:GetObjectTagging", "arn:aws:s3:::other/c"),
    ]
    assert pairs(twin, call("s3", "CopyObject", given))[2:] == tags
    replaced = {**given, "TaggingDirective": "REPLACE"}
    assert pairs(twin, call("s3", "CopyObject", replaced))[2:] == []
    retagged = call("s3", "CopyObject", {**replaced, "Tagging": "c=d"})
    assert pairs(twin, retagged)[2:] == tags[:1]


@pytest.mark.usefixtures("_accounts")
def test_a_bucket_belongs_to_who_made_it(twin: Twin) -> None:
    s3_backends[OTHER]["aws"].create_bucket("theirs", REGION)
    made = call("s3", "GetObject", {"Bucket": "theirs", "Key": "k"}, owner=OTHER)
    assert asked(twin, made)[0].owner == OTHER
    copied = {"Bucket": "mine", "Key": "k", "CopySource": "theirs/k"}
    assert [each.owner for each in asked(twin, call("s3", "CopyObject", copied))] == [OWN, OTHER]


def test_a_bucket_that_is_not_there_is_asked_for_in_the_own_account(twin: Twin) -> None:
    assert asked(twin, call("s3", "HeadBucket", {"Bucket": "nowhere"}))[0].owner == OWN


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("GetObject", {"Bucket": "arn:aws:s3:eu-west-1:410000000001:accesspoint/x", "Key": "k"}),
        ("GetObject", {"Bucket": "data", "Key": ""}),
        ("GetObject", {"Key": "k"}),
        ("ListObjectsV2", {"Bucket": "data/elsewhere"}),
        ("DeleteObjects", {"Bucket": "data", "Delete": {"Objects": []}}),
        ("DeleteObjects", {"Bucket": "data", "Delete": "everything"}),
        ("DeleteObjects", {"Bucket": "data", "Delete": {"Objects": [{}]}}),
        ("CopyObject", {"Bucket": "data", "Key": "k"}),
        ("CopyObject", {"Bucket": "data", "Key": "k", "CopySource": "other"}),
        ("CopyObject", {"Bucket": "data", "Key": "k", "CopySource": "arn:aws:s3:::other/k"}),
        ("CreateSession", {"Bucket": "data"}),
    ],
)
def test_what_is_not_named_rightly_is_not_known(
    twin: Twin, operation: str, given: dict[str, Any]
) -> None:
    with pytest.raises(UnknownAction):
        asked(twin, call("s3", operation, given))


def test_the_settings_of_another_account_are_not_known(twin: Twin) -> None:
    own = call("s3control", "PutPublicAccessBlock", {"AccountId": OWN})
    assert pairs(twin, own) == [("s3:PutAccountPublicAccessBlock", "*")]
    with pytest.raises(UnknownAction, match="another account"):
        asked(twin, call("s3control", "PutPublicAccessBlock", {"AccountId": OTHER}))
