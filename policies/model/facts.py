"""What the plans say about accounts, principals and what is owned, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from policies.iam import Policy, Resource
from policies.verdict import Source

Levels = tuple[tuple[Policy, ...], ...]
"""Control policies by level: root, unit, account."""


@dataclass(frozen=True)
class AccountFacts:
    """An account, with the control policies that bind it; ``kind`` is management for that one."""

    key: str
    id: str
    kind: str
    unit: str
    region: str
    business_unit: str = ""
    service_control: Levels = ()
    resource_control: Levels = ()


@dataclass(frozen=True)
class PlannedResource:
    """A resource that a plan makes or keeps.

    ``unknown`` has the shape of Terraform's ``after_unknown``. ``links`` gives for each attribute
    that is not known, by its dotted path (``vpc_config.0.subnets``), the addresses in the same
    plan that it is made from. ``written`` are the arguments that somebody wrote, or None where that
    cannot be told: what is neither known nor written is the provider's to fill in.
    """

    root: str
    address: str
    type: str
    account: str
    values: Mapping[str, Any]
    unknown: Mapping[str, Any]
    source: Source
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    region: str = ""
    written: frozenset[str] | None = None


class PolicyLayer(StrEnum):
    """Where a policy document stands."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    TRUST = "trust"
    RESOURCE = "resource"
    ENDPOINT = "endpoint"
    SERVICE_CONTROL = "service control"
    RESOURCE_CONTROL = "resource control"
    UNATTACHED = "unattached"
    """A policy that exists and that no role has."""


@dataclass(frozen=True)
class PolicyFacts:
    """A policy document of the plans. ``policy`` is None where ``problem`` says why not.

    ``arn`` is a managed policy's own; ``holder`` is the ARN, or where there is none the address,
    of what the policy is attached to.
    """

    layer: PolicyLayer
    account: str
    holder: str
    policy: Policy | None
    source: Source
    arn: str = ""
    text: str = ""
    problem: str = ""


class PrincipalKind(StrEnum):
    """What kind of principal there is."""

    ROLE = "role"
    PERSON = "person"
    SERVICE = "service"
    FEDERATION = "federation"


@dataclass(frozen=True)
class PrincipalFacts:
    """Who may ask: a role, a person, a service or an identity provider.

    ``arn`` is a role's or provider's ARN, a service's name, or ``person/<name>``. ``roles`` are
    the roles that a person has by persona. ``source`` of a service is the first trust that
    names it.
    """

    arn: str
    kind: PrincipalKind
    account: str
    name: str
    source: Source
    persona: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoleFacts:
    """A role with everything that bears on what it may do.

    A policy that is not known, or is none, stands here as one that allows everything and denies
    nothing; ``undecided`` names it.
    """

    arn: str
    account: str
    name: str
    identity: tuple[Policy, ...]
    boundary: Policy | None
    trust: Policy
    tags: Mapping[str, str]
    max_session: int
    source: Source
    root: str = ""
    purpose: str = ""
    persona: str = ""
    services: tuple[str, ...] = ()
    """The services that its trust names."""
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnedResource:
    """Something that an account owns and that requests are about.

    ``arn`` is its ARN, with ``*`` where a part is known to AWS only; ``kind`` is what it is
    called here (bucket, key, role, ...), ``purpose`` what the platform calls it (data, models).
    """

    arn: str
    kind: str
    account: str
    policy: Policy | None
    counts: Resource
    source: Source
    purpose: str = ""
    arns: tuple[str, ...] = ()
    """All ARNs under which requests name it, such as a bucket's and its objects'."""
    tags: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    aliases: tuple[str, ...] = ()
    """A key's aliases, as ``kms:ResourceAliases`` has them."""


@dataclass(frozen=True)
class Problem:
    """What could not be read, or breaks a rule of AWS; never passed over."""

    check: str
    """Which check it fails, such as policies-known."""
    violated: bool
    """Whether AWS's rule is broken; otherwise it is only not decided."""
    source: Source
    must_hold: str
    got: str
    hint: str = ""
