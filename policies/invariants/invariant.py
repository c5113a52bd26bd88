"""An invariant: a sentence about who can never do what, in a form that can be proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Conditions = Mapping[str, Mapping[str, Any]]
"""A Condition element as a policy has it: all of its lines hold together."""


class Held(StrEnum):
    """Which policies must refuse by themselves, whatever the others say."""

    EVERYTHING = "everything"
    """All that bear on the request."""
    OWN = "own policies"
    """Those of role, boundary and resource, as if there were no control policies."""
    GUARDRAILS = "guardrails"
    """Service and resource control policies, against somebody with every right."""
    BOUNDARY = "boundary"
    """A boundary, against a role beneath it with every right."""
    RESOURCE = "resource"
    """The resource's own policy, against somebody with every right."""
    ENDPOINT = "endpoint"
    """The policy of the VPC endpoint, against somebody with every right."""


@dataclass(frozen=True)
class Roles:
    """Roles of the plans, by the kind of their account and by purpose; all where nothing is said.

    Purposes may have wildcards. ``chains`` counts among them whatever they can become.
    """

    kinds: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ("*",)
    boundaries: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    chains: bool = False


@dataclass(frozen=True)
class Administrators:
    """Somebody with every right in accounts of these kinds, under a name that nobody exempts.

    ``named`` are names that such a role might take instead.
    """

    kinds: tuple[str, ...] = ()
    beneath: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Who:
    """Whoever an invariant speaks of; several kinds of them together."""

    roles: Roles | None = None
    administrators: Administrators | None = None
    root: tuple[str, ...] = ()
    """Kinds of accounts whose root user is meant."""
    strangers: bool = False
    """Somebody with every right in an account of another organisation."""
    anonymous: bool = False
    services: tuple[str, ...] = ()
    """AWS services, by the name with which they ask."""
    tokens: bool = False
    """Whoever shows a token of the forge."""


@dataclass(frozen=True)
class What:
    """What an invariant speaks of: resources of the plans, ARNs, or whatever there is.

    ``kinds`` are kinds of accounts; none means those of whoever asks. ``outside`` means what
    belongs to another organisation.
    """

    resource: str = ""
    purposes: tuple[str, ...] = ("*",)
    kinds: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    """Purposes that are left out; ARNs where no kind of resource is named."""
    outside: bool = False
    foreign: bool = False
    """Only for whoever asks from another account than the one that owns it."""
    own: bool = False
    """Only for whoever asks from the account that owns it."""


@dataclass(frozen=True)
class Invariant:
    """One claim: nobody of ``who`` may do any of ``never`` on ``what``.

    Instead of ``never`` it may have ``can``: each of ``who`` must be able to do one of these, for
    a guardrail that refuses too much is lifted at the next need. A request counts where one of
    ``when`` holds, and does not where one of ``unless`` holds. ``only`` names purposes of roles
    that the claim leaves out and that must be able to do it. ``becomes`` is set where the claim
    is about whom they may become.
    """

    id: str
    concern: str
    sentence: str
    controls: tuple[str, ...]
    who: Who
    held_by: tuple[Held, ...]
    never: tuple[str, ...] = ()
    can: tuple[str, ...] = ()
    but_actions: tuple[str, ...] = ()
    what: What = What()
    when: tuple[Conditions, ...] = ()
    unless: tuple[Conditions, ...] = ()
    only: tuple[str, ...] = ()
    becomes: Roles | None = None
    known: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    even_if_named: bool = False
    """Whether a boundary must refuse even where the resource lets somebody in by name."""
    because: str = ""
    """Why there is the claim, or what it leaves out, for whoever asks."""
