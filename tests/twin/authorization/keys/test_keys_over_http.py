"""Real requests are allowed and refused by the condition keys that they carry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.twin.authorization.strict import Strict, allow
from tests.twin.engines.accounts import REGION, TOOLS, unique

_SUBNETS = {"Subnets": ["subnet-0123456789abcdef0"], "SecurityGroupIds": ["sg-0123456789abcdef0"]}


def test_lists_are_bound_to_a_prefix(strict: Strict) -> None:
    bucket = strict.lab.bucket()
    person = strict.person(allow("s3:ListBucket", StringLike={"s3:prefix": "raw/*"}))
    assert person.client("s3").list_objects_v2(Bucket=bucket, Prefix="raw/a")["KeyCount"] == 0
    assert person.refused("s3", "list_objects_v2", Bucket=bucket, Prefix="model/").status == 403
    assert person.refused("s3", "list_objects_v2", Bucket=bucket).status == 403


def test_a_version_that_is_lost_is_missed_by_its_name(strict: Strict) -> None:
    bucket, s3 = strict.lab.bucket(), strict.lab.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="a", Body=b"1")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="a", VersionId=version)
    person = strict.person(allow("s3:GetObjectVersion"), allow("s3:ListBucket"))
    given = {"Bucket": bucket, "Key": "a", "VersionId": version}
    assert person.refused("s3", "get_object", **given).code == "NoSuchVersion"


def test_writes_are_bound_to_a_kind_of_encryption(strict: Strict) -> None:
    bucket = strict.lab.bucket()
    condition = {"s3:x-amz-server-side-encryption": "AES256"}
    person = strict.person(allow("s3:PutObject", StringEquals=condition))
    given: dict[str, Any] = {"Bucket": bucket, "Key": "a", "Body": b"1"}
    person.client("s3").put_object(**given, ServerSideEncryption="AES256")
    assert person.refused("s3", "put_object", **given).code == "AccessDenied"


def test_objects_are_written_once_where_a_bucket_asks_for_it(strict: Strict) -> None:
    bucket, s3 = strict.lab.bucket(), strict.lab.client("s3")
    refused = {"DenyOverwrites": ("none-match", "true"), "DenyReplacement": ("match", "false")}
    statements = [
        {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            "Condition": {"Null": {f"s3:if-{header}": missing}},
        }
        for sid, (header, missing) in refused.items()
    ]
    document = {"Version": "2012-10-17", "Statement": statements}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    person = strict.person(allow("s3:PutObject"), allow("s3:GetObject"))
    given: dict[str, Any] = {"Bucket": bucket, "Key": "a"}
    put, copy = {**given, "Body": b"1"}, {**given, "CopySource": f"{bucket}/b"}
    etag = person.client("s3").put_object(**put, IfNoneMatch="*")["ETag"]
    person.client("s3").put_object(Bucket=bucket, Key="b", Body=b"2", IfNoneMatch="*")
    attempts: dict[str, list[dict[str, Any]]] = {
        "AccessDenied": [
            put,
            {**put, "IfMatch": etag},
            {**put, "IfMatch": etag, "IfNoneMatch": "*"},
        ],
        "NotImplemented": [{**put, "IfNoneMatch": etag}],
        "PreconditionFailed": [{**put, "IfNoneMatch": "*"}],
    }
    for code, each in attempts.items():
        for attempt in each:
            assert person.refused("s3", "put_object", **attempt).code == code
    assert person.refused("s3", "create_multipart_upload", **given).code == "AccessDenied"
    assert person.refused("s3", "copy_object", **copy).code == "AccessDenied"
    kept = person.refused("s3", "copy_object", **copy, IfNoneMatch="*")
    assert kept.code == "PreconditionFailed"
    assert person.client("s3").get_object(**given)["Body"].read() == b"1"


def test_objects_are_read_by_the_tags_that_they_have(strict: Strict) -> None:
    bucket, s3 = strict.lab.bucket(), strict.lab.client("s3")
    s3.put_object(Bucket=bucket, Key="open", Body=b"1", Tagging="class=open")
    s3.put_object(Bucket=bucket, Key="shut", Body=b"1", Tagging="class=shut")
    condition = {"s3:ExistingObjectTag/class": "open"}
    person = strict.person(allow("s3:GetObject", StringEquals=condition))
    assert person.client("s3").get_object(Bucket=bucket, Key="open")["Body"].read() == b"1"
    assert person.refused("s3", "get_object", Bucket=bucket, Key="shut").code == "AccessDenied"


def test_keys_are_used_by_an_alias_that_they_have_now(strict: Strict) -> None:
    kms = strict.lab.client("kms")
    key, other = strict.key(), strict.key()
    alias = f"alias/{unique('data')}"
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
    person = strict.person({**allow("kms:Encrypt"), "Condition": condition})
    person.client("kms").encrypt(KeyId=key, Plaintext=b"1")
    assert person.refused("kms", "encrypt", KeyId=other, Plaintext=b"1").status == 400
    kms.update_alias(AliasName=alias, TargetKeyId=other)
    person.client("kms").encrypt(KeyId=other, Plaintext=b"1")
    assert person.refused("kms", "encrypt", KeyId=key, Plaintext=b"1").status == 400


def test_keys_are_used_for_a_context(strict: Strict) -> None:
    key = strict.key()
    condition = {"kms:EncryptionContext:team": "risk"}
    person = strict.person(allow("kms:Encrypt", StringEquals=condition))
    given: dict[str, Any] = {"KeyId": key, "Plaintext": b"1"}
    person.client("kms").encrypt(**given, EncryptionContext={"team": "risk"})
    assert person.refused("kms", "encrypt", **given, EncryptionContext={"team": "ops"})
    assert person.refused("kms", "encrypt", **given)


def test_a_key_for_one_service_serves_nobody_directly(strict: Strict) -> None:
    key = strict.key()
    bucket = strict.locked_bucket(key)
    via = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}
    person = strict.person(
        allow("s3:PutObject"), allow("kms:GenerateDataKey", "kms:Decrypt", StringEquals=via)
    )
    person.client("s3").put_object(Bucket=bucket, Key="a", Body=b"1")
    assert person.refused("kms", "generate_data_key", KeyId=key, KeySpec="AES_256")


@pytest.mark.parametrize(("isolated", "allowed"), [(True, True), (False, False), (None, False)])
def test_models_are_made_without_network_only(
    strict: Strict, isolated: bool | None, *, allowed: bool
) -> None:
    role = strict.lab.role("model", TOOLS, trust={"Service": "sagemaker.amazonaws.com"})
    person = strict.person(
        allow(
            "sagemaker:CreateModel",
            Bool={"sagemaker:NetworkIsolation": "true"},
            Null={"sagemaker:VpcSubnets": "false"},
        ),
        allow("iam:PassRole", StringEquals={"iam:PassedToService": "sagemaker.amazonaws.com"}),
    )
    given: dict[str, Any] = {
        "ModelName": unique("model"),
        "ExecutionRoleArn": role,
        "PrimaryContainer": {"Image": f"{TOOLS}.dkr.ecr.{REGION}.amazonaws.com/m:1"},
        "VpcConfig": _SUBNETS,
    }
    if isolated is not None:
        given["EnableNetworkIsolation"] = isolated
    if allowed:
        assert person.client("sagemaker").create_model(**given)["ModelArn"]
    else:
        refused = person.refused("sagemaker", "create_model", **given)
        assert refused.code == "AccessDeniedException"


def test_things_are_made_with_a_tag_and_deleted_by_it(strict: Strict) -> None:
    own = [{"Key": "team", "Value": "risk"}]
    person = strict.person(
        allow("sns:CreateTopic", "sns:TagResource", StringEquals={"aws:RequestTag/team": "risk"}),
        allow("sns:DeleteTopic", StringEquals={"aws:ResourceTag/team": "risk"}),
    )
    mine = person.client("sns").create_topic(Name=unique("topic"), Tags=own)["TopicArn"]
    assert person.refused("sns", "create_topic", Name=unique("topic"))
    foreign = strict.lab.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    assert person.refused("sns", "delete_topic", TopicArn=foreign)
    person.client("sns").delete_topic(TopicArn=mine)


def test_subscriptions_are_bound_to_a_protocol(strict: Strict) -> None:
    topic = strict.lab.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    person = strict.person(allow("sns:Subscribe", StringEquals={"sns:Protocol": "sqs"}))
    queue = f"arn:aws:sqs:{REGION}:{TOOLS}:q"
    person.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    given = {"TopicArn": topic, "Protocol": "email", "Endpoint": "a@b.example"}
    assert person.refused("sns", "subscribe", **given)


def test_roles_are_made_with_a_boundary_only(strict: Strict) -> None:
    document = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
    )
    made = strict.lab.client("iam").create_policy(
        PolicyName=unique("limits"), PolicyDocument=document
    )
    limits = made["Policy"]["Arn"]
    person = strict.person(
        allow("iam:CreateRole", "iam:PutRolePolicy", ArnEquals={"iam:PermissionsBoundary": limits})
    )
    name = unique("role")
    given: dict[str, Any] = {
        "AssumeRolePolicyDocument": document.replace('"Resource":"*"', '"Principal":"*"').replace(
            '"Action":"*"', '"Action":"sts:AssumeRole"'
        )
    }
    assert person.refused("iam", "create_role", RoleName=name, **given)
    person.client("iam").create_role(RoleName=name, PermissionsBoundary=limits, **given)
    policy = {"RoleName": name, "PolicyName": "p", "PolicyDocument": document}
    person.client("iam").put_role_policy(**policy)
    free = strict.lab.role("free", TOOLS, trust={"AWS": f"arn:aws:iam::{TOOLS}:root"})
    other = {**policy, "RoleName": free.rpartition("/")[2]}
    assert person.refused("iam", "put_role_policy", **other)


def test_what_depends_on_a_key_that_nobody_can_tell_is_refused(strict: Strict) -> None:
    # Were the key taken as absent, the denial would not bite.
    denial = {
        "Effect": "Deny",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {"NumericGreaterThan": {"s3:signatureAge": "1000"}},
    }
    bucket = strict.lab.bucket()
    strict.lab.client("s3").put_object(Bucket=bucket, Key="a", Body=b"1")
    person = strict.person(allow("s3:*"), denial)
    person.client("s3").list_objects_v2(Bucket=bucket)
    refused = person.refused("s3", "get_object", Bucket=bucket, Key="a")
    assert "s3:signatureage" in refused.message
