"""Three member accounts of an organisation and what is in them, made in moto's own state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.organizations import organizations_backends
from moto.s3.models import s3_backends

from policies.iam import Decision, Layers, Request, decide
from twin.authorization.asked import Asked
from twin.authorization.live import layers, principal_of
from twin.call import Call, Caller
from twin.identity import SessionRequest
from twin.twin import Twin
from twin.unit import Unit

MANAGEMENT, ONE, TWO, STRANGER = "999999999999", "111111111111", "222222222222", "888888888888"
REGION = "eu-west-1"
ORGANIZATION = "o-a1b2c3d4e5"
UNIT = "ou-a1b2-11111111"
UNITS = (Unit("one", UNIT, (ONE,)), Unit("two", "ou-a1b2-22222222", (TWO,)))
VERSION = "2012-10-17"
Statements = Mapping[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """The endpoint that a request passed."""

    endpoint_id: str | None = "vpce-1"
    endpoint_policy: str | None = None


def document(*statements: Statements) -> str:
    """Write a policy."""
    return json.dumps({"Version": VERSION, "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """Return a statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """Return a statement that denies."""
    return {**allow(action, resource, **more), "Effect": "Deny"}


def to(principal: Any) -> dict[str, Any]:
    """Return the member of a statement that names AWS principals."""
    return {"Principal": {"AWS": principal}}


def root(account: str) -> str:
    """Return the ARN of an account's root."""
    return f"arn:aws:iam::{account}:root"


@dataclass
class World:
    """A twin without a server, and short ways to make what policies are about."""

    twin: Twin

    def role(
        self, account: str, name: str, *inline: Statements, path: str = "/", **more: Any
    ) -> str:
        """Make a role; inline statements are its one policy."""
        iam = iam_backends[account]["aws"]
        trust = more.pop("trust", document({**allow("sts:AssumeRole"), **to(root(account))}))
        settings = {"permissions_boundary": None, "description": "", "tags": []} | more
        made = iam.create_role(
            role_name=name,
            assume_role_policy_document=trust,
            path=path,
            max_session_duration="3600",
            **settings,
        )
        if inline:
            iam.put_role_policy(name, "inline", document(*inline))
        return str(made.arn)

    def linked(self, account: str, service: str, *inline: Statements) -> str:
        """Make the role of a service; inline statements are its one policy."""
        iam = iam_backends[account]["aws"]
        made = iam.create_service_linked_role(service, "", "")
        if inline:
            iam.put_role_policy(made.name, "inline", document(*inline))
        return str(made.arn)

    def managed(self, account: str, name: str, *statements: Statements) -> str:
        """Make a managed policy."""
        iam = iam_backends[account]["aws"]
        return str(iam.create_policy("", "/", document(*statements), name, {}).arn)

    def session(self, role_arn: str, **more: Any) -> Caller:
        """Begin a session of a role."""
        return self.twin.identities.add_session(SessionRequest(role_arn, "sofia", **more))[0]

    def caller(self, account: str, name: str, *inline: Statements, **more: Any) -> Caller:
        """Make a role and begin a session of it."""
        return self.session(self.role(account, name, *inline, **more))

    def bucket(self, account: str, name: str, *policy: Statements) -> str:
        """Make a bucket; the statements are its policy."""
        s3_backends[account]["aws"].create_bucket(name, REGION)
        if policy:
            table = self.twin.table("s3/BucketPolicy", account, "aws-global")
            table.put(name, {"Policy": document(*policy)})
        return f"arn:aws:s3:::{name}"

    def key(self, account: str, *policy: Statements) -> Any:
        """Make a key; the statements are its policy."""
        kms = kms_backends[account][REGION]
        text = document(*policy) if policy else None
        return kms.create_key(text, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", None)

    def control(self, policy_type: str, target: str, *statements: Statements) -> None:
        """Attach a control policy to a root, unit or account."""
        backend = organizations_backends[MANAGEMENT]["aws"]
        made = backend.create_policy(
            Name=f"{policy_type} {len(backend.policies)}",
            Description="",
            Type=policy_type,
            Content=document(*statements),
        )
        backend.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)

    def layers(
        self, caller: Caller, action: str, resource: str, owner: str, route: Any = None
    ) -> Layers:
        """Gather what bears on an action."""
        return layers(self.twin, call_of(caller), Asked(action, resource, owner), route)

    def decide(
        self,
        caller: Caller,
        action: str,
        resource: str,
        owner: str,
        context: Mapping[str, Any] | None = None,
        route: Any = None,
    ) -> Decision:
        """Decide an action by what is in force."""
        request = Request.of(
            principal_of(caller), action, resource, context, resource_account=owner
        )
        return decide(request, self.layers(caller, action, resource, owner, route))


def call_of(caller: Caller) -> Call:
    """Return some request of a caller."""
    return Call("s3", "GetObject", {}, REGION, caller, "id", b"", {})
