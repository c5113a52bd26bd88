"""Unsigned requests to S3 are nobody's: a bucket's policy decides, and nothing else does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.twin.authorization.strict import Strict
from tests.twin.engines.accounts import TOOLS, Lab, unique
from tests.twin.raw_requests import Raw, send


@pytest.fixture(scope="module")
def lab(strict: Strict) -> Lab:
    return strict.lab


def bucket(lab: Lab, *statements: dict[str, Any]) -> str:
    """Make a bucket with an object, whose policy may be public."""
    name, s3 = unique("open"), lab.client("s3")
    s3.create_bucket(Bucket=name)
    s3.delete_public_access_block(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"read me")
    if statements:
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(document))
    return name


def everybody(action: str, *more: str, **conditions: Any) -> dict[str, Any]:
    resource = ["arn:aws:s3:::*/*", "arn:aws:s3:::*"]
    made = {"Effect": "Allow", "Principal": "*", "Action": [action, *more], "Resource": resource}
    return {**made, **conditions}


def test_object_that_is_for_everybody_is_read_unsigned(lab: Lab) -> None:
    name = bucket(lab, everybody("s3:GetObject"))

    answer = send(lab.twin.url, Raw("GET", f"/{name}/k"))

    assert (answer.status, answer.body) == (200, "read me")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/{}/k", id="read"),
        pytest.param("PUT", "/{}/k", id="write"),
        pytest.param("DELETE", "/{}/k", id="delete"),
        pytest.param("GET", "/{}", id="list"),
        pytest.param("DELETE", "/{}", id="delete-bucket"),
        pytest.param("PUT", "/{}?policy=", id="take-over"),
        pytest.param("PUT", "/{}-of-mine", id="make-bucket"),
        pytest.param("GET", "/", id="list-buckets"),
    ],
)
def test_unsigned_request_gets_nothing_of_a_private_bucket(
    lab: Lab, method: str, path: str
) -> None:
    name, s3 = bucket(lab), lab.client("s3")

    body = b"{}" if "policy" in path else b""
    answer = send(lab.twin.url, Raw(method, path.format(name), body))

    assert (answer.status, answer.code) == (403, "AccessDenied"), answer
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"read me"
    assert f"{name}-of-mine" not in {b["Name"] for b in s3.list_buckets()["Buckets"]}


def test_leave_to_read_is_no_leave_to_write(lab: Lab) -> None:
    name = bucket(lab, everybody("s3:GetObject", "s3:ListBucket"))

    answer = send(lab.twin.url, Raw("PUT", f"/{name}/k", b"mine now"))

    assert (answer.status, answer.code) == (403, "AccessDenied")
    assert lab.client("s3").get_object(Bucket=name, Key="k")["Body"].read() == b"read me"


def test_leave_for_one_organisation_is_none_for_nobody(lab: Lab) -> None:
    within = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    name = bucket(lab, everybody("s3:GetObject", Condition=within))

    assert send(lab.twin.url, Raw("GET", f"/{name}/k")).code == "AccessDenied"


def test_unsigned_request_leaves_a_record_of_nobody(lab: Lab) -> None:
    name = bucket(lab)

    send(lab.twin.url, Raw("GET", f"/{name}/k"))

    record = lab.twin.audit.recent()[-1]
    assert record["eventName"] == "GetObject"
    assert record["errorCode"] == "AccessDenied"
    assert TOOLS not in json.dumps(record["userIdentity"])
