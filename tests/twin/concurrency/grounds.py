"""Three accounts: a bucket, a key and roles in each, and policies that change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from policies.iam import Policy, parse_policy
from tests.twin.concurrency.switches import Switch
from tests.twin.engines.accounts import ACCOUNTS, MANAGEMENT, REGION, Lab
from twin.credentials import Credentials

Document = Mapping[str, Any]
STEADY, SHIFTING = "steady", "shifting"
PEOPLE = (STEADY, SHIFTING)
_VERSION = "2012-10-17"
HELD = "held"
"""The object that every bucket holds."""
_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*statements: Document) -> Document:
    """Write a policy."""
    return {"Version": _VERSION, "Statement": list(statements)}


EVERYTHING = document(_ALL)


def deny(*actions: str, **more: Any) -> Document:
    """Write a statement that denies actions."""
    return {"Effect": "Deny", "Action": list(actions), "Resource": "*", **more}


def _admit(*accounts: str) -> Document:
    return {"Principal": {"AWS": [f"arn:aws:iam::{each}:root" for each in accounts]}}


@dataclass(frozen=True)
class Account:
    """One account of the grounds, and the switches in it by name."""

    id: str
    bucket: str
    ledger: str
    key: str
    queue: str
    switches: Mapping[str, Switch]

    def role(self, person: str) -> str:
        """Return the ARN of a role."""
        return f"arn:aws:iam::{self.id}:role/{person}"


class Grounds:
    """Lays accounts out in a twin."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._organizations = _as_management(lab)
        for account in ACCOUNTS:
            self._make_roles(account)
        self.accounts = {account: self._account(account) for account in ACCOUNTS}

    def _make_roles(self, account: str) -> None:
        iam = self.lab.client("iam", account)
        trust = document({**_ALL, "Action": "sts:AssumeRole", **_admit(account)})
        del trust["Statement"][0]["Resource"]
        for person in (*PEOPLE, "ledger"):
            iam.create_role(RoleName=person, AssumeRolePolicyDocument=json.dumps(trust))
        for person in PEOPLE:
            iam.put_role_policy(
                RoleName=person, PolicyName="own", PolicyDocument=json.dumps(EVERYTHING)
            )

    def _account(self, account: str) -> Account:
        client = partial(self.lab.client, account_id=account)
        key = str(client("kms").create_key()["KeyMetadata"]["Arn"])
        bucket, ledger = f"load-{account}", f"ledger-{account}"
        s3 = client("s3")
        for name in (bucket, ledger):
            s3.create_bucket(Bucket=name)
        by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = [{"ApplyServerSideEncryptionByDefault": by_default}]
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
        s3.put_object(Bucket=bucket, Key=HELD, Body=b"held")
        s3.put_bucket_versioning(Bucket=ledger, VersioningConfiguration={"Status": "Enabled"})
        client("ssm").put_parameter(Name="/ledger", Value="first", Type="String")
        client("sagemaker").create_model_package_group(ModelPackageGroupName="ledger")
        queue = str(client("sqs").create_queue(QueueName="ledger")["QueueUrl"])
        switches = (
            self._identity(account),
            self._managed(account),
            self._boundary(account),
            self._control(account),
            self._bucket(account, bucket),
            self._key(account, key),
        )
        for switch in switches:
            switch.apply(0)
        return Account(account, bucket, ledger, key, queue, {s.name: s for s in switches})

    def _identity(self, account: str) -> Switch:
        variants = (
            EVERYTHING,
            document({**_ALL, "Action": ["s3:*", "kms:*", "ssm:Get*"]}),
            document(_ALL, deny("s3:PutObject")),
        )
        iam = self.lab.client("iam", account)

        def apply(number: int) -> None:
            text = json.dumps(variants[number])
            iam.put_role_policy(RoleName=SHIFTING, PolicyName="own", PolicyDocument=text)

        return _switch("identity", variants, apply)

    def _managed(self, account: str) -> Switch:
        variants = (None, document(deny("kms:DescribeKey", "ssm:GetParameter")))
        iam, arn = self._policy(account, "further", variants[1])

        def apply(number: int) -> None:
            change = iam.attach_role_policy if number else iam.detach_role_policy
            if number or _attached(iam, arn):
                change(RoleName=SHIFTING, PolicyArn=arn)

        return _switch("managed", variants, apply)

    def _boundary(self, account: str) -> Switch:
        variants = (None, document({**_ALL, "Action": ["s3:Get*", "kms:*", "ssm:*"]}))
        iam, arn = self._policy(account, "limits", variants[1])

        def apply(number: int) -> None:
            if number:
                iam.put_role_permissions_boundary(RoleName=SHIFTING, PermissionsBoundary=arn)
            elif "PermissionsBoundary" in iam.get_role(RoleName=SHIFTING)["Role"]:
                iam.delete_role_permissions_boundary(RoleName=SHIFTING)

        return _switch("boundary", variants, apply)

    def _policy(self, account: str, name: str, policy: Document | None) -> tuple[Any, str]:
        iam = self.lab.client("iam", account)
        made = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(policy))
        return iam, str(made["Policy"]["Arn"])

    def _control(self, account: str) -> Switch:
        variants = (None, document(deny("s3:GetObject", "kms:DescribeKey")))
        organizations = self._organizations
        identifier = organizations.create_policy(
            Name=f"guard-{account}",
            Description="",
            Type="SERVICE_CONTROL_POLICY",
            Content=json.dumps(variants[1]),
        )["Policy"]["PolicySummary"]["Id"]

        def apply(number: int) -> None:
            change = organizations.attach_policy if number else organizations.detach_policy
            listed = organizations.list_targets_for_policy(PolicyId=identifier)["Targets"]
            if bool(listed) is not bool(number):
                change(PolicyId=identifier, TargetId=account)

        return _switch("control", variants, apply)

    def _bucket(self, account: str, bucket: str) -> Switch:
        arns = {"Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
        people = {"Principal": {"AWS": [f"arn:aws:iam::{a}:role/{SHIFTING}" for a in ACCOUNTS]}}
        open_to_all = {**_ALL, "Action": "s3:*", **arns, **_admit(*ACCOUNTS)}
        variants = (
            document(open_to_all),
            document({**open_to_all, **_admit(account)}),
            document(open_to_all, {**deny("s3:PutObject"), **arns, **people}),
        )
        s3 = self.lab.client("s3", account)

        def apply(number: int) -> None:
            s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(variants[number]))

        return _switch("bucket", variants, apply)

    def _key(self, account: str, key: str) -> Switch:
        own = {**_ALL, "Action": "kms:*", **_admit(account)}
        person = {"Principal": {"AWS": f"arn:aws:iam::{account}:role/{SHIFTING}"}}
        variants = (
            document({**own, **_admit(*ACCOUNTS)}),
            document(own),
            document({**own, **_admit(*ACCOUNTS)}, {**deny("kms:GenerateDataKey"), **person}),
        )
        kms = self.lab.client("kms", account)

        def apply(number: int) -> None:
            text = json.dumps(variants[number])
            kms.put_key_policy(KeyId=key, PolicyName="default", Policy=text)

        return _switch("key", variants, apply)


def _switch(name: str, variants: tuple[Document | None, ...], apply: Any) -> Switch:
    parsed: tuple[Policy | None, ...] = tuple(
        None if each is None else parse_policy(f"{name} {number}", each)
        for number, each in enumerate(variants)
    )
    return Switch(name, parsed, apply)


def _attached(iam: Any, arn: str) -> bool:
    listed = iam.list_attached_role_policies(RoleName=SHIFTING)["AttachedPolicies"]
    return arn in [each["PolicyArn"] for each in listed]


def _as_management(lab: Lab) -> Any:
    told = json.loads((lab.twin.settings.folder / "administrator.json").read_text("utf-8"))
    keys = Credentials(told["access_key_id"], told["secret_access_key"], None, None)
    assert lab.twin.settings.management_account_id == MANAGEMENT
    return lab.twin.client("organizations", keys, REGION)
