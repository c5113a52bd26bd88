"""Keys of S3: what lists, reads, writes, copies and locks tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.s3.models import s3_backends

from tests.twin.authorization.keys.asking import ACCOUNT, REGION, Asking

_BUCKET, _OBJECT = "arn:aws:s3:::data", "arn:aws:s3:::data/raw/a.csv"
_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"


def test_a_list_tells_its_prefix_also_where_that_is_empty(ask: Asking) -> None:
    found = ask("s3:ListBucket", _BUCKET, {"Prefix": "raw/", "Delimiter": "/", "MaxKeys": 10})
    assert found["s3:prefix"] == ("raw/",)
    assert found["s3:delimiter"] == ("/",)
    assert found["s3:max-keys"] == ("10",)
    assert ask("s3:ListBucket", _BUCKET, {"Prefix": ""})["s3:prefix"] == ("",)
    assert "s3:prefix" not in ask("s3:ListBucket", _BUCKET)


def test_a_write_tells_its_encryption_only_where_it_names_one(ask: Asking) -> None:
    given = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": _KEY, "ACL": "private"}
    found = ask("s3:PutObject", _OBJECT, given)
    assert found["s3:x-amz-server-side-encryption"] == ("aws:kms",)
    assert found["s3:x-amz-server-side-encryption-aws-kms-key-id"] == (_KEY,)
    assert found["s3:x-amz-acl"] == ("private",)
    bare = ask("s3:PutObject", _OBJECT)
    assert not any(key.startswith("s3:x-amz-") for key in bare)


def test_encryption_by_a_key_of_the_caller_is_told(ask: Asking) -> None:
    found = ask("s3:PutObject", _OBJECT, {"SSECustomerAlgorithm": "AES256"})
    assert found["s3:x-amz-server-side-encryption-customer-algorithm"] == ("AES256",)


def test_encryption_is_read_from_headers_too(ask: Asking) -> None:
    headers = {
        "x-amz-server-side-encryption": "AES256",
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
        "If-None-Match": "*",
    }
    found = ask("s3:PutObject", _OBJECT, headers=headers)
    assert found["s3:x-amz-server-side-encryption"] == ("AES256",)
    assert found["s3:x-amz-content-sha256"] == ("UNSIGNED-PAYLOAD",)
    assert found["s3:if-none-match"] == ("*",)


def test_reads_carry_no_key_of_writes(ask: Asking) -> None:
    given = {"ServerSideEncryption": "aws:kms", "ACL": "public-read"}
    found = ask("s3:GetObject", _OBJECT, given)
    assert not any(key.startswith("s3:x-amz-server") or key == "s3:x-amz-acl" for key in found)


@pytest.mark.parametrize(
    "source",
    [
        "/data/raw/a%20b.csv?versionId=v7",
        "data/raw/a b.csv?versionId=v7",
        {"Bucket": "data", "Key": "raw/a b.csv", "VersionId": "v7"},
    ],
)
def test_a_copy_reads_a_version_and_writes_from_a_source(ask: Asking, source: Any) -> None:
    given = {"CopySource": source, "MetadataDirective": "COPY"}
    read = ask("s3:GetObjectVersion", "arn:aws:s3:::data/raw/a b.csv", given, call="s3:CopyObject")
    write = ask("s3:PutObject", "arn:aws:s3:::new/a.csv", given, call="s3:CopyObject")
    assert read["s3:versionid"] == ("v7",)
    assert "s3:x-amz-copy-source" not in read
    assert write["s3:x-amz-copy-source"] == ("data/raw/a b.csv",)
    assert write["s3:x-amz-metadata-directive"] == ("COPY",)


def test_each_of_many_deletions_tells_its_own_version(ask: Asking) -> None:
    given = {"Delete": {"Objects": [{"Key": "raw/a.csv", "VersionId": "v1"}, {"Key": "b"}]}}
    first = ask("s3:DeleteObjectVersion", _OBJECT, given, call="s3:DeleteObjects")
    other = ask("s3:DeleteObject", "arn:aws:s3:::data/b", given, call="s3:DeleteObjects")
    assert first["s3:versionid"] == ("v1",)
    assert "s3:versionid" not in other


def test_an_object_carries_the_tags_that_it_has_now(ask: Asking) -> None:
    backend = s3_backends[ACCOUNT]["aws"]
    backend.create_bucket("data", REGION)
    held = backend.put_object("data", "raw/a.csv", b"1")
    backend.put_object_tagging(held, {"Class": "secret"})
    found = ask("s3:GetObject", _OBJECT)
    assert found["s3:existingobjecttag/class"] == ("secret",)
    given = {"Tagging": {"TagSet": [{"Key": "Class", "Value": "open"}]}}
    change = ask("s3:PutObjectTagging", _OBJECT, given)
    assert change["s3:existingobjecttag/class"] == ("secret",)
    assert change["s3:requestobjecttag/class"] == ("open",)
    assert change["s3:requestobjecttagkeys"] == ("Class",)


def test_tags_of_a_new_object_come_as_a_query(ask: Asking) -> None:
    found = ask("s3:PutObject", _OBJECT, {"Tagging": "Class=open&Team=a%20b"})
    assert found["s3:requestobjecttag/team"] == ("a b",)
    assert found["s3:requestobjecttagkeys"] == ("Class", "Team")


def test_a_lock_tells_its_mode_and_how_long_it_lasts(ask: Asking) -> None:
    until = datetime.now(UTC) + timedelta(days=30, hours=1)
    given = {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": until}}
    found = ask("s3:PutObjectRetention", _OBJECT, given)
    assert found["s3:object-lock-mode"] == ("GOVERNANCE",)
    assert found["s3:object-lock-remaining-retention-days"] == ("30",)
    assert found["s3:object-lock-retain-until-date"] == (f"{until:%Y-%m-%dT%H:%M:%SZ}",)


@pytest.mark.parametrize(
    ("operation", "creates"),
    [
        ("PutObject", "true"),
        ("CompleteMultipartUpload", "true"),
        ("CreateMultipartUpload", "false"),
        ("UploadPart", "false"),
    ],
)
def test_parts_of_an_upload_do_not_create_the_object(
    ask: Asking, operation: str, creates: str
) -> None:
    found = ask("s3:PutObject", _OBJECT, call=f"s3:{operation}")
    assert found["s3:objectcreationoperation"] == (creates,)


def test_a_presigned_request_is_told_from_one_signed_in_its_header(ask: Asking) -> None:
    signed = ask("s3:GetObject", _OBJECT, headers={"Authorization": "AWS4-HMAC-SHA256 ..."})
    assert signed["s3:authtype"] == ("REST-HEADER",)
    assert signed["s3:signatureversion"] == ("AWS4-HMAC-SHA256",)
    assert ask("s3:GetObject", _OBJECT)["s3:authtype"] == ("REST-QUERY-STRING",)


def test_a_new_bucket_tells_its_place(ask: Asking) -> None:
    given = {
        "CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"},
        "ObjectOwnership": "BucketOwnerEnforced",
    }
    found = ask("s3:CreateBucket", _BUCKET, given)
    assert found["s3:locationconstraint"] == ("eu-central-1",)
    assert found["s3:x-amz-object-ownership"] == ("BucketOwnerEnforced",)
