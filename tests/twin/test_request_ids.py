"""An answer tells the id under which its request stands in the audit."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import bucket
from tests.twins import DATA_SCIENCE, RunningTwin


def _recorded(twin: RunningTwin, request_id: str) -> list[str]:
    lines = (twin.folder / "audit.jsonl").read_text("utf-8").splitlines()
    records = (json.loads(line) for line in lines if request_id in line)
    return [record["eventName"] for record in records if record["requestID"] == request_id]


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("ec2", "describe_vpcs"),
        ("iam", "list_roles"),
        ("kms", "list_keys"),
        ("lambda", "list_functions"),
        ("s3", "list_buckets"),
        ("sagemaker", "list_models"),
        ("sns", "list_topics"),
        ("sts", "get_caller_identity"),
    ],
)
def test_answer_leads_to_its_record(
    running_twin: RunningTwin, service: str, operation: str
) -> None:
    answer = getattr(running_twin.client(service), operation)()

    named = operation.title().replace("_", "")
    assert _recorded(running_twin, answer["ResponseMetadata"]["RequestId"]) == [named]


def test_error_leads_to_its_record(running_twin: RunningTwin) -> None:
    name = bucket(running_twin, DATA_SCIENCE)
    for service, operation, given in (
        ("iam", "get_role", {"RoleName": "nobody"}),
        ("s3", "get_object", {"Bucket": name, "Key": "nothing"}),
        ("ssm", "get_parameter", {"Name": "/nothing"}),
    ):
        with pytest.raises(ClientError) as caught:
            getattr(running_twin.client(service), operation)(**given)

        told = caught.value.response["ResponseMetadata"]["RequestId"]
        assert _recorded(running_twin, told) == [operation.title().replace("_", "")]


def test_object_that_looks_like_an_answer_is_left_alone(running_twin: RunningTwin) -> None:
    name, s3 = bucket(running_twin, DATA_SCIENCE), running_twin.client("s3")
    body = b"<Error><RequestId>mine</RequestId></Error>"
    s3.put_object(Bucket=name, Key="k", Body=body)

    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == body
