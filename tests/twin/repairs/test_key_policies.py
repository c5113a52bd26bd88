"""The policy of a key is read and written by the one name that it has, or without a name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.twins import RunningTwin


@pytest.fixture
def kms(running_twin: RunningTwin) -> Any:
    """A client of KMS."""
    return running_twin.client("kms")


@pytest.fixture
def key(kms: Any) -> str:
    """The identifier of a new key."""
    return str(kms.create_key()["KeyMetadata"]["KeyId"])


@pytest.mark.parametrize("named", [{}, {"PolicyName": "default"}])
def test_a_policy_is_read_with_its_name_and_without(
    kms: Any, key: str, named: dict[str, str]
) -> None:
    policy = json.loads(kms.get_key_policy(KeyId=key)["Policy"])
    policy["Statement"][0]["Sid"] = "Mine"
    kms.put_key_policy(KeyId=key, Policy=json.dumps(policy), **named)
    read = kms.get_key_policy(KeyId=key, **named)
    assert json.loads(read["Policy"]) == policy
    assert read["PolicyName"] == "default"


@pytest.mark.parametrize("operation", ["get_key_policy", "put_key_policy"])
def test_there_is_no_policy_of_another_name(kms: Any, key: str, operation: str) -> None:
    policy = kms.get_key_policy(KeyId=key)["Policy"]
    given = {"Policy": policy} if operation == "put_key_policy" else {}
    with pytest.raises(kms.exceptions.NotFoundException, match="No such policy exists"):
        getattr(kms, operation)(KeyId=key, PolicyName="other", **given)


def test_a_key_that_does_not_exist_has_no_policy(kms: Any) -> None:
    with pytest.raises(kms.exceptions.NotFoundException, match="does not exist"):
        kms.get_key_policy(KeyId="00000000-0000-0000-0000-000000000000")
