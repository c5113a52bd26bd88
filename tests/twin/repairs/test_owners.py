"""A request acts in the account of what it names, not always in the caller's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.authorization.actions.calls import OTHER, call, idle_twin
from twin.registry import Registry
from twin.repairs import owners


@pytest.mark.parametrize(
    ("service", "operation", "given", "owner"),
    [
        ("sqs", "SendMessage", {"QueueUrl": f"http://127.0.0.1:1/{OTHER}/q"}, OTHER),
        ("sqs", "GetQueueUrl", {"QueueName": "q", "QueueOwnerAWSAccountId": OTHER}, OTHER),
        ("sqs", "SendMessage", {"QueueUrl": "http://127.0.0.1:1/queue/q"}, None),
        ("sqs", "CreateQueue", {"QueueName": "q"}, None),
        ("codeartifact", "DescribeDomain", {"domain": "d", "domainOwner": OTHER}, OTHER),
        ("codeartifact", "DescribeDomain", {"domain": "d"}, None),
        ("ecr", "PutImage", {"registryId": OTHER, "repositoryName": "r"}, OTHER),
        ("sns", "Publish", {"TopicArn": f"arn:aws:sns:eu-west-1:{OTHER}:t"}, OTHER),
    ],
)
def test_a_request_acts_where_what_it_names_lies(
    service: str, operation: str, given: dict[str, Any], owner: str | None, tmp_path: Any
) -> None:
    registry = Registry()
    owners.register(registry)
    find = registry.owner_of(service)
    assert find is not None
    twin = idle_twin(tmp_path)
    assert find(twin, call(service, operation, given)) == owner
    twin.stop()
