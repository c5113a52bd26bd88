"""Who asks: keys, sessions and trust policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import role, trusting, unique
from tests.twins import DATA_SCIENCE, MANAGEMENT, STAGING, RunningTwin, client
from twin.access import administrator
from twin.credentials import Credentials
from twin.errors import TwinError


def code(act: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        act()
    return str(refused.value.response["Error"]["Code"])


def test_caller_is_the_session_of_its_role(running_twin: RunningTwin) -> None:
    keys = running_twin.session(STAGING, session_name="rita")

    answer = running_twin.client("sts", credentials=keys).get_caller_identity()

    assert answer["Account"] == STAGING
    assert answer["Arn"].endswith("assumed-role/OrganizationAccountAccessRole/rita")


def test_unknown_key_is_refused(running_twin: RunningTwin) -> None:
    stranger = client(running_twin.url, "sts", Credentials("AKIAEXAMPLEEXAMPLE00", "secret"))

    assert code(stranger.get_caller_identity) == "InvalidClientTokenId"


def test_foreign_session_token_is_refused(running_twin: RunningTwin) -> None:
    mine, other = running_twin.session(STAGING), running_twin.session(STAGING)
    mixed = Credentials(mine.access_key_id, mine.secret_access_key, other.session_token)

    assert code(client(running_twin.url, "sts", mixed).get_caller_identity) == (
        "InvalidClientTokenId"
    )


def test_missing_role_is_refused(running_twin: RunningTwin) -> None:
    with pytest.raises(TwinError, match="let the caller in"):
        running_twin.session(STAGING, "nobody-made-this")


def test_role_of_another_account_that_does_not_trust_is_refused(
    running_twin: RunningTwin,
) -> None:
    arn = role(running_twin, STAGING, trusting({"AWS": f"arn:aws:iam::{STAGING}:root"}))
    sts = running_twin.client("sts", DATA_SCIENCE)

    assert code(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="thief")) == "AccessDenied"


def test_role_session_that_a_condition_excludes_is_refused(running_twin: RunningTwin) -> None:
    only_deployers = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{DATA_SCIENCE}:role/deploy"}}
    root = {"AWS": f"arn:aws:iam::{DATA_SCIENCE}:root"}
    arn = role(running_twin, STAGING, trusting(root, Condition=only_deployers))
    sts = running_twin.client("sts", DATA_SCIENCE)

    assert code(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="thief")) == "AccessDenied"


def test_source_identity_without_permission_is_refused(running_twin: RunningTwin) -> None:
    arn = role(running_twin, STAGING, trusting({"AWS": STAGING}))

    with pytest.raises(TwinError):
        running_twin.session(STAGING, arn.rsplit("/", 1)[-1], source_identity="rita")


def test_source_identity_stays_through_a_chain(running_twin: RunningTwin) -> None:
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    first = role(running_twin, STAGING, trusting({"AWS": STAGING}, actions), takes_roles=True)
    second = role(running_twin, STAGING, trusting({"AWS": STAGING}, actions))
    keys = running_twin.session(STAGING, first.rsplit("/", 1)[-1], source_identity="rita")
    sts = running_twin.client("sts", credentials=keys)

    assert sts.assume_role(RoleArn=second, RoleSessionName="next")["SourceIdentity"] == "rita"
    changed = {"RoleArn": second, "RoleSessionName": "next", "SourceIdentity": "omar"}
    assert code(lambda: sts.assume_role(**changed)) == "AccessDenied"


def test_name_that_the_identity_provider_did_not_give_is_refused(
    running_twin: RunningTwin,
) -> None:
    tagging = trusting({"AWS": STAGING}, ["sts:AssumeRole", "sts:TagSession"])
    arrival = role(running_twin, STAGING, tagging, takes_roles=True)
    given = {"StringEquals": {"sts:SourceIdentity": "${aws:PrincipalTag/person}"}}
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    persona = role(running_twin, STAGING, trusting({"AWS": STAGING}, actions, Condition=given))
    root = running_twin.client("sts", STAGING)
    tags = [{"Key": "person", "Value": "sofia"}]
    named = root.assume_role(RoleArn=arrival, RoleSessionName="sofia", Tags=tags)
    nameless = root.assume_role(RoleArn=arrival, RoleSessionName="sofia")

    def take(session: Any, name: str) -> Any:
        keys = session["Credentials"]
        credentials = Credentials(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
        )
        sts = running_twin.client("sts", credentials=credentials)
        request = {"RoleArn": persona, "RoleSessionName": name, "SourceIdentity": name}
        return sts.assume_role(**request)

    assert take(named, "sofia")["SourceIdentity"] == "sofia"
    assert code(lambda: take(named, "tara")) == "AccessDenied"
    assert code(lambda: take(nameless, "sofia")) == "AccessDenied"


def test_deny_in_a_trust_policy_wins(running_twin: RunningTwin) -> None:
    allow = trusting({"AWS": STAGING})
    arn = role(running_twin, STAGING, allow, {**allow, "Effect": "Deny"})

    with pytest.raises(TwinError):
        running_twin.session(STAGING, arn.rsplit("/", 1)[-1])


def test_key_of_an_iam_user_is_that_user(running_twin: RunningTwin) -> None:
    iam, name = running_twin.client("iam", STAGING), unique("user")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    keys = Credentials(key["AccessKeyId"], key["SecretAccessKey"])

    answer = running_twin.client("sts", credentials=keys).get_caller_identity()

    assert answer["Arn"] == f"arn:aws:iam::{STAGING}:user/{name}"


def test_administrator_is_a_user_of_the_management_account(running_twin: RunningTwin) -> None:
    sts = running_twin.client("sts", credentials=administrator(running_twin.folder))

    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{MANAGEMENT}:user/administrator"
