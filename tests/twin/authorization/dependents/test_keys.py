"""Keys that a service uses in the name of its caller, or as itself."""

from __future__ import annotations

from typing import Any

from tests.twin.authorization.strict import Strict, allow
from tests.twin.engines.accounts import REGION, TOOLS, unique

_VIA_S3 = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}


def test_an_object_under_a_key_needs_the_key(strict: Strict) -> None:
    key = strict.key()
    bucket = strict.locked_bucket(key)
    strict.lab.client("s3").put_object(Bucket=bucket, Key="a", Body=b"a")
    person = strict.person(allow("s3:*"))
    read = person.refused("s3", "get_object", Bucket=bucket, Key="a")
    assert f'kms:Decrypt on resource: "{key}"' in read.message
    written = person.refused("s3", "put_object", Bucket=bucket, Key="b", Body=b"b")
    assert "kms:GenerateDataKey" in written.message
    assert "Contents" not in strict.lab.client("s3").list_objects_v2(Bucket=bucket, Prefix="b")


def test_the_key_may_be_used_through_s3_alone(strict: Strict) -> None:
    key = strict.key()
    bucket = strict.locked_bucket(key)
    person = strict.person(
        allow("s3:*"), allow("kms:Decrypt", "kms:GenerateDataKey", on=key, StringEquals=_VIA_S3)
    )
    s3 = person.client("s3")
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"a"
    refused = person.refused("kms", "generate_data_key", KeyId=key, KeySpec="AES_256")
    assert "kms:GenerateDataKey" in refused.message


def test_the_context_names_the_object(strict: Strict) -> None:
    key = strict.key()
    bucket = strict.locked_bucket(key)
    context = {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}/mine"}
    person = strict.person(
        allow("s3:*"), allow("kms:GenerateDataKey", on=key, StringEquals=context)
    )
    person.client("s3").put_object(Bucket=bucket, Key="mine", Body=b"a")
    person.refused("s3", "put_object", Bucket=bucket, Key="yours", Body=b"a")


def test_a_copy_needs_both_keys(strict: Strict) -> None:
    first, second = strict.key(), strict.key()
    source, target = strict.locked_bucket(first), strict.locked_bucket(second)
    strict.lab.client("s3").put_object(Bucket=source, Key="a", Body=b"a")
    wanted = {"Bucket": target, "Key": "a", "CopySource": {"Bucket": source, "Key": "a"}}

    def person(*statements: Any) -> Any:
        return strict.person(allow("s3:*"), *statements)

    one = person(allow("kms:GenerateDataKey", on=second))
    assert first in one.refused("s3", "copy_object", **wanted).message
    other = person(allow("kms:Decrypt", on=first))
    assert second in other.refused("s3", "copy_object", **wanted).message
    both = person(allow("kms:GenerateDataKey", on=second), allow("kms:Decrypt", on=first))
    both.client("s3").copy_object(**wanted)


def test_parts_of_an_upload_need_the_key(strict: Strict) -> None:
    key = strict.key()
    bucket = strict.locked_bucket(key)
    writer = strict.person(allow("s3:*"), allow("kms:GenerateDataKey", on=key))
    upload = writer.client("s3").create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    refused = writer.refused(
        "s3", "upload_part", Bucket=bucket, Key="a", UploadId=upload, PartNumber=1, Body=b"a"
    )
    assert "kms:Decrypt" in refused.message


def test_the_services_own_key_needs_no_right(strict: Strict) -> None:
    bucket = strict.lab.bucket()
    person = strict.person(allow("s3:*"))
    person.client("s3").put_object(
        Bucket=bucket, Key="a", Body=b"a", ServerSideEncryption="aws:kms"
    )


def test_a_publisher_needs_the_key_of_a_topic(strict: Strict) -> None:
    key, sns = strict.key(), strict.lab.client("sns")
    topic = sns.create_topic(Name=unique("topic"), Attributes={"KmsMasterKeyId": key})["TopicArn"]
    refused = strict.person(allow("sns:Publish")).refused(
        "sns", "publish", TopicArn=topic, Message="m"
    )
    assert "kms:GenerateDataKey" in refused.message
    able = strict.person(allow("sns:Publish"), allow("kms:GenerateDataKey", "kms:Decrypt", on=key))
    able.client("sns").publish(TopicArn=topic, Message="m")


def test_a_secure_parameter_is_read_with_its_key(strict: Strict) -> None:
    key, name = strict.key(), unique("/secret")
    strict.lab.client("ssm").put_parameter(Name=name, Value="v", Type="SecureString", KeyId=key)
    person = strict.person(allow("ssm:GetParameter"))
    person.client("ssm").get_parameter(Name=name)
    refused = person.refused("ssm", "get_parameter", Name=name, WithDecryption=True)
    assert "kms:Decrypt" in refused.message


def test_a_repository_with_a_key_is_lent_the_key(strict: Strict) -> None:
    key = strict.key()
    wanted = {
        "repositoryName": unique("images"),
        "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": key},
    }
    person = strict.person(allow("ecr:*"), allow("kms:DescribeKey", on=key))
    assert "kms:CreateGrant" in person.refused("ecr", "create_repository", **wanted).message
    lends = allow("kms:CreateGrant", on=key, Bool={"kms:GrantIsForAWSResource": "true"})
    able = strict.person(allow("ecr:*"), allow("kms:DescribeKey", on=key), lends)
    able.client("ecr").create_repository(**wanted)
    own = able.refused(
        "kms",
        "create_grant",
        KeyId=key,
        GranteePrincipal=able.role_arn,
        Operations=["Decrypt"],
    )
    assert "kms:CreateGrant" in own.message


def test_cloudwatch_logs_uses_a_key_as_itself(strict: Strict) -> None:
    refusing, name = strict.key(), f"/{unique('group')}"
    admin = strict.person(allow("*"))
    refused = admin.refused("logs", "create_log_group", logGroupName=name, kmsKeyId=refusing)
    assert refused.code == "AccessDeniedException"
    assert refused.message.startswith("The specified KMS key does not exist or is not allowed")
    admitting = strict.key(
        {
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{REGION}.amazonaws.com"},
            "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
            "Resource": "*",
            "Condition": {
                "ArnEquals": {
                    "kms:EncryptionContext:aws:logs:arn": (
                        f"arn:aws:logs:{REGION}:{TOOLS}:log-group:{name}"
                    )
                }
            },
        }
    )
    admin.client("logs").create_log_group(logGroupName=name, kmsKeyId=admitting)
