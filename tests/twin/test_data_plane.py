"""Objects and keys across accounts, as deployments use them."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import bucket, letting_in, shared_bucket, unique
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin, client


def test_object_of_another_account_is_read_and_written_there(running_twin: RunningTwin) -> None:
    name = shared_bucket(running_twin, DATA_SCIENCE, STAGING)
    there, here = running_twin.client("s3", DATA_SCIENCE), running_twin.client("s3", STAGING)
    there.put_object(Bucket=name, Key="model", Body=b"weights")

    assert here.get_object(Bucket=name, Key="model")["Body"].read() == b"weights"
    here.put_object(Bucket=name, Key="report", Body=b"fine")
    listed = there.list_objects_v2(Bucket=name)["Contents"]
    assert [entry["Key"] for entry in listed] == ["model", "report"]
    assert name not in [b["Name"] for b in here.list_buckets()["Buckets"]]


def test_object_is_copied_between_accounts(running_twin: RunningTwin) -> None:
    source = shared_bucket(running_twin, DATA_SCIENCE, STAGING)
    target = bucket(running_twin, STAGING)
    running_twin.client("s3", DATA_SCIENCE).put_object(Bucket=source, Key="a", Body=b"x")
    here = running_twin.client("s3", STAGING)

    here.copy_object(Bucket=target, Key="b", CopySource={"Bucket": source, "Key": "a"})

    assert here.get_object(Bucket=target, Key="b")["Body"].read() == b"x"


def test_bucket_name_that_another_account_has_is_refused(running_twin: RunningTwin) -> None:
    name = bucket(running_twin, DATA_SCIENCE)
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        running_twin.client("s3", STAGING).create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )


def test_bucket_of_an_unexpected_owner_is_refused(running_twin: RunningTwin) -> None:
    name = bucket(running_twin, DATA_SCIENCE)
    with pytest.raises(ClientError, match="AccessDenied"):
        running_twin.client("s3").list_objects_v2(Bucket=name, ExpectedBucketOwner=STAGING)


def test_versions_are_kept_by_their_id(running_twin: RunningTwin) -> None:
    name = shared_bucket(running_twin, DATA_SCIENCE, STAGING)
    s3 = running_twin.client("s3")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=name, Key="k", Body=b"1")["VersionId"]
    s3.put_object(Bucket=name, Key="k", Body=b"2")

    old = running_twin.client("s3", STAGING).get_object(Bucket=name, Key="k", VersionId=first)
    assert old["Body"].read() == b"1"


def test_only_one_of_many_takes_a_lock_file(running_twin: RunningTwin) -> None:
    name, s3 = bucket(running_twin, DATA_SCIENCE), running_twin.client("s3")

    def take(number: int) -> bool:
        try:
            s3.put_object(Bucket=name, Key="lock", Body=str(number).encode(), IfNoneMatch="*")
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 412
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1


@pytest.mark.parametrize("asked", ['"0"', "0", "W/*"])
def test_a_write_asks_for_nothing_there_by_an_asterisk_only(
    running_twin: RunningTwin, asked: str
) -> None:
    name, s3 = bucket(running_twin, DATA_SCIENCE), running_twin.client("s3")
    s3.put_object(Bucket=name, Key="k", Body=b"1")
    with pytest.raises(ClientError, match="NotImplemented"):
        s3.put_object(Bucket=name, Key="k", Body=b"2", IfNoneMatch=asked)
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"1"


def test_a_copy_on_condition_takes_no_place_that_is_taken(running_twin: RunningTwin) -> None:
    name, s3 = bucket(running_twin, DATA_SCIENCE), running_twin.client("s3")
    s3.put_object(Bucket=name, Key="k", Body=b"1")
    s3.put_object(Bucket=name, Key="other", Body=b"2")
    source = {"Bucket": name, "Key": "other"}
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.copy_object(Bucket=name, Key="k", CopySource=source, IfNoneMatch="*")
    with pytest.raises(ClientError, match="NotImplemented"):
        s3.copy_object(Bucket=name, Key="k", CopySource=source, IfMatch="0")
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"1"
    s3.copy_object(Bucket=name, Key="free", CopySource=source, IfNoneMatch="*")
    assert s3.get_object(Bucket=name, Key="free")["Body"].read() == b"2"


def test_encryption_headers_and_checksums_are_kept(running_twin: RunningTwin) -> None:
    name, s3 = bucket(running_twin, DATA_SCIENCE), running_twin.client("s3")
    key = f"arn:aws:kms:eu-west-1:{DATA_SCIENCE}:alias/models"

    put = s3.put_object(
        Bucket=name,
        Key="k",
        Body=b"x",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key,
        ChecksumAlgorithm="SHA256",
        Metadata={"digest": hashlib.sha256(b"x").hexdigest()},
    )
    head = s3.head_object(Bucket=name, Key="k", ChecksumMode="ENABLED")

    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)
    assert head["ChecksumSHA256"] == put["ChecksumSHA256"]
    assert head["Metadata"]["digest"] == hashlib.sha256(b"x").hexdigest()


def test_presigned_link_reads_and_writes(running_twin: RunningTwin) -> None:
    name, keys = bucket(running_twin, DATA_SCIENCE), running_twin.session(DATA_SCIENCE)
    s3 = client(running_twin.url, "s3", keys, signature_version="s3v4")
    place = {"Bucket": name, "Key": "k"}
    put = urllib.request.Request(  # noqa: S310
        s3.generate_presigned_url("put_object", place), data=b"posted", method="PUT"
    )
    with urllib.request.urlopen(put, timeout=10) as answer:  # noqa: S310
        assert answer.status == 200

    with urllib.request.urlopen(  # noqa: S310
        s3.generate_presigned_url("get_object", place), timeout=10
    ) as answer:
        assert answer.read() == b"posted"


def test_bucket_policy_is_kept_and_never_half_evaluated(running_twin: RunningTwin) -> None:
    name, s3 = bucket(running_twin, DATA_SCIENCE), running_twin.client("s3")
    perimeter = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OutsidersMayNothing",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
                "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
            }
        ],
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(perimeter))
    s3.put_object(Bucket=name, Key="k", Body=b"x")

    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]) == perimeter
    s3.delete_bucket_policy(Bucket=name)
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=name)


def test_key_of_another_account_is_used_by_its_alias(running_twin: RunningTwin) -> None:
    there, here = running_twin.client("kms", DATA_SCIENCE), running_twin.client("kms", STAGING)
    use = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt")
    both = json.loads(letting_in(DATA_SCIENCE, "kms:*"))
    both["Statement"] += json.loads(letting_in(STAGING, *use))["Statement"]
    key_id = there.create_key(Policy=json.dumps(both))["KeyMetadata"]["KeyId"]
    alias = f"alias/{unique('models')}"
    there.create_alias(AliasName=alias, TargetKeyId=key_id)
    arn = f"arn:aws:kms:eu-west-1:{DATA_SCIENCE}:{alias}"

    sealed = here.encrypt(KeyId=arn, Plaintext=b"secret")["CiphertextBlob"]

    assert here.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret"
    with pytest.raises(ClientError, match="NotFound"):
        here.describe_key(KeyId=alias)


def test_a_mark_of_deletion_is_no_object(running_twin: RunningTwin) -> None:
    name, s3 = bucket(running_twin, DATA_SCIENCE), running_twin.client("s3")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=name, Key="lock", Body=b"held", ServerSideEncryption="aws:kms")
    s3.delete_object(Bucket=name, Key="lock")

    for look in (s3.head_object, s3.get_object):
        with pytest.raises(ClientError) as refused:
            look(Bucket=name, Key="lock")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
