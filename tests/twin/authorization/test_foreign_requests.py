"""What another account owns stays as it is, whoever asks well signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.authorization.strict import Strict
from tests.twin.engines.accounts import STAGING, TOOLS, Lab, unique


def code(act: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        act()
    return str(refused.value.response["Error"]["Code"])


@pytest.fixture(scope="module")
def lab(strict: Strict) -> Lab:
    return strict.lab


@pytest.fixture(scope="module")
def owned(lab: Lab) -> dict[str, Any]:
    """Things of one account, each without a word about any other."""
    bucket, repository, topic = unique("ours"), unique("ours"), unique("ours")
    s3 = lab.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"ours")
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    lab.client("ecr").create_repository(repositoryName=repository)
    secret = lab.client("secretsmanager").create_secret(Name=unique("ours"), SecretString="s")
    return {
        "bucket": bucket,
        "key": key,
        "sealed": kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"],
        "repository": repository,
        "topic": lab.client("sns").create_topic(Name=topic)["TopicArn"],
        "secret": secret["ARN"],
        "role": lab.role("codebuild"),
    }


FOREIGN: dict[str, tuple[str, Callable[[Any, dict[str, Any]], object], str]] = {
    "read-object": (
        "s3",
        lambda s3, owned: s3.get_object(Bucket=owned["bucket"], Key="k"),
        "AccessDenied",
    ),
    "write-object": (
        "s3",
        lambda s3, owned: s3.put_object(Bucket=owned["bucket"], Key="k", Body=b"theirs"),
        "AccessDenied",
    ),
    "delete-bucket": (
        "s3",
        lambda s3, owned: s3.delete_bucket(Bucket=owned["bucket"]),
        "AccessDenied",
    ),
    "decrypt": (
        "kms",
        lambda kms, owned: kms.decrypt(CiphertextBlob=owned["sealed"], KeyId=owned["key"]),
        "AccessDeniedException",
    ),
    "decrypt-by-the-bytes": (
        "kms",
        lambda kms, owned: kms.decrypt(CiphertextBlob=owned["sealed"]),
        "AccessDeniedException",
    ),
    "end-key": (
        "kms",
        lambda kms, owned: kms.disable_key(KeyId=owned["key"]),
        "AccessDeniedException",
    ),
    "read-secret": (
        "secretsmanager",
        lambda manager, owned: manager.get_secret_value(SecretId=owned["secret"]),
        "AccessDeniedException",
    ),
    "publish": (
        "sns",
        lambda sns, owned: sns.publish(TopicArn=owned["topic"], Message="x"),
        "AuthorizationError",
    ),
    "look-at-images": (
        "ecr",
        lambda ecr, owned: ecr.describe_images(
            registryId=TOOLS, repositoryName=owned["repository"]
        ),
        "AccessDeniedException",
    ),
    "delete-repository": (
        "ecr",
        lambda ecr, owned: ecr.delete_repository(
            registryId=TOOLS, repositoryName=owned["repository"]
        ),
        "AccessDeniedException",
    ),
    "take-role": (
        "sts",
        lambda sts, owned: sts.assume_role(RoleArn=owned["role"], RoleSessionName="theirs"),
        "AccessDenied",
    ),
}


@pytest.mark.parametrize(("service", "act", "expected"), FOREIGN.values(), ids=FOREIGN)
def test_request_from_another_account_is_refused_and_changes_nothing(
    lab: Lab,
    owned: dict[str, Any],
    service: str,
    act: Callable[[Any, dict[str, Any]], object],
    expected: str,
) -> None:
    theirs = lab.client(service, STAGING)

    assert code(lambda: act(theirs, owned)) == expected

    s3, kms = lab.client("s3"), lab.client("kms")
    assert s3.get_object(Bucket=owned["bucket"], Key="k")["Body"].read() == b"ours"
    assert kms.describe_key(KeyId=owned["key"])["KeyMetadata"]["KeyState"] == "Enabled"
    assert lab.client("ecr").describe_repositories(repositoryNames=[owned["repository"]])
