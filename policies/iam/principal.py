"""Who makes a request, and which principals a statement speaks of.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any

from policies.iam.arn import parse_arn
from policies.iam.errors import MalformedPolicy

_KINDS = ("AWS", "CanonicalUser", "Federated", "Service")
_ACCOUNT = re.compile(r"^\d{12}$")
_ROOT = re.compile(r"^arn:[^:]+:iam::(\d{12}):root$")


class Kind(Enum):
    """What kind of principal makes a request."""

    ROLE = auto()
    """A session of a role."""
    USER = auto()
    ROOT = auto()
    SERVICE = auto()
    """An AWS service with rights of its own."""
    FEDERATED = auto()
    """Somebody whom an identity provider vouches for, who has no role yet."""
    ANONYMOUS = auto()


@dataclass(frozen=True)
class Principal:
    """Who makes a request.

    ``arn`` is the session's ARN for a role, the user's or root's ARN, the name of a service
    (``s3.amazonaws.com``) or of an identity provider; ``role_arn`` is a session's role.
    """

    kind: Kind
    arn: str = ""
    account: str = ""
    role_arn: str | None = None

    @classmethod
    def role(cls, role_arn: str, session: str) -> Principal:
        """Return a session of a role."""
        found = parse_arn(role_arn)
        if found is None or not found.resource.startswith("role/"):
            raise MalformedPolicy(role_arn, "must be the ARN of a role", got=role_arn)
        name = found.resource.rpartition("/")[2]
        arn = f"arn:{found.partition}:sts::{found.account}:assumed-role/{name}/{session}"
        return cls(Kind.ROLE, arn, found.account, role_arn)

    @classmethod
    def user(cls, arn: str) -> Principal:
        """Return an IAM user."""
        return cls(Kind.USER, arn, arn.split(":")[4])

    @classmethod
    def root(cls, account: str, partition: str = "aws") -> Principal:
        """Return the root user of an account."""
        return cls(Kind.ROOT, f"arn:{partition}:iam::{account}:root", account)

    @classmethod
    def service(cls, name: str) -> Principal:
        """Return an AWS service that acts with rights of its own."""
        return cls(Kind.SERVICE, name)

    @classmethod
    def federated(cls, provider: str) -> Principal:
        """Return somebody whom an identity provider vouches for."""
        return cls(Kind.FEDERATED, provider)

    @classmethod
    def anonymous(cls) -> Principal:
        """Return nobody in particular."""
        return cls(Kind.ANONYMOUS)

    @property
    def identity_arn(self) -> str:
        """The ARN that policies are attached to, which aws:PrincipalArn holds too."""
        return self.role_arn or self.arn


class Named(Enum):
    """How a statement names a principal; what it bypasses depends on that."""

    NOT = auto()
    ACCOUNT = auto()
    """By the account, which then decides by its own policies."""
    IDENTITY = auto()
    """By the ARN of the role or user."""
    SESSION = auto()
    """By the ARN of the session, or as everybody."""


@dataclass(frozen=True)
class PrincipalSet:
    """The principals of a statement: everybody, or those listed by kind."""

    excludes: bool
    everybody: bool
    listed: Mapping[str, frozenset[str]]

    @cached_property
    def sessions(self) -> tuple[str, ...]:
        """The sessions that are listed by their ARN."""
        return tuple(sorted(arn for arn in self.listed.get("AWS", ()) if ":assumed-role/" in arn))

    def names(self, principal: Principal) -> Named:
        """Tell how the statement names a principal."""
        named = Named.SESSION if self.everybody else self._listed(principal)
        if not self.excludes:
            return named
        return Named.SESSION if named is Named.NOT else Named.NOT

    def _listed(self, principal: Principal) -> Named:
        if principal.kind is Kind.SERVICE:
            found = principal.arn in self.listed.get("Service", ())
            return Named.IDENTITY if found else Named.NOT
        if principal.kind is Kind.FEDERATED:
            found = principal.arn in self.listed.get("Federated", ())
            return Named.IDENTITY if found else Named.NOT
        listed = self.listed.get("AWS", frozenset())
        if principal.kind is Kind.ROLE and principal.arn in listed:
            return Named.SESSION
        if principal.kind is not Kind.ROOT and principal.identity_arn in listed:
            return Named.IDENTITY
        if principal.account and principal.account in listed:
            return Named.ACCOUNT
        return Named.NOT


def parse_principals(address: str, statement: Mapping[str, Any]) -> PrincipalSet | None:
    """Parse Principal or NotPrincipal of a statement, or return None where it has neither."""
    if "Principal" in statement and "NotPrincipal" in statement:
        raise MalformedPolicy(address, "must not have both Principal and NotPrincipal", got="both")
    member = "NotPrincipal" if "NotPrincipal" in statement else "Principal"
    if member not in statement:
        return None
    given, address = statement[member], f"{address}.{member}"
    if given == "*":
        return PrincipalSet(member == "NotPrincipal", everybody=True, listed={})
    if not isinstance(given, Mapping) or not given:
        raise MalformedPolicy(address, "must be * or an object of principals", got=f"{given!r}")
    listed: dict[str, frozenset[str]] = {}
    for kind, values in given.items():
        if kind not in _KINDS:
            raise MalformedPolicy(address, f"must have only {', '.join(_KINDS)}", got=kind)
        listed[kind] = frozenset(_names(address, kind, values))
    everybody = "*" in listed.get("AWS", ())
    return PrincipalSet(member == "NotPrincipal", everybody, listed)


def _names(address: str, kind: str, values: Any) -> list[str]:
    names = [values] if isinstance(values, str) else values
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise MalformedPolicy(f"{address}.{kind}", "must be texts", got=f"{values!r}")
    return [_account_of(name) if kind == "AWS" else name for name in names]


def _account_of(name: str) -> str:
    # An account is named by its root's ARN or by its number; both mean all of its principals.
    root = _ROOT.match(name)
    return root[1] if root else name
