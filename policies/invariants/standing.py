"""Which policies bear on a request, when some of them must refuse it by themselves."""

from __future__ import annotations

from functools import lru_cache

from policies.iam import Layers, Policy, Resource, parse_policy
from policies.invariants.invariant import Held
from policies.invariants.known import ELSEWHERE
from policies.invariants.subjects import Subject
from policies.invariants.targets import Target
from policies.model import EndpointFacts, Model

_VERSION = "2012-10-17"
# What an administrator has, and what a resource says that lets in everybody who asks.
EVERY_RIGHT = parse_policy(
    "every right",
    {
        "Version": _VERSION,
        "Statement": {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"},
    },
)
OPEN_TO_ALL = parse_policy(
    "a resource that lets in everybody",
    {
        "Version": _VERSION,
        "Statement": {
            "Sid": "All",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
        },
    },
)


def layers_for(
    model: Model,
    held: Held,
    subject: Subject,
    target: Target,
    endpoint: EndpointFacts | None = None,
    *,
    named: bool = False,
) -> Layers:
    """Give the policies that count; those that do not are taken for as open as AWS lets them be."""
    owned = target.owned
    decisive = Resource.ORDINARY if owned is None else owned.counts
    policy = None if owned is None else owned.policy
    if held in (Held.EVERYTHING, Held.OWN):
        role = subject.role
        if role is None:
            raise ValueError(f"{subject.name} has no policies of their own to be held by")
        guarded = held is Held.EVERYTHING
        if target.owner == ELSEWHERE:
            # Nobody knows what another organisation lets in.
            policy = OPEN_TO_ALL
        return Layers(
            identity=role.identity,
            boundary=role.boundary,
            service_control=_levels(model, subject.account, "service") if guarded else (),
            resource_control=_levels(model, target.owner, "resource") if guarded else (),
            resource=policy,
            resource_counts=decisive,
        )
    if held is Held.BOUNDARY:
        return Layers(
            identity=(EVERY_RIGHT,),
            boundary=subject.boundary,
            resource=OPEN_TO_ALL if named else _open_to(subject.account),
            resource_counts=decisive,
        )
    return _of_somebody_with_every_right(model, held, subject, target, endpoint)


def _of_somebody_with_every_right(
    model: Model, held: Held, subject: Subject, target: Target, endpoint: EndpointFacts | None
) -> Layers:
    owned = target.owned
    decisive = Resource.ORDINARY if owned is None else owned.counts
    if held is Held.GUARDRAILS:
        return Layers(
            identity=(EVERY_RIGHT,),
            service_control=_levels(model, subject.account, "service"),
            resource_control=_levels(model, target.owner, "resource"),
            resource=OPEN_TO_ALL,
            resource_counts=decisive,
        )
    if held is Held.ENDPOINT:
        return Layers(
            identity=(EVERY_RIGHT,),
            resource=OPEN_TO_ALL,
            endpoint=None if endpoint is None else endpoint.policy or OPEN_TO_ALL,
        )
    policy = None if owned is None else owned.policy
    return Layers(identity=(EVERY_RIGHT,), resource=policy, resource_counts=decisive)


def _levels(model: Model, number: str, kind: str) -> tuple[tuple[Policy, ...], ...]:
    for account in model.accounts.values():
        if account.id == number:
            return account.service_control if kind == "service" else account.resource_control
    return ()


@lru_cache(maxsize=64)
def _open_to(account: str) -> Policy:
    """Let in an account, whose own policies then decide."""
    return parse_policy(
        "a resource that lets in the account",
        {
            "Version": _VERSION,
            "Statement": {
                "Sid": "All",
                "Effect": "Allow",
                "Principal": {"AWS": account},
                "Action": "*",
                "Resource": "*",
            },
        },
    )
