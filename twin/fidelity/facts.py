"""What the code itself says of each service: who answers, what is declared, what decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moto.core.utils import get_service_model

from policies.iam.reference import load_reference
from twin import declared
from twin.authorization.actions import UnknownAction, reader
from twin.authorization.actions.services import tables
from twin.authorization.dependents import tellers_of
from twin.authorization.dependents.passed_roles_table import ROLES
from twin.authorization.keys import is_modelled
from twin.authorization.keys.absences import is_absent
from twin.authorization.live.controls import REACHED
from twin.authorization.live.texts import BY_SERVICE
from twin.fidelity.moto_operations import moto_operations
from twin.network.services import endpoint_name
from twin.registry import Registry

# Resource policies that are not read by the service in an ARN (twin/authorization/live).
_APART = {
    "s3": "of a bucket, with the block of public access",
    "kms": "of a key, which alone decides, with its grants",
    "sts": "of a role: its trust policy, which must allow",
}


@dataclass(frozen=True)
class Keys:
    """A service's own condition keys, as the service authorization reference lists them."""

    read: tuple[str, ...]
    nowhere: tuple[str, ...]
    """Listed, and true in being absent: nothing in the twin could send them."""
    unknown: tuple[str, ...]
    """A policy in force that depends on one of these cannot be decided: refused."""


@dataclass(frozen=True)
class Facts:
    """One service, by botocore's name."""

    service: str
    prefix: str
    operations: tuple[str, ...]
    """All that the service has by botocore's model."""
    answered: Mapping[str, str]
    """Operations that the twin answers itself, with the module that does."""
    wrapped: Mapping[str, tuple[str, ...]]
    """Operations around which modules of the twin stand; ``*`` for every operation."""
    types: tuple[str, ...]
    moto: frozenset[str] | None
    """Operations that moto answers; None where that cannot be told."""
    unread: tuple[str, ...]
    """Operations somebody would answer, but that are refused: nobody knows what they ask for."""
    keys: Keys
    resource_policy: str | None
    reached: bool
    """Whether resource control policies bear on the service."""
    endpoint: str
    besides: tuple[str, ...]
    """What tells the requests that the service makes because of one."""
    passing: tuple[str, ...]
    """Operations that hand a role to a service."""

    @property
    def passed_on(self) -> frozenset[str] | None:
        """Operations that moto answers and the twin does not."""
        return None if self.moto is None else self.moto - set(self.answered)

    @property
    def nobody(self) -> int | None:
        """How many operations nobody answers: UnknownOperationException."""
        if self.moto is None:
            return None
        return len(set(self.operations) - self.moto - set(self.answered))


def facts(registry: Registry) -> tuple[Facts, ...]:
    """Return the facts of every service whose requests can be read, by name."""
    return tuple(_of(service, registry) for service in sorted(tables()))


def _of(service: str, registry: Registry) -> Facts:
    prefix = tables()[service].prefix
    answered = _answered(service, registry)
    moto = moto_operations(service)
    operations = tuple(get_service_model(service).operation_names)
    served = set(operations) if moto is None else moto | set(answered)
    return Facts(
        service=service,
        prefix=prefix,
        operations=operations,
        answered=answered,
        wrapped=_wrapped(service, registry),
        types=tuple(sorted(each.noun for each in declared.TYPES if each.service == service)),
        moto=moto,
        unread=tuple(each for each in operations if each in served and _unread(service, each)),
        keys=_keys(prefix),
        resource_policy=_resource_policy(prefix),
        reached=prefix in REACHED,
        endpoint=endpoint_name(service, "*").removeprefix("com.amazonaws.*."),
        besides=tellers_of(service),
        passing=tuple(
            sorted({name for row in ROLES if row.api == service for name in row.operations})
        ),
    )


def _answered(service: str, registry: Registry) -> Mapping[str, str]:
    found = {}
    for each, operation in registry.operations():
        answer = registry.answer_of(each, operation)
        if each == service and answer is not None:
            found[operation] = answer.__module__
    return found


def _wrapped(service: str, registry: Registry) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for each, operation in registry.wrapped():
        if each == service:
            wraps = registry.wraps_of(each, operation)
            found[operation] = tuple(sorted({wrap.__module__ for wrap in wraps}))
    return found


def _unread(service: str, operation: str) -> bool:
    try:
        reader(service, operation)
    except UnknownAction:
        return True
    return False


def _keys(prefix: str) -> Keys:
    reference = load_reference()
    listed: set[str] = set()
    for name in reference.actions_matching(f"{prefix}:*"):
        facts = reference.action(name)
        listed |= {key for key in facts.keys if key.startswith(f"{prefix}:")} if facts else set()
    read = {key for key in listed if is_modelled(key)}
    nowhere = {key for key in listed - read if is_absent(key)}
    unknown = listed - read - nowhere
    return Keys(tuple(sorted(read)), tuple(sorted(nowhere)), tuple(sorted(unknown)))


def _resource_policy(prefix: str) -> str | None:
    if prefix in _APART:
        return _APART[prefix]
    return "of its resources" if prefix in BY_SERVICE else None
