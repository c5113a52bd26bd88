"""The organisation of the twin: who is where, and which policies it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import unique
from tests.twins import (
    ACCOUNTS,
    DATA_SCIENCE,
    MANAGEMENT,
    ORGANIZATION,
    PRODUCTION,
    STAGING,
    UNITS,
    RunningTwin,
    client,
)
from twin import access

_SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
_RESOURCE_CONTROL = "RESOURCE_CONTROL_POLICY"
BUILDING, SERVING = UNITS


@pytest.fixture
def organizations(running_twin: RunningTwin) -> Any:
    """A client of the management account."""
    return client(running_twin.url, "organizations", access.administrator(running_twin.folder))


@pytest.fixture
def policies(organizations: Any) -> Any:
    """Makes policies, and removes them from wherever they were attached."""
    made: list[str] = []

    def make(policy_type: str = _SERVICE_CONTROL, **more: Any) -> str:
        request = {
            "Content": _document(policy_type),
            "Description": "For a test.",
            "Name": unique("policy"),
            "Type": policy_type,
        }
        answer = organizations.create_policy(**(request | more))
        made.append(answer["Policy"]["PolicySummary"]["Id"])
        return made[-1]

    yield make
    for policy_id in made:
        for target in organizations.list_targets_for_policy(PolicyId=policy_id)["Targets"]:
            organizations.detach_policy(PolicyId=policy_id, TargetId=target["TargetId"])
        organizations.delete_policy(PolicyId=policy_id)


def test_the_organisation_is_the_one_that_was_told(organizations: Any) -> None:
    found = organizations.describe_organization()["Organization"]
    assert (found["Id"], found["MasterAccountId"]) == (ORGANIZATION, MANAGEMENT)
    assert found["FeatureSet"] == "ALL"


def test_every_account_is_in_its_unit(organizations: Any) -> None:
    listed = {account["Id"] for account in organizations.list_accounts()["Accounts"]}
    assert listed == {MANAGEMENT, *ACCOUNTS}
    for unit, accounts in ((BUILDING, {DATA_SCIENCE}), (SERVING, {STAGING, PRODUCTION})):
        inside = organizations.list_accounts_for_parent(ParentId=unit.id)["Accounts"]
        assert {account["Id"] for account in inside} == accounts


def test_a_member_knows_its_organisation_and_cannot_look_further(running_twin: RunningTwin) -> None:
    member = running_twin.client("organizations", STAGING)
    assert member.describe_organization()["Organization"]["Id"] == ORGANIZATION
    assert _refusal(member.list_accounts) == "AccessDeniedException"


@pytest.mark.parametrize("policy_type", [_SERVICE_CONTROL, _RESOURCE_CONTROL])
def test_a_policy_of_5121_characters_is_refused(policies: Any, policy_type: str) -> None:
    policies(policy_type, Content=_document(policy_type, length=5120))
    refused = _refusal(policies, policy_type, Content=_document(policy_type, length=5121))
    assert refused == "ConstraintViolationException"


@pytest.mark.parametrize("policy_type", [_SERVICE_CONTROL, _RESOURCE_CONTROL])
def test_a_fifth_policy_beside_full_access_is_refused(
    organizations: Any, policies: Any, policy_type: str
) -> None:
    for _ in range(4):
        organizations.attach_policy(PolicyId=policies(policy_type), TargetId=BUILDING.id)
    refused = _refusal(
        organizations.attach_policy, PolicyId=policies(policy_type), TargetId=BUILDING.id
    )
    assert refused == "ConstraintViolationException"


def test_the_last_control_policy_of_a_target_stays(organizations: Any) -> None:
    refused = _refusal(organizations.detach_policy, PolicyId="p-FullAWSAccess", TargetId=SERVING.id)
    assert refused == "ConstraintViolationException"


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "Resource": "*"},
    ],
    ids=["allow", "no principal", "every action", "not action"],
)
def test_a_resource_control_policy_that_aws_refuses_is_refused(
    policies: Any, statement: dict[str, Any]
) -> None:
    content = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    refused = _refusal(policies, _RESOURCE_CONTROL, Content=content)
    assert refused == "MalformedPolicyDocumentException"


def test_a_policy_is_attached_to_a_target_once(organizations: Any, policies: Any) -> None:
    request = {"PolicyId": policies(), "TargetId": SERVING.id}
    organizations.attach_policy(**request)
    refused = _refusal(organizations.attach_policy, **request)
    assert refused == "DuplicatePolicyAttachmentException"


def test_a_policy_that_opts_out_of_ai_services_is_taken(organizations: Any, policies: Any) -> None:
    content = json.dumps({"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}})
    policy_id = policies("AISERVICES_OPT_OUT_POLICY", Content=content)
    organizations.attach_policy(PolicyId=policy_id, TargetId=SERVING.id)
    found = organizations.list_policies_for_target(
        TargetId=SERVING.id, Filter="AISERVICES_OPT_OUT_POLICY"
    )["Policies"]
    assert [policy["Id"] for policy in found] == [policy_id]


def _document(policy_type: str, length: int | None = None) -> str:
    statement: dict[str, Any] = {"Effect": "Deny", "Action": "s3:PutBucketAcl", "Resource": "*"}
    if policy_type == _RESOURCE_CONTROL:
        statement["Principal"] = "*"
    document = {"Version": "2012-10-17", "Statement": [statement]}
    if length is not None:
        statement["Sid"] = ""
        statement["Sid"] = "x" * (length - len(json.dumps(document)))
    return json.dumps(document)


def _refusal(call: Any, *arguments: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(*arguments, **request)
    return str(refused.value.response["Error"]["Code"])
