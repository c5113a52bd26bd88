"""A log group takes another key after it was made, and lets it go."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.twins import RunningTwin

KEY = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"


def test_a_log_group_takes_another_key_and_lets_it_go(running_twin: RunningTwin) -> None:
    logs = running_twin.client("logs")
    logs.create_log_group(logGroupName="/keys/one")

    logs.associate_kms_key(logGroupName="/keys/one", kmsKeyId=KEY)
    (held,) = logs.describe_log_groups(logGroupNamePrefix="/keys/one")["logGroups"]
    assert held["kmsKeyId"] == KEY

    logs.disassociate_kms_key(logGroupName="/keys/one")
    (held,) = logs.describe_log_groups(logGroupNamePrefix="/keys/one")["logGroups"]
    assert "kmsKeyId" not in held


def test_a_log_group_that_does_not_exist_takes_no_key(running_twin: RunningTwin) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        running_twin.client("logs").associate_kms_key(logGroupName="/keys/none", kmsKeyId=KEY)
