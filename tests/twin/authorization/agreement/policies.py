"""Random policies, in the words of one world."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.twin.authorization.agreement.estate import (
    ACCOUNTS,
    AUDIENCE,
    FORGE,
    MEMBERS,
    ORGANIZATION,
    REGION,
    Document,
    provider_of,
)

VERSION = "2012-10-17"
ACTIONS = {
    "s3": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:Get*", "s3:*"),
    "kms": ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:*"),
    "sqs": ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:Get*", "sqs:*"),
    "sns": ("sns:Publish", "sns:Get*", "sns:*"),
    "secretsmanager": (
        "secretsmanager:GetSecretValue",
        "secretsmanager:DescribeSecret",
        "secretsmanager:Put*",
        "secretsmanager:*",
    ),
    "sts": ("sts:AssumeRole", "sts:*"),
    "ssm": ("ssm:GetParameter", "ssm:Put*", "ssm:*"),
    "sagemaker": ("sagemaker:CreateModel", "sagemaker:*"),
    "iam": ("iam:GetRole", "iam:List*", "iam:PassRole", "iam:Pass*", "iam:*"),
    "ec2": ("ec2:DescribeVpcs", "ec2:Describe*"),
}
SERVICES = tuple(ACTIONS)
_TRUSTED = (("sts:AssumeRole",), ("sts:AssumeRole", "sts:SetSourceIdentity"))
TEAMS = ("red", "blue")
SUBJECTS = ("repo:red", "repo:blue")
# Of the services here, those that no resource control policy may name.
_OUT_OF_REACH = ("sns", "ssm", "iam", "ec2", "sagemaker")


class Writer:
    """Writes policies; ``principals`` and ``resources`` are the ARNs that it may name."""

    def __init__(self, dice: Random, principals: Sequence[str], resources: Sequence[str]) -> None:
        self._dice = dice
        self._principals = principals
        self._resources = resources

    def identity(self, *, generous: float = 0.7) -> Document:
        """Write a policy of a role, user, boundary or session."""
        made = [self._statement(self._some_actions()) for _ in range(self._dice.randint(1, 3))]
        if self._dice.random() < generous:
            made.append({"Effect": "Allow", "Action": "*", "Resource": "*"})
        return document(*made)

    def control(self, *, principal: bool) -> Document:
        """Write a control policy that denies some things."""
        services = tuple(s for s in SERVICES if s not in _OUT_OF_REACH)
        one = self._statement(self._some_actions(services if principal else SERVICES), deny=1.0)
        more: dict[str, Any] = {"Principal": "*"} if principal else {}
        return document({**one, **more})

    def resource(self, service: str, arns: list[str]) -> Document:
        """Write the policy of a resource."""
        made = []
        for _ in range(self._dice.randint(1, 3)):
            one = self._statement(self._some_actions((service,)))
            made.append({**one, "Principal": self._principal(), "Resource": arns})
        if self._dice.random() < 0.5:
            open_to = {"Principal": {"AWS": list(ACCOUNTS)}, "Action": f"{service}:*"}
            made.append({"Effect": "Allow", "Resource": arns, **open_to})
        return document(*made)

    def trust(self, account: str) -> Document:
        """Write the trust policy of a role in an account."""
        made = []
        for _ in range(self._dice.randint(1, 2)):
            one = self._statement(list(self._dice.choice(_TRUSTED)), deny=0.15)
            del one["Resource"]
            made.append({**one, "Principal": self._principal()})
        if self._dice.random() < 0.5:
            open_to = {"Principal": {"AWS": list(ACCOUNTS)}, "Action": "sts:*"}
            made.append({"Effect": "Allow", **open_to})
        if self._dice.random() < 0.7:
            made.append(self._vouched(account))
        return document(*made)

    def _vouched(self, account: str) -> dict[str, Any]:
        """Admit those for whom an account's identity provider vouches, or some of them."""
        made: dict[str, Any] = {
            "Effect": "Allow",
            "Principal": {"Federated": provider_of(account)},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{FORGE}:aud": [AUDIENCE]}},
        }
        if self._dice.random() < 0.6:
            subject = self._dice.choice(SUBJECTS)
            made["Condition"]["StringLike"] = {f"{FORGE}:sub": [f"{subject}*"]}
        return made

    def endpoint(self) -> Document:
        """Write the policy of an endpoint."""
        one = {**self._statement(self._some_actions(), deny=0.5), "Principal": "*"}
        base = {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}
        return document(one, base) if self._dice.random() < 0.8 else document(one)

    def _statement(self, actions: list[str], deny: float = 0.3) -> dict[str, Any]:
        dice = self._dice
        made: dict[str, Any] = {
            "Effect": "Deny" if dice.random() < deny else "Allow",
            "Action": actions,
            "Resource": "*" if dice.random() < 0.5 else self._some_resources(),
        }
        if made["Effect"] == "Deny" or dice.random() < 0.4:
            operator, key, values = self._condition()
            made["Condition"] = {operator: {key: values}}
        return made

    def _some_actions(self, services: Sequence[str] = SERVICES) -> list[str]:
        chosen = self._dice.choices(services, k=self._dice.randint(1, 2))
        return sorted({self._dice.choice(ACTIONS[service]) for service in chosen})

    def _some_resources(self) -> list[str]:
        chosen = self._dice.choices(self._resources, k=self._dice.randint(1, 3))
        return sorted({self._dice.choice((arn, arn, f"{arn}/*", arn[:-2] + "*")) for arn in chosen})

    def _principal(self) -> Any:
        roll = self._dice.random()
        if roll < 0.15:
            return "*"
        if roll < 0.45:
            return {"AWS": f"arn:aws:iam::{self._dice.choice(ACCOUNTS)}:root"}
        if roll < 0.55:
            return {"Service": "events.amazonaws.com"}
        return {"AWS": self._dice.choice(self._principals)}

    def _condition(self) -> tuple[str, str, list[str]]:
        dice = self._dice
        account = dice.choice(ACCOUNTS)
        path = f"{ORGANIZATION}/r-a1b2/ou-a1b2-{dice.choice('12') * 8}/"
        flag = dice.choice(("true", "false"))
        equal = dice.choice(("StringEquals", "StringNotEquals", "StringEqualsIfExists"))
        like = dice.choice(("ArnLike", "ArnNotLike"))
        address = dice.choice(("IpAddress", "NotIpAddress"))
        many = dice.choice(("ForAnyValue:StringLike", "ForAllValues:StringLike"))
        conditions: tuple[tuple[str, str, list[str]], ...] = (
            (equal, "aws:PrincipalAccount", [account]),
            (like, "aws:PrincipalArn", [dice.choice(self._principals)]),
            (equal, "aws:PrincipalTag/team", [dice.choice(TEAMS)]),
            (equal, "aws:PrincipalTag/team", ["${aws:SourceIdentity, 'none'}"]),
            (equal, "aws:PrincipalOrgID", [ORGANIZATION]),
            (many, "aws:PrincipalOrgPaths", [f"{path}*"]),
            (equal, "aws:ResourceAccount", ["${aws:PrincipalAccount}"]),
            (equal, "aws:ResourceAccount", [account]),
            (equal, "aws:ResourceOrgID", [ORGANIZATION]),
            ("Null", dice.choice(("aws:SourceVpc", "aws:SourceVpce")), [flag]),
            (address, "aws:SourceIp", ["203.0.113.0/24"]),
            (address, "aws:VpcSourceIp", ["10.1.0.0/24"]),
            (dice.choice(("Bool", "BoolIfExists")), "aws:SecureTransport", [flag]),
            ("Bool", "aws:ViaAWSService", [flag]),
            ("Bool", "aws:PrincipalIsAWSService", [flag]),
            (many, "aws:CalledVia", ["s3.*"]),
            (equal, "aws:RequestedRegion", [REGION]),
            (equal, "aws:SourceIdentity", ["sofia"]),
            (equal, "aws:FederatedProvider", [provider_of(account)]),
            (equal, "iam:PassedToService", ["sagemaker.amazonaws.com"]),
            (equal, "aws:SourceAccount", [dice.choice(MEMBERS)]),
            (equal, "kms:ViaService", [f"s3.{REGION}.amazonaws.com"]),
            (equal, "kms:CallerAccount", [account]),
            (equal, "kms:EncryptionContext:team", [dice.choice(TEAMS)]),
            ("StringLike", "s3:prefix", ["raw/*"]),
            (equal, "s3:x-amz-server-side-encryption", ["aws:kms"]),
            ("StringLike", "sts:RoleSessionName", ["s*"]),
            (equal, "sts:ExternalId", ["outside"]),
        )
        return dice.choice(conditions)


def document(*statements: Document) -> Document:
    """Write a policy."""
    return {"Version": VERSION, "Statement": list(statements)}
