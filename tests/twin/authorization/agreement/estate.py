"""What a generated world holds, as its generator knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.twins import UNITS

MANAGEMENT = "100000000000"
ONE, TWO, THREE, STRANGER = "111111111111", "222222222222", "333333333333", "444444444444"
MEMBERS = (ONE, TWO, THREE)
ACCOUNTS = (*MEMBERS, STRANGER)
ORGANIZATION = "o-a1b2c3d4e5"
ROOT = "r-a1b2"
UNIT_OF = {account: unit.id for unit in UNITS for account in unit.account_ids}
REGION = "us-east-1"
FORGE = "forge.example.com"
"""An issuer of tokens, which every account has as its identity provider."""
AUDIENCE = "sts.amazonaws.com"
ACCESS_ROLE = "OrganizationAccountAccessRole"
Document = Mapping[str, Any]


def provider_of(account: str) -> str:
    """Return the ARN of the identity provider of an account."""
    return f"arn:aws:iam::{account}:oidc-provider/{FORGE}"


@dataclass(frozen=True)
class Holder:
    """A role or user with its policies; ``trust`` is a role's own."""

    account: str
    name: str
    kind: str
    inline: Document
    managed: Document | None = None
    boundary: Document | None = None
    trust: Document | None = None
    team: str | None = None

    @property
    def arn(self) -> str:
        """The ARN that policies are attached to."""
        return f"arn:aws:iam::{self.account}:{self.kind}/{self.name}"


@dataclass(frozen=True)
class Session:
    """A session of a role: its name, and what it was begun with."""

    role: Holder
    name: str
    policies: tuple[Document, ...] = ()
    team: str | None = None
    source_identity: str | None = None
    provider: str | None = None
    """Who vouched for whoever began it, with a token."""


@dataclass(frozen=True)
class Grant:
    """A grant of a key."""

    grantee: str
    operations: tuple[str, ...]
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """A key; ``alias`` names it until the twin has given it an identifier."""

    account: str
    alias: str
    policy: Document
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True)
class Store:
    """A bucket, queue, topic or secret. ``key`` is the alias of the key that encrypts it."""

    account: str
    kind: str
    name: str
    policy: Document | None
    key: str | None = None
    restricted: bool = False
    """Whether a public policy counts for nobody from outside: the block of public access."""


@dataclass(frozen=True)
class Place:
    """A VPC with endpoints: the policy of each, by the service that it leads to."""

    account: str
    endpoints: Mapping[str, Document]


@dataclass(frozen=True)
class Estate:
    """A world. Control policies are by the root, unit or account that they are attached to."""

    holders: tuple[Holder, ...]
    sessions: tuple[Session, ...]
    keys: tuple[Key, ...]
    stores: tuple[Store, ...]
    places: tuple[Place, ...]
    service_control: Mapping[str, tuple[Document, ...]]
    resource_control: Mapping[str, tuple[Document, ...]]
    without_full_access: frozenset[str]
    """Targets from which the control policy that allows everything was taken away."""


@dataclass(frozen=True)
class Names:
    """What a twin named the parts of an estate when they were made."""

    keys: Mapping[str, str]
    """ARNs by alias."""
    stores: Mapping[str, str]
    """ARNs by name."""
    vpcs: tuple[str, ...]
    endpoints: tuple[Mapping[str, str], ...]
    """For each place, by service."""
