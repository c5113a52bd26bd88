"""The trust of a role may be changed to all that AWS takes for one, and to nothing else."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import unique
from tests.twins import DATA_SCIENCE, RunningTwin


def _trust(action: str, **more: str) -> str:
    principal = {"AWS": f"arn:aws:iam::{DATA_SCIENCE}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def role(running_twin: RunningTwin) -> str:
    """A role that its account may assume."""
    name = unique("trusting")
    running_twin.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=_trust("sts:AssumeRole")
    )
    return name


@pytest.mark.parametrize("action", ["sts:TagSession", "sts:SetSourceIdentity", "sts:*"])
def test_trust_may_speak_of_tags_and_source_identities(
    running_twin: RunningTwin, role: str, action: str
) -> None:
    iam = running_twin.client("iam")
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=_trust(action))
    held = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    assert held == json.loads(_trust(action))


@pytest.mark.parametrize(
    "document", [_trust("s3:GetObject"), _trust("sts:AssumeRole", Resource="*"), "{"]
)
def test_what_is_no_trust_is_refused_and_changes_nothing(
    running_twin: RunningTwin, role: str, document: str
) -> None:
    iam = running_twin.client("iam")
    with pytest.raises(ClientError) as caught:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=document)
    assert caught.value.response["Error"]["Code"] == "MalformedPolicyDocument"
    held = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    assert held == json.loads(_trust("sts:AssumeRole"))


def test_a_role_that_is_not_there_cannot_be_changed(running_twin: RunningTwin) -> None:
    with pytest.raises(ClientError) as caught:
        running_twin.client("iam").update_assume_role_policy(
            RoleName=unique("nobody"), PolicyDocument=_trust("sts:AssumeRole")
        )
    assert caught.value.response["Error"]["Code"] == "NoSuchEntity"
