"""What is linted: a parsed policy and where it stands, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from policies.iam.document import Policy, Statement


class Place(Enum):
    """Where a policy stands; what is right in one place is wrong in another."""

    MANAGED = "managed policy"
    INLINE = "inline policy"
    BOUNDARY = "permissions boundary"
    TRUST = "trust policy"
    SERVICE_CONTROL = "service control policy"
    RESOURCE_CONTROL = "resource control policy"
    BUCKET = "bucket policy"
    KEY = "key policy"
    ENDPOINT = "endpoint policy"
    RESOURCE = "resource policy"

    @property
    def of_identity(self) -> bool:
        """Tell whether the policy grants to the identity that it is attached to."""
        return self in (Place.MANAGED, Place.INLINE)

    @property
    def of_control(self) -> bool:
        """Tell whether the policy limits accounts of an organisation and grants nothing."""
        return self in (Place.SERVICE_CONTROL, Place.RESOURCE_CONTROL)

    @property
    def names_principals(self) -> bool:
        """Tell whether AWS asks for a Principal element there."""
        without = (Place.MANAGED, Place.INLINE, Place.BOUNDARY, Place.SERVICE_CONTROL)
        return self not in without


@dataclass(frozen=True)
class Document:
    """A parsed policy where it stands.

    ``text`` is the document as AWS gets it, where known; sizes are counted in it. ``beside`` are
    policies that bind the same principals, in which a Deny may have its partner.
    """

    policy: Policy
    place: Place
    text: str = ""
    beside: tuple[Policy, ...] = ()

    @property
    def denies(self) -> tuple[Statement, ...]:
        """Every Deny that holds wherever this policy does."""
        together = (self.policy, *self.beside)
        return tuple(s for policy in together for s in policy.statements if not s.allows)


@dataclass(frozen=True)
class LintFinding:
    """One construct that must not stand in a policy; ``sid`` names its statement."""

    rule: str
    sid: str
    sentence: str
    hint: str = field(default="")


def found(rule: str, statement: Statement, must_hold: str, got: str, hint: str) -> LintFinding:
    """Make a finding about a statement."""
    return LintFinding(
        rule, name_of(statement), f"{statement.address}: {must_hold}, got {got}", hint
    )


def name_of(statement: Statement) -> str:
    """Return the Sid of a statement, or its index where it has none."""
    return statement.sid or statement.address.rpartition("#")[2]
