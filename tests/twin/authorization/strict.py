"""Roles with a few rights on a twin that refuses what is not allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique
from twin.identity import SessionRequest


@dataclass(frozen=True)
class Refused:
    """What a refused request was answered."""

    code: str
    message: str
    status: int


@dataclass
class Strict:
    """A twin that refuses, and people with a few rights in it."""

    lab: Lab

    def person(self, *statements: Mapping[str, Any], account_id: str = TOOLS) -> Person:
        """Make a role with some statements and take it."""
        trusted = {"AWS": f"arn:aws:iam::{account_id}:root"}
        name = self.lab.role("person", account_id, trust=trusted).rpartition("/")[2]
        iam = self.lab.client("iam", account_id)
        iam.delete_role_policy(RoleName=name, PolicyName="all")
        if statements:
            document = {"Version": "2012-10-17", "Statement": list(statements)}
            iam.put_role_policy(
                RoleName=name, PolicyName="some", PolicyDocument=json.dumps(document)
            )
        return Person(self.lab, f"arn:aws:iam::{account_id}:role/{name}")

    def key(self, *statements: Mapping[str, Any]) -> str:
        """Make a key that its account may administer, and whoever the statements name may use."""
        document = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{TOOLS}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                *statements,
            ],
        }
        made = self.lab.client("kms").create_key(Policy=json.dumps(document))
        return str(made["KeyMetadata"]["Arn"])

    def locked_bucket(self, key: str) -> str:
        """Make a bucket whose objects a key encrypts."""
        bucket = self.lab.bucket()
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
        rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = key
        self.lab.client("s3").put_bucket_encryption(
            Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]}
        )
        return bucket


@dataclass
class Person:
    """A session of a role."""

    lab: Lab
    role_arn: str

    def client(self, service: str) -> Any:
        """Return a client that acts as the role."""
        request = SessionRequest(self.role_arn, unique("try"))
        credentials = self.lab.twin.identities.add_session(request)[1]
        return self.lab.twin.client(service, credentials, REGION)

    def refused(self, service: str, operation: str, **parameters: Any) -> Refused:
        """Ask for something that must be refused, and return the answer."""
        with pytest.raises(ClientError) as caught:
            getattr(self.client(service), operation)(**parameters)
        answer = caught.value.response
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return Refused(str(answer["Error"]["Code"]), str(answer["Error"]["Message"]), int(status))


def allow(*actions: str, on: str | list[str] = "*", **conditions: Any) -> dict[str, Any]:
    """Write a statement that allows some actions; ``conditions`` are operators."""
    made: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    return made | ({"Condition": conditions} if conditions else {})
