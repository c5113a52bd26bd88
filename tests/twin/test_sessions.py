"""Sessions of roles: what limits them, what they carry on, and what STS takes from nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import role, trusting, unique
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin
from twin.credentials import Credentials

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
EVERY_RIGHT = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


def document(*statements: Any) -> str:
    """Write a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def keys_of(answer: dict[str, Any]) -> Credentials:
    """Return the keys in an answer of STS."""
    keys = answer["Credentials"]
    return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


@pytest.fixture
def sts(running_twin: RunningTwin) -> Any:
    """A client of the access role in the staging account."""
    return running_twin.client("sts", STAGING)


@pytest.fixture
def open_role(running_twin: RunningTwin) -> str:
    """A role that everybody in the staging account may take, with tags and a name."""
    trust = trusting({"AWS": STAGING}, EVERY_RIGHT)
    return role(running_twin, STAGING, trust, takes_roles=True)


def refusal(sts: Any, role_arn: str, **more: Any) -> tuple[str, str]:
    """Ask for a session and return code and message of the refusal."""
    with pytest.raises(ClientError) as refused:
        sts.assume_role(**{"RoleArn": role_arn, "RoleSessionName": "rita", **more})
    error = refused.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


def tag(key: str, value: str) -> dict[str, str]:
    """Return a session tag."""
    return {"Key": key, "Value": value}


def test_chain_of_roles_lasts_an_hour_at_most(sts: Any, open_role: str) -> None:
    code, message = refusal(sts, open_role, DurationSeconds=3601)

    assert code == "ValidationError"
    assert "role chaining" in message


def test_session_lasts_no_longer_than_its_role_allows(running_twin: RunningTwin) -> None:
    from twin.access import administrator

    root = running_twin.client("sts", credentials=administrator(running_twin.folder))
    access = f"arn:aws:iam::{STAGING}:role/OrganizationAccountAccessRole"

    code, message = refusal(root, access, DurationSeconds=7200)

    assert (code, "MaxSessionDuration" in message) == ("ValidationError", True)


def test_session_lasts_twelve_hours_at_most(sts: Any, open_role: str) -> None:
    code, message = refusal(sts, open_role, DurationSeconds=43_201)

    assert (code, "durationSeconds" in message) == ("ValidationError", True)


@pytest.mark.parametrize("name", ["a b", "aws:rita"])
def test_source_identity_is_a_name(sts: Any, open_role: str, name: str) -> None:
    assert refusal(sts, open_role, SourceIdentity=name)[0] == "ValidationError"


def test_source_identity_needs_its_right_in_every_role_of_a_chain(
    running_twin: RunningTwin, sts: Any, open_role: str
) -> None:
    plain = role(running_twin, STAGING, trusting({"AWS": STAGING}))
    request = {"RoleArn": open_role, "RoleSessionName": "rita", "SourceIdentity": "rita"}
    named = running_twin.client("sts", credentials=keys_of(sts.assume_role(**request)))

    code, message = refusal(named, plain)

    assert (code, "sts:SetSourceIdentity" in message) == ("AccessDenied", True)
    assert sts.assume_role(RoleArn=plain, RoleSessionName="rita")["AssumedRoleUser"]


def test_transitive_tag_goes_on_and_cannot_be_changed(
    running_twin: RunningTwin, sts: Any, open_role: str
) -> None:
    only_sofia = {"StringEquals": {"aws:PrincipalTag/person": "sofia"}}
    last = role(
        running_twin, STAGING, trusting({"AWS": STAGING}, EVERY_RIGHT, Condition=only_sofia)
    )
    first = {
        "RoleArn": open_role,
        "RoleSessionName": "sofia",
        "Tags": [tag("person", "sofia"), tag("team", "a")],
        "TransitiveTagKeys": ["person"],
    }
    tagged = running_twin.client("sts", credentials=keys_of(sts.assume_role(**first)))
    chained = running_twin.client(
        "sts", credentials=keys_of(tagged.assume_role(RoleArn=open_role, RoleSessionName="next"))
    )

    assert chained.assume_role(RoleArn=last, RoleSessionName="last")["AssumedRoleUser"]
    assert refusal(tagged, open_role, Tags=[tag("Person", "tara")])[0] == "InvalidParameterValue"
    assert refusal(sts, last)[0] == "AccessDenied"


def test_plain_tag_ends_with_its_session(
    running_twin: RunningTwin, sts: Any, open_role: str
) -> None:
    only_a = {"StringEquals": {"aws:PrincipalTag/team": "a"}}
    last = role(running_twin, STAGING, trusting({"AWS": STAGING}, EVERY_RIGHT, Condition=only_a))
    first = {"RoleArn": open_role, "RoleSessionName": "sofia", "Tags": [tag("team", "a")]}
    tagged = running_twin.client("sts", credentials=keys_of(sts.assume_role(**first)))
    chained = running_twin.client(
        "sts", credentials=keys_of(tagged.assume_role(RoleArn=open_role, RoleSessionName="next"))
    )

    assert tagged.assume_role(RoleArn=last, RoleSessionName="last")["AssumedRoleUser"]
    assert refusal(chained, last)[0] == "AccessDenied"


def test_transitive_key_without_its_tag_is_refused(sts: Any, open_role: str) -> None:
    assert refusal(sts, open_role, TransitiveTagKeys=["person"])[0] == "InvalidParameterValue"


def test_tag_twice_is_refused(sts: Any, open_role: str) -> None:
    tags = [tag("person", "sofia"), tag("PERSON", "tara")]

    assert refusal(sts, open_role, Tags=tags)[0] == "InvalidParameterValue"


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "not JSON",
        document({**READ, "Principal": "*"}),
        document({**READ, "Condition": {"StringEqualz": {"aws:userid": "x"}}}),
    ],
)
def test_session_policy_that_breaks_the_grammar_is_refused(
    sts: Any, open_role: str, text: str
) -> None:
    assert refusal(sts, open_role, Policy=text)[0] == "MalformedPolicyDocument"


def test_session_policy_of_another_account_is_refused(
    running_twin: RunningTwin, sts: Any, open_role: str
) -> None:
    foreign = running_twin.client("iam", DATA_SCIENCE).create_policy(
        PolicyName=unique("policy"), PolicyDocument=document(READ)
    )["Policy"]["Arn"]
    own = running_twin.client("iam", STAGING).create_policy(
        PolicyName=unique("policy"), PolicyDocument=document(READ)
    )["Policy"]["Arn"]

    assert refusal(sts, open_role, PolicyArns=[{"arn": foreign}])[0] == "ValidationError"
    missing = own + "-missing"
    assert refusal(sts, open_role, PolicyArns=[{"arn": missing}])[0] == "ValidationError"
    request = {"RoleArn": open_role, "RoleSessionName": "rita", "PolicyArns": [{"arn": own}]}
    assert sts.assume_role(**request)["AssumedRoleUser"]


@pytest.mark.parametrize("arn", ["role/x", "arn:aws:iam::222222222222:user/rita-of-staging"])
def test_what_is_no_role_is_refused(sts: Any, arn: str) -> None:
    assert refusal(sts, arn.ljust(20, "x"))[0] in ("AccessDenied", "ValidationError")


@pytest.mark.parametrize("operation", ["get_session_token", "get_federation_token"])
def test_keys_that_the_twin_would_not_know_are_not_given(sts: Any, operation: str) -> None:
    request = {"Name": "rita"} if operation == "get_federation_token" else {}

    with pytest.raises(ClientError, match="UnknownOperationException"):
        getattr(sts, operation)(**request)
