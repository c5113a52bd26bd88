"""What a service answers to somebody who may not, and that nothing changes by it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.authorization.strict import Strict, allow
from tests.twin.engines.accounts import REGION, STAGING, TOOLS, unique


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "status", "action"),
    [
        ("iam", "list_roles", {}, "AccessDenied", 403, "iam:ListRoles"),
        ("sagemaker", "list_models", {}, "AccessDeniedException", 400, "sagemaker:ListModels"),
        ("lambda", "list_functions", {}, "AccessDeniedException", 403, "lambda:ListFunctions"),
        ("kms", "list_keys", {}, "AccessDeniedException", 400, "kms:ListKeys"),
        ("s3", "list_buckets", {}, "AccessDenied", 403, "s3:ListAllMyBuckets"),
        ("ec2", "describe_vpcs", {}, "UnauthorizedOperation", 403, "ec2:DescribeVpcs"),
        ("sns", "list_topics", {}, "AuthorizationError", 403, "SNS:ListTopics"),
    ],
)
def test_each_service_refuses_in_its_own_words(
    strict: Strict,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    code: str,
    status: int,
    action: str,
) -> None:
    person = strict.person()
    refused = person.refused(service, operation, **parameters)
    assert (refused.code, refused.status) == (code, status)
    assert "is not authorized to perform: " in refused.message
    assert action.lower() in refused.message.lower()
    assert "because no identity-based policy allows the" in refused.message


def test_a_refused_request_changes_nothing(strict: Strict) -> None:
    person, name = strict.person(), unique("topic")
    person.refused("sns", "create_topic", Name=name)
    topics = strict.lab.client("sns").list_topics()["Topics"]
    assert not [topic for topic in topics if topic["TopicArn"].endswith(name)]


def test_an_explicit_denial_names_its_kind_of_policy(strict: Strict) -> None:
    denial = {"Effect": "Deny", "Action": "sqs:ListQueues", "Resource": "*"}
    person = strict.person(allow("sqs:*"), denial)
    refused = person.refused("sqs", "list_queues")
    assert refused.message.endswith("with an explicit deny in an identity-based policy")


def test_what_is_allowed_works(strict: Strict) -> None:
    person = strict.person(allow("sqs:ListQueues"))
    assert person.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_another_accounts_bucket_stays_closed_without_its_policy(strict: Strict) -> None:
    bucket = strict.lab.bucket(STAGING, shared=False)
    refused = strict.person(allow("s3:*")).refused("s3", "list_objects_v2", Bucket=bucket)
    assert refused.code == "AccessDenied"
    assert "because no resource-based policy allows the s3:ListBucket action" in refused.message


def test_the_record_tells_the_refusal_and_its_statements(strict: Strict) -> None:
    person = strict.person(allow("sns:ListTopics"))
    person.client("sns").list_topics()
    person.refused("sns", "create_topic", Name=unique("topic"))
    records = [
        record
        for record in strict.lab.twin.audit.recent()
        if (record.get("userIdentity") or {}).get("sessionContext", {}).get("sessionIssuer", {})
        and record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == person.role_arn
    ]
    allowed, refused = (record["additionalEventData"]["decision"] for record in records)
    assert allowed["allowed"]
    assert allowed["asked"][0]["statements"] == [f"{person.role_arn}/some#0"]
    assert not refused["allowed"]
    assert refused["asked"][0]["layer"] == "identity-based policy"
    assert refused["asked"][0]["keys"]["aws:principalarn"] == [person.role_arn]
    assert records[1]["errorCode"] == "AuthorizationError"


def test_an_operation_that_nobody_knows_is_refused_to_administrators_too(strict: Strict) -> None:
    twin, client = strict.lab.twin, strict.person(allow("*")).client("sns")
    with pytest.raises(ClientError) as caught:
        client.create_platform_application(
            Name="x",
            Platform="GCM",
            Attributes={"EventEndpointCreated": f"arn:aws:iam::{TOOLS}:role/x"},
        )
    assert "the twin does not know what this asks for" in str(caught.value)
    assert twin.audit.recent()[-1]["additionalEventData"]["decision"]["unknown"]
    assert client.meta.region_name == REGION
