"""A proposed policy in place of a wide one: what was used still works, and the rest is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from policies.iam import parse_policy
from scripts.permissions.kept import Kept
from scripts.permissions.proposal import propose
from scripts.permissions.purposes import Permission
from scripts.permissions.reasons import Reason
from scripts.permissions.recorded import recorded
from tests.scripts.permissions.record import learned
from tests.twin.authorization.strict import Person, Strict, allow
from tests.twin.engines.laboratory import laboratory

_NAME = "some"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strict]:
    """Serve a twin that refuses what is not allowed."""
    with laboratory(tmp_path_factory.mktemp("twin")) as lab:
        yield Strict(lab)


def _propose(strict: Strict, person: Person, kept: Kept) -> dict[str, Any]:
    policies, uses = learned(strict.lab.twin.settings.folder / "audit.jsonl")
    assert (person.role_arn, uses.lacks) == (person.role_arn, {})
    made = propose(policies, uses, kept, person.role_arn)
    return made[f"{person.role_arn}/{_NAME}"]


def test_a_proposal_covers_what_was_used_and_refuses_the_rest(strict: Strict) -> None:
    person = strict.person(
        {**allow("s3:*Object", "s3:ListBucket", "s3:PutBucketPolicy"), "Sid": "Store"},
        {**allow("kms:*"), "Sid": "Encrypt"},
        {**allow("sns:*", "sqs:SendMessage"), "Sid": "Tell"},
    )
    key = strict.key()
    bucket, topic = strict.locked_bucket(key), strict.lab.topic()
    name = person.role_arn.rpartition("/")[2]

    def work() -> None:
        s3 = person.client("s3")
        s3.put_object(Bucket=bucket, Key="a", Body=b"1")
        assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"

    work()
    purpose = Kept(
        recorded=recorded([Permission(name, "Tell", "sns:Publish")]),
        reasons=(Reason(("person*",), ("Store",), ("s3:ListBucket",), "to look"),),
    )
    made = _propose(strict, person, purpose)
    parse_policy("proposal", made)
    # KMS is asked by S3 on behalf of the role, the topic was used in another rehearsal only.
    assert {each["Sid"]: each["Action"] for each in made["Statement"]} == {
        "Store": ["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
        "Encrypt": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Tell": ["sns:Publish"],
    }
    strict.lab.client("iam").put_role_policy(
        RoleName=name, PolicyName=_NAME, PolicyDocument=json.dumps(made)
    )
    work()
    person.client("sns").publish(TopicArn=topic, Message="done")
    person.client("s3").list_objects_v2(Bucket=bucket)
    assert person.refused("s3", "delete_object", Bucket=bucket, Key="a").status == 403
    assert person.refused("kms", "encrypt", KeyId=key, Plaintext=b"1").status == 400
