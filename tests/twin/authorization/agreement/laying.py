"""Lays an estate out in a twin, through the twin's own API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.twin.authorization.agreement.estate import (
    ACCESS_ROLE,
    ACCOUNTS,
    AUDIENCE,
    FORGE,
    MANAGEMENT,
    ORGANIZATION,
    REGION,
    Document,
    Estate,
    Holder,
    Key,
    Names,
    Place,
    Session,
    Store,
)
from tests.twin.authorization.agreement.forging import Forge
from tests.twin.engines.laboratory import laboratory
from tests.twin.network.ground import Ground
from tests.twins import UNITS
from twin import identity
from twin.call import Caller
from twin.twin import Twin

OBJECT = "raw/a.csv"
"""The object that every bucket holds."""
_FULL_ACCESS = "p-FullAWSAccess"


@contextmanager
def empty(folder: Path) -> Iterator[Twin]:
    """Serve a twin with an organisation and an account outside of it."""
    with laboratory(
        folder,
        management_account_id=MANAGEMENT,
        account_ids=ACCOUNTS,
        organization_id=ORGANIZATION,
        units=UNITS,
    ) as lab:
        yield lab.twin


@dataclass
class Laid:
    """An estate in a twin."""

    twin: Twin
    estate: Estate
    names: Names
    grounds: tuple[Ground, ...]
    users: Mapping[str, str]
    """The access keys of users, by ARN."""
    forge: Forge

    def caller(self, session: Session) -> Caller:
        """Begin a session of a role."""
        request = identity.SessionRequest(
            session.role.arn,
            session.name,
            source_identity=session.source_identity,
            federated_provider=session.provider,
            tags={"team": session.team} if session.team else {},
            session_policies=tuple(json.dumps(each) for each in session.policies),
        )
        return self.twin.identities.add_session(request)[0]

    def user(self, holder: Holder) -> Caller:
        """Return a user as its key names it."""
        return self.twin.identities.caller(self.users[holder.arn], None)


class Laying:
    """Makes resources first, then what could shut the door behind it."""

    def __init__(self, twin: Twin, estate: Estate) -> None:
        self._twin = twin
        self._estate = estate
        self._clients: dict[tuple[str, str], Any] = {}

    def lay(self) -> Laid:
        """Make everything, and say what it was named."""
        estate = self._estate
        for account in ACCOUNTS:
            self._client("iam", account).create_open_id_connect_provider(
                Url=f"https://{FORGE}", ClientIDList=[AUDIENCE], ThumbprintList=["0" * 40]
            )
        users = {h.arn: made for h in estate.holders if (made := self._holder(h)) is not None}
        keys = {key.alias: self._key(key) for key in estate.keys}
        stores = {self.address(s): self._store(s, keys) for s in estate.stores}
        grounds = tuple(self._ground(place) for place in estate.places)
        for holder in estate.holders:
            self._trust(holder)
        for store in estate.stores:
            self._policy(store, stores[self.address(store)])
        for key in estate.keys:
            self._shut(key, keys[key.alias])
        self._controls()
        for client in self._clients.values():
            client.close()
        endpoints = tuple(self._endpoints[n] for n in range(len(grounds)))
        names = Names(keys, stores, tuple(ground.vpc for ground in grounds), endpoints)
        return Laid(self._twin, estate, names, grounds, users, Forge(self._twin.settings.folder))

    @staticmethod
    def address(store: Store) -> str:
        """Name a store among those of all accounts."""
        return f"{store.account}/{store.name}"

    @cached_property
    def _endpoints(self) -> list[Mapping[str, str]]:
        return []

    def _client(self, service: str, account: str) -> Any:
        if (service, account) not in self._clients:
            arn = f"arn:aws:iam::{account}:role/{ACCESS_ROLE}"
            keys = self._twin.identities.add_session(identity.SessionRequest(arn, "laying"))[1]
            if account == MANAGEMENT:
                # The one user who is there from the beginning.
                path = self._twin.settings.folder / "administrator.json"
                keys = replace(keys, session_token=None, **json.loads(path.read_text("utf-8")))
            self._clients[service, account] = self._twin.client(service, keys, REGION)
        return self._clients[service, account]

    def _holder(self, holder: Holder) -> str | None:
        iam = self._client("iam", holder.account)
        more: dict[str, Any] = {}
        if holder.team:
            more["Tags"] = [{"Key": "team", "Value": holder.team}]
        if holder.boundary:
            more["PermissionsBoundary"] = self._managed(holder, "boundary", holder.boundary)
        named = {"RoleName" if holder.kind == "role" else "UserName": holder.name}
        if holder.kind == "role":
            iam.create_role(**named, AssumeRolePolicyDocument=json.dumps(_NOBODY), **more)
        else:
            iam.create_user(**named, **more)
        put = getattr(iam, f"put_{holder.kind}_policy")
        put(**named, PolicyName="inline", PolicyDocument=json.dumps(holder.inline))
        if holder.managed:
            attach = getattr(iam, f"attach_{holder.kind}_policy")
            attach(**named, PolicyArn=self._managed(holder, "managed", holder.managed))
        if holder.kind == "role":
            return None
        return str(iam.create_access_key(**named)["AccessKey"]["AccessKeyId"])

    def _managed(self, holder: Holder, what: str, policy: Document) -> str:
        made = self._client("iam", holder.account).create_policy(
            PolicyName=f"{holder.name}-{what}", PolicyDocument=json.dumps(policy)
        )
        return str(made["Policy"]["Arn"])

    def _trust(self, holder: Holder) -> None:
        # Only now are all those that it may name.
        if holder.trust is not None:
            self._client("iam", holder.account).update_assume_role_policy(
                RoleName=holder.name, PolicyDocument=json.dumps(holder.trust)
            )

    def _key(self, key: Key) -> str:
        first = {**key.policy, "Statement": [key.policy["Statement"][0]]}
        kms = self._client("kms", key.account)
        arn = str(kms.create_key(Policy=json.dumps(first))["KeyMetadata"]["Arn"])
        for grant in key.grants:
            more = {"Constraints": {"EncryptionContextSubset": grant.context}}
            kms.create_grant(
                KeyId=arn,
                GranteePrincipal=grant.grantee,
                Operations=list(grant.operations),
                **(more if grant.context else {}),
            )
        return arn

    def _shut(self, key: Key, arn: str) -> None:
        self._client("kms", key.account).put_key_policy(
            KeyId=arn,
            PolicyName="default",
            Policy=json.dumps(key.policy),
            BypassPolicyLockoutSafetyCheck=True,
        )

    def _store(self, store: Store, keys: Mapping[str, str]) -> str:
        client = self._client(store.kind, store.account)
        key = keys[store.key] if store.key else None
        if store.kind == "sqs":
            client.create_queue(QueueName=store.name)
            return f"arn:aws:sqs:{REGION}:{store.account}:{store.name}"
        if store.kind == "sns":
            return str(client.create_topic(Name=store.name)["TopicArn"])
        if store.kind == "secretsmanager":
            more = {"KmsKeyId": key} if key else {}
            made = client.create_secret(Name=store.name, SecretString="x", **more)
            return str(made["ARN"])
        client.create_bucket(Bucket=store.name)
        if key:
            rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
            rules = [{"ApplyServerSideEncryptionByDefault": rule}]
            client.put_bucket_encryption(
                Bucket=store.name, ServerSideEncryptionConfiguration={"Rules": rules}
            )
        client.put_object(Bucket=store.name, Key=OBJECT, Body=b"a")
        if store.restricted:
            client.put_public_access_block(
                Bucket=store.name,
                PublicAccessBlockConfiguration={"RestrictPublicBuckets": True},
            )
        return f"arn:aws:s3:::{store.name}"

    def _policy(self, store: Store, arn: str) -> None:
        if store.policy is None:
            return
        client, text = self._client(store.kind, store.account), json.dumps(store.policy)
        if store.kind == "s3":
            client.put_bucket_policy(Bucket=store.name, Policy=text)
        elif store.kind == "sns":
            client.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=text)
        elif store.kind == "sqs":
            url = client.get_queue_url(QueueName=store.name)["QueueUrl"]
            client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
        else:
            client.put_resource_policy(SecretId=arn, ResourcePolicy=text)

    def _ground(self, place: Place) -> Ground:
        ec2 = self._client("ec2", place.account)
        ground = Ground(ec2, REGION).lay_out()
        ground.open_groups()
        made: dict[str, str] = {}
        for service, policy in place.endpoints.items():
            endpoint = ground.interface(service, PolicyDocument=json.dumps(policy))
            made[service] = str(endpoint["VpcEndpointId"])
        self._endpoints.append(made)
        return ground

    def _controls(self) -> None:
        organizations = self._client("organizations", MANAGEMENT)
        for kind, held in (
            ("SERVICE_CONTROL_POLICY", self._estate.service_control),
            ("RESOURCE_CONTROL_POLICY", self._estate.resource_control),
        ):
            for target, policies in held.items():
                for number, policy in enumerate(policies):
                    made = organizations.create_policy(
                        Name=f"{kind}-{target}-{number}",
                        Description="",
                        Type=kind,
                        Content=json.dumps(policy),
                    )
                    identifier = made["Policy"]["PolicySummary"]["Id"]
                    organizations.attach_policy(PolicyId=identifier, TargetId=target)
        for target in self._estate.without_full_access:
            organizations.detach_policy(PolicyId=_FULL_ACCESS, TargetId=target)


_NOBODY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
