"""Requests that break a service's model get AWS's error and change nothing."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from tests.twin.names import bucket, unique
from tests.twin.raw_requests import Raw, send, signed
from tests.twins import DATA_SCIENCE, RunningTwin

JSON = {"Content-Type": "application/x-amz-json-1.1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def ssm(body: bytes) -> Raw:
    return Raw("POST", "/", body, {**JSON, "X-Amz-Target": "AmazonSSM.PutParameter"})


def form(**parameters: str) -> Raw:
    return Raw("POST", "/", urlencode(parameters).encode(), FORM)


def parameter(**more: object) -> Callable[[str], Raw]:
    return lambda name: ssm(
        json.dumps({"Name": name, "Value": "x", "Type": "String", **more}).encode()
    )


MALFORMED: list[tuple[str, str, Callable[[str], Raw], str]] = [
    ("no-json", "ssm", lambda _: ssm(b"{"), "SerializationException"),
    ("json-list", "ssm", lambda _: ssm(b"[]"), "SerializationException"),
    ("not-utf-8", "ssm", lambda _: ssm(b'{"Name": "\xff\xfe"}'), "SerializationException"),
    ("wrong-type", "ssm", parameter(Value=7), "SerializationException"),
    ("structure-for-text", "ssm", parameter(Value={"a": 1}), "SerializationException"),
    ("no-list", "ssm", parameter(Tags="a"), "SerializationException"),
    ("missing", "ssm", parameter(Name=None), "ValidationException"),
    ("no-value-of-the-list", "ssm", parameter(Type="Text"), "ValidationException"),
    ("too-long", "ssm", parameter(Description="x" * 1025), "ValidationException"),
    ("pattern", "ssm", parameter(AllowedPattern="x" * 1025), "ValidationException"),
    (
        "missing-within",
        "ssm",
        parameter(Tags=[{"Key": "k"}]),
        "ValidationException",
    ),
    (
        "query-missing",
        "iam",
        lambda _: form(Action="CreateUser", Version="2010-05-08"),
        "ValidationError",
    ),
    (
        "query-pattern",
        "iam",
        lambda name: form(Action="CreateUser", Version="2010-05-08", UserName=f"{name} x"),
        "ValidationError",
    ),
    (
        "ec2-missing",
        "ec2",
        lambda _: form(Action="CreateSecurityGroup", Version="2016-11-15", GroupName="g"),
        "MissingParameter",
    ),
    (
        "no-such-operation",
        "ssm",
        lambda _: replace(ssm(b"{}"), headers={**JSON, "X-Amz-Target": "AmazonSSM.Explode"}),
        "UnknownOperationException",
    ),
]


@pytest.mark.parametrize(
    ("service", "request_of", "code"),
    [row[1:] for row in MALFORMED],
    ids=[row[0] for row in MALFORMED],
)
def test_malformed_request_is_refused_and_changes_nothing(
    running_twin: RunningTwin, service: str, request_of: Callable[[str], Raw], code: str
) -> None:
    name = unique("malformed")
    keys = running_twin.session(DATA_SCIENCE)

    answer = send(running_twin.url, signed(running_twin.url, request_of(name), service, keys))

    assert answer.code == code, answer
    assert 400 <= answer.status < 500
    parameters = running_twin.client("ssm").describe_parameters(
        ParameterFilters=[{"Key": "Name", "Values": [name]}]
    )
    assert parameters["Parameters"] == []
    users = running_twin.client("iam").list_users()["Users"]
    assert not any(user["UserName"].startswith(name) for user in users)


def digest(body: bytes) -> str:
    return b64encode(hashlib.sha256(body).digest()).decode()


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        pytest.param({"Content-MD5": "xyz"}, "InvalidDigest", id="no-md5"),
        pytest.param(
            {"Content-MD5": b64encode(hashlib.md5(b"other").digest()).decode()},  # noqa: S324
            "BadDigest",
            id="other-md5",
        ),
        pytest.param({"x-amz-checksum-sha256": digest(b"other")}, "BadDigest", id="other-sha256"),
        pytest.param({"x-amz-checksum-crc32": "AAAAAA=="}, "BadDigest", id="other-crc32"),
        pytest.param({"x-amz-checksum-crc64nvme": "AAAAAAAAAAA="}, "BadDigest", id="other-crc64"),
        pytest.param({"x-amz-checksum-crc32c": "!"}, "InvalidRequest", id="no-crc32c"),
    ],
)
def test_object_that_is_not_what_its_checksum_says_is_refused(
    running_twin: RunningTwin, headers: dict[str, str], code: str
) -> None:
    name, keys = bucket(running_twin, DATA_SCIENCE), running_twin.session(DATA_SCIENCE)
    raw = Raw("PUT", f"/{name}/k", b"body", headers)

    answer = send(running_twin.url, signed(running_twin.url, raw, "s3", keys))

    assert (answer.status, answer.code) == (400, code)
    assert running_twin.client("s3").list_objects_v2(Bucket=name)["KeyCount"] == 0


# Of the nine digits, as catalogues of CRCs publish them.
@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("crc32", 0xCBF43926.to_bytes(4, "big"), id="crc32"),
        pytest.param("crc32c", 0xE3069283.to_bytes(4, "big"), id="crc32c"),
        pytest.param("crc64nvme", 0xAE8B14860A799888.to_bytes(8, "big"), id="crc64nvme"),
        pytest.param("sha1", hashlib.sha1(b"123456789").digest(), id="sha1"),  # noqa: S324
        pytest.param("sha256", hashlib.sha256(b"123456789").digest(), id="sha256"),
    ],
)
def test_object_that_is_what_its_checksum_says_is_taken(
    running_twin: RunningTwin, name: str, value: bytes
) -> None:
    place, keys = bucket(running_twin, DATA_SCIENCE), running_twin.session(DATA_SCIENCE)
    headers = {f"x-amz-checksum-{name}": b64encode(value).decode()}
    raw = Raw("PUT", f"/{place}/k", b"123456789", headers)

    answer = send(running_twin.url, signed(running_twin.url, raw, "s3", keys))

    assert answer.status == 200, answer


def test_body_that_is_no_xml_is_refused(running_twin: RunningTwin) -> None:
    name, keys = bucket(running_twin, DATA_SCIENCE), running_twin.session(DATA_SCIENCE)
    s3 = running_twin.client("s3")
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    body = b"<Delete><Object><Key>k</Key>"
    headers = {"Content-MD5": b64encode(hashlib.md5(body).digest()).decode()}  # noqa: S324
    raw = Raw("POST", f"/{name}?delete=", body, headers)

    answer = send(running_twin.url, signed(running_twin.url, raw, "s3", keys))

    assert (answer.status, answer.code) == (400, "MalformedXML"), answer
    assert s3.list_objects_v2(Bucket=name)["KeyCount"] == 1
