"""The time of single requests: to the twin, to moto's own server, and to moto kept connected.

A person's role is made on each, with a boundary, and asks the same of all in turn over HTTP with
signed requests: in the twin under the organisation's guardrails, each decided and recorded.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from tests.journeys.stage import ROOT, Stage, free_port, until

_ACCOUNT = "data-science"
# Guardrails let people of this role read and write data from outside of the network.
_ROLE = "data-scientist"
_COUNT = 300
_WARM = 30
_ACTIONS = ("iam", "kms", "s3", "sagemaker", "ssm", "sts")
_NAME = "benchmark-of-requests"
_PARAMETER = f"/{_NAME}"
_BODY = b"x" * 1024
Client = Callable[[str], Any]
Request = Callable[[], object]


@dataclass(frozen=True)
class Sample:
    """The seconds that one request took, time after time, asked of all in turn.

    ``kept`` is moto behind a server that keeps connections open, as the twin's does.
    """

    twin: list[float]
    moto: list[float]
    kept: list[float]


def samples(stage: Stage) -> Iterator[tuple[str, Sample]]:
    """Time requests to a twin beside the same requests to moto."""
    with (
        _moto(stage.region, "moto.server", "-H", "127.0.0.1", "-p") as moto,
        _moto(stage.region, "tests.benchmarks.kept_moto") as kept,
    ):
        made = [_requests(stage, client) for client in (_of_stage(stage), moto, kept)]
        for name in made[0]:
            yield name, _timed_in_turn([requests[name] for requests in made])


def _of_stage(stage: Stage) -> Client:
    return lambda service, **keys: (
        stage.client_with(service, keys) if keys else stage.client(service, _ACCOUNT)
    )


@contextmanager
def _moto(region: str, *program: str) -> Iterator[Client]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", *program, str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def client(service: str, **keys: str) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id=keys.get("AccessKeyId", "AKIAIOSFODNN7EXAMPLE"),
            aws_secret_access_key=keys.get("SecretAccessKey", "bench"),
            aws_session_token=keys.get("SessionToken"),
            config=Config(retries={"total_max_attempts": 1}),
        )

    def ready() -> bool | None:
        try:
            client("sts").get_caller_identity()
        except EndpointConnectionError:
            return None
        return True

    try:
        until(ready, "moto answers", 30)
        yield client
    finally:
        server.terminate()
        server.wait(10)


def _requests(stage: Stage, client: Client) -> Mapping[str, Request]:
    """Make what is asked for, and return the requests of a person."""
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    _make_bucket(client("s3"), stage.region, key)
    client("ssm").put_parameter(Name=_PARAMETER, Value="value", Type="String")
    client("sagemaker").create_model_package_group(ModelPackageGroupName=_NAME)
    arn = _make_role(stage, client)
    keys = client("sts").assume_role(RoleArn=arn, RoleSessionName="benchmark")["Credentials"]
    del keys["Expiration"]
    iam, kms, s3, sagemaker, ssm, sts = (client(name, **keys) for name in _ACTIONS)
    role = arn.rpartition("/")[2]
    return {
        "s3:PutObject": lambda: s3.put_object(Bucket=_NAME, Key="new", Body=_BODY),
        "s3:GetObject": lambda: s3.get_object(Bucket=_NAME, Key="held")["Body"].read(),
        "s3:ListObjectsV2": lambda: s3.list_objects_v2(Bucket=_NAME),
        "kms:GenerateDataKey": lambda: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
        "kms:DescribeKey": lambda: kms.describe_key(KeyId=key),
        "ssm:GetParameter": lambda: ssm.get_parameter(Name=_PARAMETER),
        "sagemaker:DescribeModelPackageGroup": lambda: sagemaker.describe_model_package_group(
            ModelPackageGroupName=_NAME
        ),
        "iam:GetRole": lambda: iam.get_role(RoleName=role),
        "iam:ListRoles": lambda: iam.list_roles(PathPrefix="/nothing/"),
        "sts:AssumeRole": lambda: sts.assume_role(RoleArn=arn, RoleSessionName="again"),
    }


def _make_bucket(s3: Any, region: str, key: str) -> None:
    s3.create_bucket(Bucket=_NAME, CreateBucketConfiguration={"LocationConstraint": region})
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=_NAME,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]
        },
    )
    s3.put_object(Bucket=_NAME, Key="held", Body=_BODY)


def _make_role(stage: Stage, client: Client) -> str:
    """Make the role, which may also take itself."""
    arn = stage.naming.role_arn(_ACCOUNT, _ROLE)
    account, name = arn.split(":")[4], arn.rpartition("/")[2]
    iam = client("iam")
    rights = _document(Action=[f"{service}:*" for service in _ACTIONS], Resource="*")
    trust = _document(Action="sts:AssumeRole", Principal={"AWS": f"arn:aws:iam::{account}:root"})
    boundary = iam.create_policy(PolicyName=f"{name}-limits", PolicyDocument=rights)
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=trust,
        PermissionsBoundary=boundary["Policy"]["Arn"],
    )
    iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=rights)
    return str(made["Role"]["Arn"])


def _document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _timed_in_turn(requests: Sequence[Request]) -> Sample:
    """Time the same of all in turn, so that what else the machine does slows all alike."""
    taken: list[list[float]] = [[] for _ in requests]
    for number in range(_WARM + _COUNT):
        for request, seconds in zip(requests, taken, strict=True):
            started = time.perf_counter()
            request()
            if number >= _WARM:
                seconds.append(time.perf_counter() - started)
    return Sample(*taken)
