"""Principals of policies must exist, a key keeps its author, and a namesake is somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.twin import policy_holders as holders
from tests.twin.names import role, trusting, unique
from tests.twin.policy_holders import ROOT, Hold, text
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin
from twin.credentials import Credentials

NOBODY = f"arn:aws:iam::{DATA_SCIENCE}:role/nobody-made-this"


def refusal(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        act()
    error = refused.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


HOLDERS: list[tuple[Hold, str, str]] = [
    (holders.on_bucket, "MalformedPolicy", "Invalid principal in policy"),
    (holders.on_key, "MalformedPolicyDocumentException", "invalid principals"),
    (holders.on_topic, "InvalidParameter", "PrincipalNotFound"),
    (holders.on_queue, "InvalidAttributeValue", "Invalid value for the parameter Policy"),
    (holders.on_repository, "InvalidParameterException", "Principal not found"),
    (holders.on_secret, "MalformedPolicyDocumentException", "unsupported principal"),
    (holders.on_trust, "MalformedPolicyDocument", f'principal in policy: "AWS":"{NOBODY}"'),
    (holders.on_packages, "ValidationException", "invalid principal"),
]
IDS = [hold.__name__ for hold, _, _ in HOLDERS]


@pytest.mark.parametrize(("hold", "code", "words"), HOLDERS, ids=IDS)
def test_policy_that_names_a_role_that_does_not_exist_is_refused(
    running_twin: RunningTwin, hold: Hold, code: str, words: str
) -> None:
    found, message = refusal(lambda: hold(running_twin, {"AWS": NOBODY}))

    assert found == code
    assert words in message


@pytest.mark.parametrize("hold", [hold for hold, _, _ in HOLDERS], ids=IDS)
def test_role_made_anew_under_a_name_gets_nothing_of_the_old_one(
    running_twin: RunningTwin, hold: Hold
) -> None:
    iam = running_twin.client("iam")
    arn = role(running_twin, DATA_SCIENCE, trusting({"AWS": ROOT}))
    name = arn.rpartition("/")[2]
    unique_id = iam.get_role(RoleName=name)["Role"]["RoleId"]
    read = hold(running_twin, {"AWS": [ROOT, arn]})
    assert arn in read()

    iam.delete_role(RoleName=name)
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trusting({"AWS": ROOT})]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)

    after = read()
    assert arn not in after
    assert unique_id in after
    assert ROOT in after


@pytest.mark.parametrize(
    "principal",
    [
        pytest.param({"AWS": f"arn:aws:iam::{DATA_SCIENCE}:user/nobody"}, id="user"),
        pytest.param({"AWS": f"arn:aws:iam::{DATA_SCIENCE}:role/*"}, id="wildcard"),
        pytest.param({"AWS": "AROAABCDEFGHIJKLMNOPQ"}, id="dead-id"),
        pytest.param(
            {"AWS": f"arn:aws:sts::{DATA_SCIENCE}:assumed-role/nobody-made-this/x"}, id="session"
        ),
        pytest.param({"AWS": f"arn:aws:iam::{DATA_SCIENCE}:group/people"}, id="group"),
        pytest.param({"AWS": "12345"}, id="short-account"),
        pytest.param({"Service": "*"}, id="any-service"),
        pytest.param({"AWS": [ROOT, NOBODY]}, id="one-of-two"),
    ],
)
def test_principal_that_cannot_be_is_refused(
    running_twin: RunningTwin, principal: dict[str, object]
) -> None:
    code, _ = refusal(lambda: holders.on_bucket(running_twin, principal))

    assert code == "MalformedPolicy"


def test_denied_principal_must_exist_too(running_twin: RunningTwin) -> None:
    denied = {"Effect": "Deny", "NotPrincipal": {"AWS": NOBODY}, "Action": "kms:*", "Resource": "*"}
    made = text({"AWS": ROOT}, "kms:*", denied)

    code, message = refusal(lambda: running_twin.client("kms").create_key(Policy=made))

    assert (code, "invalid principals" in message) == ("MalformedPolicyDocumentException", True)


@pytest.mark.parametrize(
    "principal",
    [
        pytest.param({"AWS": "*"}, id="everybody"),
        pytest.param({"AWS": DATA_SCIENCE}, id="account"),
        pytest.param({"AWS": f"arn:aws:iam::{STAGING}:root"}, id="another-account"),
        pytest.param({"Service": "logging.s3.amazonaws.com"}, id="service"),
        pytest.param(
            {"AWS": f"arn:aws:iam::{DATA_SCIENCE}:role/OrganizationAccountAccessRole"}, id="role"
        ),
        pytest.param({"AWS": "arn:aws:iam::444455556666:role/partner"}, id="elsewhere"),
    ],
)
def test_principal_that_exists_is_taken(
    running_twin: RunningTwin, principal: dict[str, object]
) -> None:
    assert json.loads(holders.on_bucket(running_twin, principal)())


ACCESS_ROLE = f"arn:aws:iam::{DATA_SCIENCE}:role/OrganizationAccountAccessRole"
STRANGER = f"arn:aws:iam::{STAGING}:root"


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(text({"AWS": STRANGER}, "kms:*"), id="for-others-only"),
        pytest.param(text({"AWS": ROOT}, "kms:Decrypt"), id="for-use-only"),
        pytest.param(
            text(
                {"AWS": ROOT},
                "kms:*",
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "kms:PutKeyPolicy",
                    "Resource": "*",
                    "Condition": {"ArnLike": {"aws:PrincipalArn": ACCESS_ROLE}},
                },
            ),
            id="author-denied",
        ),
        pytest.param(
            json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": ROOT},
                            "Action": "kms:*",
                            "Resource": "*",
                            "Condition": {
                                "ArnEquals": {"aws:PrincipalArn": f"{ACCESS_ROLE}-of-others"}
                            },
                        }
                    ],
                }
            ),
            id="author-left-out",
        ),
    ],
)
def test_key_policy_that_locks_its_author_out_is_refused(
    running_twin: RunningTwin, made: str
) -> None:
    kms = running_twin.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    before = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]

    for act in (
        lambda: kms.create_key(Policy=made),
        lambda: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=made),
    ):
        code, message = refusal(act)
        assert code == "MalformedPolicyDocumentException"
        assert "will not allow you to update the key policy" in message

    assert kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == before


def test_key_policy_may_lock_out_whoever_asks_for_it(running_twin: RunningTwin) -> None:
    kms = running_twin.client("kms")

    made = kms.create_key(
        Policy=text({"AWS": STRANGER}, "kms:*"), BypassPolicyLockoutSafetyCheck=True
    )

    assert made["KeyMetadata"]["KeyId"]


def test_role_made_anew_is_not_let_into_where_the_old_one_was(running_twin: RunningTwin) -> None:
    iam = running_twin.client("iam")
    goes = role(running_twin, DATA_SCIENCE, trusting({"AWS": ROOT}))
    name = goes.rpartition("/")[2]
    vault = role(running_twin, STAGING, trusting({"AWS": goes}))

    def enter() -> object:
        return running_twin.client("sts", credentials=as_role()).assume_role(
            RoleArn=vault, RoleSessionName=unique("s")
        )

    def as_role() -> Credentials:
        return running_twin.session(DATA_SCIENCE, name)

    allow = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    grant = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName=name, PolicyName="enter", PolicyDocument=grant)
    assert enter()

    iam.delete_role_policy(RoleName=name, PolicyName="enter")
    iam.delete_role(RoleName=name)
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trusting({"AWS": ROOT})]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=name, PolicyName="enter", PolicyDocument=grant)

    assert refusal(enter)[0] == "AccessDenied"
