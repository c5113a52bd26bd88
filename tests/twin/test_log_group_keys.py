"""A log group takes another key after it was made, and lets it go."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import letting_in
from tests.twins import DATA_SCIENCE, REGION, RunningTwin

KEY = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"


def _key_for_logs(running_twin: RunningTwin) -> str:
    allowed = json.loads(letting_in(DATA_SCIENCE, "kms:*"))
    logs = json.loads(
        letting_in(DATA_SCIENCE, "kms:Decrypt", "kms:Describe*", "kms:GenerateDataKey*")
    )
    logs["Statement"][0]["Principal"] = {"Service": f"logs.{REGION}.amazonaws.com"}
    allowed["Statement"] += logs["Statement"]
    made = running_twin.client("kms").create_key(Policy=json.dumps(allowed))
    return str(made["KeyMetadata"]["Arn"])


def test_a_log_group_takes_another_key_and_lets_it_go(running_twin: RunningTwin) -> None:
    logs = running_twin.client("logs")
    logs.create_log_group(logGroupName="/keys/one")
    key = _key_for_logs(running_twin)

    logs.associate_kms_key(logGroupName="/keys/one", kmsKeyId=key)
    (held,) = logs.describe_log_groups(logGroupNamePrefix="/keys/one")["logGroups"]
    assert held["kmsKeyId"] == key

    logs.disassociate_kms_key(logGroupName="/keys/one")
    (held,) = logs.describe_log_groups(logGroupNamePrefix="/keys/one")["logGroups"]
    assert "kmsKeyId" not in held


def test_a_log_group_that_does_not_exist_takes_no_key(running_twin: RunningTwin) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        running_twin.client("logs").associate_kms_key(logGroupName="/keys/none", kmsKeyId=KEY)
