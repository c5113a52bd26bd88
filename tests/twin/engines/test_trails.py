"""Calls that change something are told to EventBridge where a trail logs, and only there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import STAGING, TOOLS, Lab, unique

_PATTERN = {"detail-type": ["AWS API Call via CloudTrail"]}


@pytest.fixture
def heard(lab: Lab) -> Iterator[str]:
    """Return a queue that receives every call of the account in which a trail logs."""
    trail, bucket = unique("trail"), lab.bucket()
    cloudtrail = lab.client("cloudtrail")
    cloudtrail.create_trail(Name=trail, S3BucketName=bucket, IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name=trail)
    url = _listen(lab, TOOLS)
    yield url
    cloudtrail.delete_trail(Name=trail)


def test_a_call_is_told_as_cloudtrail_tells_it(lab: Lab, heard: str) -> None:
    role, name = lab.role("sagemaker"), unique("model")
    lab.client("sagemaker").create_model(
        ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Environment": {"Key": "v"}}
    )
    event = _heard(lab, heard, "CreateModel")
    detail = event["detail"]

    assert event["source"] == "aws.sagemaker"
    assert detail["eventSource"] == "sagemaker.amazonaws.com"
    assert detail["requestParameters"]["modelName"] == name
    assert detail["requestParameters"]["primaryContainer"]["environment"] == {"Key": "v"}
    assert detail["responseElements"]["modelArn"].endswith(f"model/{name}")
    assert detail["userIdentity"]["type"] == "AssumedRole"
    assert "errorCode" not in detail


def test_a_refused_call_is_told_with_its_error(lab: Lab, heard: str) -> None:
    with pytest.raises(ClientError):
        lab.client("sagemaker").delete_model(ModelName=unique("nobody"))
    detail = _heard(lab, heard, "DeleteModel")["detail"]

    assert detail["errorCode"]
    assert detail["responseElements"] is None


def test_reading_and_data_are_not_told(lab: Lab, heard: str) -> None:
    lab.client("sagemaker").list_models()
    lab.client("s3").put_object(Bucket=lab.bucket(), Key="a", Body=b"a")
    lab.client("iam").create_role(
        RoleName=(mark := unique("mark")),
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )
    names = _until_marked(lab, heard, mark)

    assert not {"ListModels", "PutObject", "SendMessage", "ReceiveMessage"} & set(names)


def test_without_a_trail_nothing_is_told(lab: Lab) -> None:
    url = _listen(lab, STAGING)
    lab.role("sagemaker", STAGING)
    time.sleep(1)
    sqs = lab.client("sqs", STAGING)

    assert not sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0).get("Messages")


def _listen(lab: Lab, account_id: str) -> str:
    url, arn = lab.queue(account_id)
    events, rule = lab.client("events", account_id), unique("rule")
    events.put_rule(Name=rule, EventPattern=json.dumps(_PATTERN))
    events.put_targets(Rule=rule, Targets=[{"Id": "one", "Arn": arn}])
    return url


def _heard(lab: Lab, url: str, call: str) -> dict[str, Any]:
    for _ in range(100):
        event = json.loads(lab.received(url)["Body"])
        if event["detail"]["eventName"] == call:
            return dict(event)
    raise AssertionError(f"{call} was not told")


def _until_marked(lab: Lab, url: str, mark: str) -> list[str]:
    names = []
    for _ in range(100):
        detail = json.loads(lab.received(url)["Body"])["detail"]
        names.append(str(detail["eventName"]))
        if (detail["requestParameters"] or {}).get("roleName") == mark:
            return names
    raise AssertionError(f"{mark} was not told")
